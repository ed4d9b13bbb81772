import type { FileFingerprint } from "#lib/catalog/json-columns.ts";
import { toNcName } from "#lib/metadata/eo-id.ts";
import { baseName, stemOf } from "#lib/paths.ts";
import { identityKey, sameContent } from "#lib/sync/match/fingerprint.ts";

/** A removed dataset or an added file, as far as rule 7 looks at it. */
export interface Movable {
	readonly changeId: number;
	readonly path: string;
	readonly files: readonly FileFingerprint[];
	/** Hash of the rules by which it was read, or would be. */
	readonly rule: string | null;
	/** The EO ID of a removed dataset. */
	readonly eoId: string | null;
}

export interface Move<File extends Movable = Movable> {
	readonly removed: File;
	readonly added: File;
}

/**
 * Rule 7, as far as listings show: a removed and an added file are the same when their data files, and all that belongs
 * to them, are the same under other names. Files alike in everything (hard links) pair up in the order of their paths.
 */
export function pairMoves<File extends Movable>(
	removed: readonly File[],
	added: readonly File[],
): readonly Move<File>[] {
	const removedByKey = Map.groupBy(byPath(removed), keyOf);
	const moves: Move<File>[] = [];
	for (const file of byPath(added)) {
		const candidates = removedByKey.get(keyOf(file));
		const index = candidates?.findIndex((candidate) => sameBelongings(candidate.files, file.files)) ?? -1;
		const [match] = index < 0 || !candidates ? [] : candidates.splice(index, 1);
		if (match && keyOf(file) !== null) moves.push({ removed: match, added: file });
	}
	return moves;
}

/**
 * Whether only the path changes, so that nothing need be read: the same rules still hold, and neither the EO ID nor, by the
 * source's `fileName` pattern (`hasPattern`), anything else came from the old name.
 */
export function isPureRename({ removed, added }: Move, { hasPattern }: { readonly hasPattern: boolean }): boolean {
	if (removed.rule !== added.rule) return false;
	const [from, to] = [baseName(removed.path), baseName(added.path)];
	return from === to || (!hasPattern && removed.eoId !== toNcName(stemOf(from)));
}

function keyOf({ files }: Movable): string | null {
	const data = files[0];
	return data ? identityKey(data) : null;
}

function sameBelongings(a: readonly FileFingerprint[], b: readonly FileFingerprint[]): boolean {
	return (
		a.length === b.length &&
		a.every((file, i) => b[i] !== undefined && file.role === b[i].role && sameContent(file, b[i]))
	);
}

function byPath<T extends { readonly path: string }>(items: readonly T[]): readonly T[] {
	return items.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** A change that would give a dataset an EO ID which it does not have now. */
export interface EoIdClaim {
	readonly changeId: number;
	readonly eoId: string;
	readonly path: string;
}

/** The dataset or container that has a contended EO ID now. */
export interface EoIdHolder {
	readonly eoId: string;
	/** For people: a path, or "the container X". */
	readonly what: string;
	/** The change of this run by which the holder gives the ID up; `"gone"` when it is removed; null: it keeps it. */
	readonly releasedBy: number | "gone" | null;
}

/**
 * Rule 8, duplicate EO IDs: the reason for every claim that must be rejected. Who has the ID keeps it; among new
 * claims the first path wins. A claim that fails leaves its dataset with the ID it had, which may fail another one.
 */
export function settleEoIds(claims: readonly EoIdClaim[], holders: readonly EoIdHolder[]): ReadonlyMap<number, string> {
	const rejected = new Map<number, string>();
	const claimsByEoId = Map.groupBy(byPath(claims), (claim) => claim.eoId);
	const holdersByEoId = Map.groupBy(holders, (holder) => holder.eoId);
	for (let settled = -1; settled !== rejected.size; ) {
		settled = rejected.size;
		for (const [eoId, all] of claimsByEoId) {
			const open = all.filter((claim) => !rejected.has(claim.changeId));
			const keeper = holdersByEoId
				.get(eoId)
				?.find(({ releasedBy }) => releasedBy === null || (releasedBy !== "gone" && rejected.has(releasedBy)));
			const losers = keeper ? open : open.slice(1);
			for (const loser of losers)
				rejected.set(loser.changeId, `duplicate EO ID ${eoId}: ${keeper?.what ?? open[0]?.path} has it`);
		}
	}
	return rejected;
}
