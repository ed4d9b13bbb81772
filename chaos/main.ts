import { parseArgs } from "node:util";
import { soakHistories } from "#chaos/oracle/soak.ts";
import { chaos } from "./chaos.ts";
import { syncAll } from "./containers.ts";
import { soak } from "./soak.ts";

/**
 * `npm run chaos [-- --kills 200 --seed N]`, `npm run chaos -- --soak MINUTES [--seed N]`, `--histories MINUTES [--seed N]`, or `npm run chaos --
 * --containers 500`.
 */
const { values } = parseArgs({
	options: {
		kills: { type: "string", default: "200" },
		seed: { type: "string" },
		soak: { type: "string" },
		containers: { type: "string" },
		histories: { type: "string" },
	},
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);
if (values.containers !== undefined) {
	const seconds = await syncAll(Number(values.containers), seed);
	console.log(`${values.containers} containers were synced by three workers, each once, in ${seconds.toFixed(1)} s.`);
} else if (values.histories !== undefined) {
	const count = await soakHistories({ minutes: Number(values.histories), seed, say: console.log });
	console.log(`After each of ${count} histories (seed ${seed}) the catalogue was what a new one would be.`);
} else if (values.soak !== undefined) {
	const counts = await soak({ minutes: Number(values.soak), seed, say: console.log });
	console.log(`After ${values.soak} minutes (seed ${seed}) the catalogue is the archive's:`, counts);
} else {
	console.log(`Seed ${seed}: npm run chaos -- --kills ${values.kills} --seed ${seed} makes the same choices.`);
	const killsByPhase = await chaos({ kills: Number(values.kills), seed, say: console.log });
	console.log(
		`After each of ${values.kills} kills the catalogue was as before or after the run. In phase:`,
		killsByPhase,
	);
}
