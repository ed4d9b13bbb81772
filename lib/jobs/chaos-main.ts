import { parseArgs } from "node:util";
import { chaos } from "./chaos.ts";
import { soak } from "./chaos-soak.ts";

/** `npm run chaos [-- --kills 200 --seed N]`, or `npm run chaos -- --soak MINUTES [--seed N]`. */
const { values } = parseArgs({
	options: { kills: { type: "string", default: "200" }, seed: { type: "string" }, soak: { type: "string" } },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);
if (values.soak === undefined) {
	console.log(`Seed ${seed}: npm run chaos -- --kills ${values.kills} --seed ${seed} makes the same choices.`);
	const killsByPhase = await chaos({ kills: Number(values.kills), seed, say: console.log });
	console.log(
		`After each of ${values.kills} kills the catalogue was as before or after the run. In phase:`,
		killsByPhase,
	);
} else {
	const counts = await soak({ minutes: Number(values.soak), seed, say: console.log });
	console.log(`After ${values.soak} minutes (seed ${seed}) the catalogue is the archive's:`, counts);
}
