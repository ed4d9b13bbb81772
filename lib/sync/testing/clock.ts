/** Imported first (`node --import`): at SIGUSR2 this process's clock is set by so many seconds, CLOCK_WRONG. */
// biome-ignore lint/style/noProcessEnv: says how a test is run, nothing of the program
const wrong = Number(process.env.CLOCK_WRONG) * 1000;
const RightDate = Date;
let shift = 0;
process.on("SIGUSR2", () => {
	shift = wrong;
});

class WrongDate extends RightDate {
	constructor(...parts: readonly unknown[]) {
		super(...((parts.length === 0 ? [RightDate.now() + shift] : parts) as [number]));
	}

	static override now(): number {
		return RightDate.now() + shift;
	}
}

globalThis.Date = WrongDate as DateConstructor;
