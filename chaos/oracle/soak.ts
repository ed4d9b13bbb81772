import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectCatalog } from "#lib/catalog/database/connect.ts";
import { faultInWords, findFault } from "./find-fault.ts";
import { openWorld } from "./world.ts";

export interface HistoriesOptions {
	readonly minutes: number;
	readonly seed: number;
	readonly say: (line: string) => void;
}

/**
 * Lives fresh histories and judges each. Returns how many.
 * @throws Error with the shortest history that is found to end wrong, and what is wrong after it.
 */
export async function soakHistories({ minutes, seed, say }: HistoriesOptions): Promise<number> {
	const homes: string[] = [];
	const openCatalogue = () => {
		const home = mkdtempSync(join(tmpdir(), "eosync-oracle-"));
		// As root the server runs as another user.
		chmodSync(home, 0o755);
		homes.push(home);
		return connectCatalog({ databaseUrl: null, home }, { applicationName: "oracle" });
	};
	// Declared first, so that the servers are gone when their folders go.
	using _ = { [Symbol.dispose]: () => homes.forEach((home) => void rmSync(home, { recursive: true, force: true })) };
	await using world = await openWorld(openCatalogue);
	const until = performance.now() + minutes * 60_000;
	let count = 0;
	while (performance.now() < until) {
		const fault = await findFault(world, seed + count, { shorteningMs: 300_000 });
		if (fault) throw new Error(faultInWords(fault));
		count++;
		if (count % 20 === 0) say(`${count} histories ended as the archive is`);
	}
	return count;
}
