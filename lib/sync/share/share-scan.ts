import { setTimeout as sleep } from "node:timers/promises";
import { addParts, areLeft, takeParts } from "#lib/catalog/runs/run-parts.ts";
import type { SourceRules } from "#lib/sync/loaded-run.ts";
import { isSafeFolder } from "#lib/sync/match/product-names.ts";
import { recordProblems } from "#lib/sync/problems.ts";
import type { RunContext } from "#lib/sync/run-context.ts";
import type { Walk } from "#lib/sync/scan/examine.ts";
import type { Pending } from "#lib/sync/scan/scan.ts";

/** Folders given away at once, at most: the next report asks for more. */
const mostGiven = 4096;
/** Folders that the leader takes back at once, at most. */
const mostTaken = 64;
/** How long the leader waits before it looks again for folders to take back, milliseconds. */
const pause = 100;

/** What the leader of a run has to list of a source: some of it it gives away when helpers are in want of work. */
export interface LeadersFrontier extends Walk {
	/** Whether something was given away so far. */
	readonly wasShared: () => boolean;
}

/**
 * The folders still to be listed are in memory; no row is written as long as nobody helps. When somebody does, the leader
 * gives away those that it would come to last, which are likely to have much below them. When it has nothing left it
 * takes parts as helpers do, and waits for those that others have.
 */
export function leadersFrontier({ database, lease, loaded }: RunContext, source: SourceRules): LeadersFrontier {
	const shared = { run: lease.run, rule: loaded.folderRule };
	let [isOut, wasShared, helpers] = [false, false, 0];
	const give = async (pending: Pending[], wanted: number) => {
		const divisible = pending.filter(({ path }) => !isWithinProduct(path));
		const count = Math.min(mostGiven, Math.floor((divisible.length * wanted) / (wanted + 1)));
		const given = new Set(divisible.slice(0, count));
		if (given.size === 0) return;
		await database.sql.begin(async (sql) => {
			await lease.fence(sql);
			await addParts(
				sql,
				shared,
				[...given].map((folder) => ({ sourceId: source.id, folder })),
			);
		});
		pending.splice(0, pending.length, ...pending.filter((folder) => !given.has(folder)));
		[isOut, wasShared, helpers] = [true, true, wanted];
	};
	const takeBack = () =>
		database.sql.begin(async (sql) => {
			await lease.fence(sql);
			return takeParts(sql, { ...shared, sourceId: source.id, most: mostTaken, among: helpers + 1 });
		});
	return {
		wasShared: () => wasShared,
		onProblems: (problems) => recordProblems(database, lease, source.id, problems),
		async share(pending) {
			if (pending.length > 1) {
				const wanted = lease.takeIdleHelpers();
				if (wanted > 0) await give(pending, wanted);
			}
			while (isOut && pending.length === 0) {
				lease.signal.throwIfAborted();
				for (const { folder } of await takeBack()) if (folder) pending.push(folder);
				if (pending.length > 0) return;
				isOut = await areLeft(database, { run: lease.run, sourceId: source.id });
				if (isOut) await sleep(pause, undefined, { signal: lease.signal });
			}
		},
	};
}

/** A product's folders are listed together; whoever has one of them has all. */
export function isWithinProduct(path: string): boolean {
	return path.split("/").slice(0, -1).some(isSafeFolder);
}
