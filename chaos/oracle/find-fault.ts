import fc from "fast-check";
import { messageOf } from "#lib/errors.ts";
import { histories, type Step } from "./history.ts";
import { judge } from "./oracle.ts";
import type { World } from "./world.ts";

/** A history with a wrong end, and the differences. */
export interface Fault {
	readonly seed: number;
	readonly history: readonly Step[];
	readonly found: readonly string[];
}

/** Lives the history of a seed. @returns null: all is well. Else the shortest history that is found in that many milliseconds. */
export async function findFault(
	world: World,
	seed: number,
	{ shorteningMs }: { readonly shorteningMs: number },
): Promise<Fault | null> {
	const [history = []] = fc.sample(histories, { seed, numRuns: 1, unbiased: true });
	const found = await wrongAfter(world, history);
	if (found.length === 0) return null;
	let fault: Fault = { seed, history, found };
	const until = performance.now() + shorteningMs;
	for (let size = Math.ceil(history.length / 2); size >= 1; size = Math.floor(size / 2)) {
		// The last step is mostly what shows it: first what led there is left out.
		for (let from = fault.history.length - size; from >= 0; from -= size) {
			if (performance.now() > until) return fault;
			const shorter = fault.history.toSpliced(from, size);
			const stillFound = await wrongAfter(world, shorter);
			if (stillFound.length > 0) fault = { seed, history: shorter, found: stillFound };
		}
	}
	return fault;
}

async function wrongAfter(world: World, history: readonly Step[]): Promise<readonly string[]> {
	return judge(world, history).catch((error: unknown) => [messageOf(error)]);
}

export function faultInWords({ seed, history, found }: Fault): string {
	return [`Seed ${seed}: after`, ...history.map((step) => `  ${JSON.stringify(step)},`), ...found].join("\n");
}
