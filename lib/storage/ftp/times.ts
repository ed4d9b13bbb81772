import type { Entry } from "#lib/storage/storage.ts";
import type { Listed, Shown } from "./lines.ts";
import { parseTime } from "./mlsd.ts";
import type { FtpSession } from "./session.ts";

/** A file as LIST shows it. */
export type RoughFile = Listed & { readonly shown: Shown };

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** How far the server's clock and ours may differ. */
const clocksDiffer = 10 * minute;

/** Exact times of files where listings have rough ones, in the server's time zone: as few `MDTM` as will do. */
export class FtpTimes {
	/** What the server's zone adds to UTC, milliseconds; null: not known yet. A summer time adds another hour. */
	#zone: number | null = null;

	/**
	 * Files that may be modified again within the minute that is shown, as they were so shortly ago, or within the day:
	 * `ls` shows times to come, as those of more than half a year ago, to the day.
	 * @param ask the exact time of a file, microseconds
	 */
	async doubtful(
		files: readonly RoughFile[],
		now: number,
		ask: (file: RoughFile) => Promise<number | null>,
	): Promise<readonly RoughFile[]> {
		const young = files.filter(({ shown }) => shown.exactTo === "minute" && shown.time > now - 14 * hour);
		// Today or later, wherever the server is: its day begins up to 12 hours after that of UTC.
		const toCome = files.filter(({ shown }) => shown.exactTo === "day" && shown.time > now - day - 12 * hour);
		const [first] = young;
		if (first === undefined) return toCome;
		await this.#learnZone(first, ask);
		// Where the server does not tell exact times there is nothing to ask.
		if (this.#zone === null) return [];
		const since = now + this.#zone - clocksDiffer;
		return [...toCome, ...young.filter(({ shown }) => shown.time + minute > since)];
	}

	/** Which of the files are as they were remembered; the others have to be asked for. */
	async known(
		files: readonly RoughFile[],
		remembered: readonly Entry[],
		ask: (file: RoughFile) => Promise<number | null>,
	): Promise<ReadonlyMap<string, number>> {
		const entries = new Map(remembered.map((entry) => [entry.name, entry]));
		const candidates = files.filter(({ name, size }) => entries.get(name)?.size === size);
		const example = candidates.find(({ shown }) => shown.exactTo === "minute");
		if (example) await this.#learnZone(example, ask);
		const times = new Map<string, number>();
		for (const { name, shown } of candidates) {
			const mtime = entries.get(name)?.mtime ?? null;
			if (mtime !== null && this.#mayShow(mtime / 1000, shown)) times.set(name, mtime);
		}
		return times;
	}

	async #learnZone(file: RoughFile, ask: (file: RoughFile) => Promise<number | null>): Promise<void> {
		if (this.#zone !== null) return;
		const exact = await ask(file);
		// Zones differ from UTC by quarters of an hour.
		if (exact !== null) this.#zone = Math.round((file.shown.time - exact / 1000) / (15 * minute)) * 15 * minute;
	}

	/** Whether a file of that time, in milliseconds, would be shown so. */
	#mayShow(time: number, { time: shown, exactTo }: Shown): boolean {
		if (exactTo === "day") return time >= shown - 15 * hour && time < shown + day + 13 * hour;
		if (this.#zone === null) return false;
		const local = Math.floor((time + this.#zone) / minute) * minute;
		return [-hour, 0, hour].includes(shown - local);
	}
}

/** Of each file; null where the server does not tell. */
export async function askTimes(session: FtpSession, fullPaths: readonly string[]): Promise<readonly (number | null)[]> {
	// `213 20261122200926`, UTC.
	const answers = await session.tryAll(fullPaths.map((path) => `MDTM ${path}`));
	return answers.map((answer) => (answer === null ? null : parseTime(answer.replace(/^213\s+/, ""))));
}
