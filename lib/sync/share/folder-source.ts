import type { ClaimedPart } from "#lib/catalog/runs/run-parts.ts";
import type { SourceRules } from "#lib/sync/loaded-run.ts";
import { isSafeFolder } from "#lib/sync/match/product-names.ts";
import { addNotes, addProblems } from "#lib/sync/problems.ts";
import type { RunContext } from "#lib/sync/run-context.ts";
import type { FolderSource } from "#lib/sync/scan/examine.ts";
import type { Pending } from "#lib/sync/scan/scan.ts";
import type { Help, Helping } from "./helper.ts";
import { Rebalancer } from "./rebalancer.ts";

/** Folders given away at once: the next report asks for more. */
const maxFoldersGiven = 4096;
/** Folders that the leader takes back at once. */
const maxFoldersTaken = 64;
/** A helper lists for about so long; what it has found meanwhile and not listed yet is for all again. */
const portionMs = 1000;

/**
 * The leader begins at the source's root. It gives away those of the folders still to be listed that it would come to
 * last, which are likely to have much below them.
 */
export function leaderFolders(
	context: RunContext,
	source: SourceRules,
): FolderSource & { readonly wasShared: () => boolean } {
	const rebalancer = new Rebalancer(context, source.id);
	return {
		wasShared: () => rebalancer.wasShared,
		async *portions() {
			yield [{ path: source.path, parent: null }];
			for await (const parts of rebalancer.takeBack(maxFoldersTaken)) yield foldersOf(parts);
		},
		giveBack: (sql, failed) =>
			addProblems(
				sql,
				context.lease,
				source.id,
				failed.map(({ problem }) => problem),
			),
		note: (sql, notes) => addNotes(sql, context.lease, source.id, notes),
		async rebalance(pending) {
			const idle = pending.length > 1 ? rebalancer.idleHelpers() : 0;
			if (idle === 0) return;
			const divisible = pending.filter(({ path }) => !isWithinProduct(path));
			const given = divisible.slice(0, Math.min(maxFoldersGiven, Math.floor((divisible.length * idle) / (idle + 1))));
			if (given.length === 0) return;
			await rebalancer.give(given.map((folder) => ({ sourceId: source.id, folder })));
			removeAll(pending, new Set(given));
		},
	};
}

/** A helper lists some of the folders that were given away, for a moment, and leaves the rest of what is below them. */
export function helperFolders(
	{ claim, mayGoOn }: Helping,
	source: SourceRules,
	parts: readonly ClaimedPart[],
): FolderSource & { readonly help: () => Help } {
	const began = performance.now();
	let hasFailed = false;
	let help: Help = "helped";
	return {
		help: () => help,
		whole: true,
		async *portions() {
			yield foldersOf(parts).toReversed();
		},
		async finish(sql) {
			if (claim.done === 0 && hasFailed) help = "cannot";
			await claim.end(
				sql,
				parts.map(({ id }) => id),
			);
		},
		async giveBack(_sql, failed) {
			hasFailed ||= failed.length > 0;
			for (const { folder } of failed) if (folder) claim.putBack([{ sourceId: source.id, folder, forLeader: true }]);
		},
		// The leader handles folders with something unclear in them.
		async note() {},
		async rebalance(pending) {
			const isOver = performance.now() - began > portionMs || !mayGoOn();
			if (!isOver || pending.some(({ path }) => isWithinProduct(path))) return;
			claim.putBack(pending.map((folder) => ({ sourceId: source.id, folder })));
			pending.length = 0;
		},
	};
}

function foldersOf(parts: readonly ClaimedPart[]): readonly Pending[] {
	return parts.flatMap(({ folder }) => folder ?? []);
}

/** Removes the folders in place, without `splice`: a call cannot have as many arguments as there may be folders left. */
function removeAll(pending: Pending[], given: ReadonlySet<Pending>): void {
	const kept = pending.filter((folder) => !given.has(folder));
	pending.length = 0;
	for (const folder of kept) pending.push(folder);
}

/** A product's folders are listed together, by one process. */
function isWithinProduct(path: string): boolean {
	return path.split("/").slice(0, -1).some(isSafeFolder);
}
