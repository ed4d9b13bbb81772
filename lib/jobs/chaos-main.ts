import { parseArgs } from "node:util";
import { chaos } from "./chaos.ts";

/** `npm run chaos [-- --kills 200 --seed N]`. */
const { values } = parseArgs({ options: { kills: { type: "string", default: "200" }, seed: { type: "string" } } });
const seed = Number(values.seed ?? Date.now() % 1_000_000);
console.log(`Seed ${seed}: npm run chaos -- --kills ${values.kills} --seed ${seed} makes the same choices.`);
const killsByPhase = await chaos({ kills: Number(values.kills), seed, say: console.log });
console.log(
	`After each of ${values.kills} kills the catalogue was as before or after the run. In phase:`,
	killsByPhase,
);
