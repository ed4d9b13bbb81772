import type { Finding, Sources, Wanted } from "#lib/targets/compare/sides.ts";
import { absent, compared, noLonger, restricted } from "./findings.ts";

/** Series and mosaics: which of those there are ours, or would be, and what they are called there. */

export interface Containers {
	readonly findings: readonly Finding[];
	/** Numbers of those that are ours, or would be. */
	readonly pks: ReadonlySet<number>;
	/** What they are called there, by EO ID. */
	readonly names: ReadonlyMap<string, string>;
	/** All of those names. */
	readonly own: ReadonlySet<string>;
}

export async function compareContainers({ wanted, there, owned }: Sources): Promise<Containers> {
	const all = await wanted.containers();
	const ownedById = new Map((await owned.containers()).map((each) => [each.containerId, each]));
	const pks = [...ownedById.values()].map(({ targetPk }) => targetPk);
	const byPk = new Map((await there.byNumbers(pks)).map((each) => [each.pk, each]));
	const ownPks = new Set(pks);
	const isThere = (containerId: number | null) => byPk.has(ownedById.get(containerId)?.targetPk ?? -1);
	const unowned = all.filter(({ containerId }) => !isThere(containerId));
	const names = unowned.flatMap(({ object, formerIds = [] }) => [object.identifier, ...formerIds]);
	const byName = new Map(
		(await there.byIdentifiers(names)).filter(({ pk }) => !ownPks.has(pk)).map((each) => [each.identifier, each]),
	);
	const found = all.map((each) => {
		const mine = ownedById.get(each.containerId);
		if (mine !== undefined && isThere(each.containerId)) return { each, mine, match: byPk.get(mine.targetPk) };
		const candidates = [each.object.identifier, ...(each.formerIds ?? [])].flatMap((name) => byName.get(name) ?? []);
		return {
			each,
			mine,
			match: candidates.find(({ object }) => object?.kind === each.object.kind),
			taken: candidates[0],
		};
	});
	const wantedIds = new Set(all.map(({ containerId }) => containerId));
	const left = [...ownedById.values()].filter(
		({ containerId, targetPk }) => !wantedIds.has(containerId) && byPk.has(targetPk),
	);
	const called = new Map(
		found.flatMap(({ each, match }) => (match === undefined ? [] : [[each.eoId, match.identifier] as const])),
	);
	const own = new Set([...called.values(), ...all.map(({ object }) => object.identifier)]);
	return {
		findings: [
			...found.map(({ each, mine, match, taken }) =>
				match === undefined
					? absent(each, mine, taken)
					: compared(each, {
							there: match,
							owned: match.pk === mine?.targetPk ? mine : null,
							replaces: mine === undefined || match.pk === mine.targetPk ? null : mine.id,
							restrict: (object) => restricted(object, own),
						}),
			),
			...left.map((each) => noLonger(each, byPk.get(each.targetPk))),
		],
		pks: new Set([...ownPks, ...found.flatMap(({ match }) => match?.pk ?? [])]),
		names: called,
		own,
	};
}

/** Its series and mosaics as they are called there. */
export function named(each: Wanted, { names }: Containers): Wanted {
	if (each.object.collections.every((name) => (names.get(name) ?? name) === name)) return each;
	const collections = each.object.collections.map((name) => names.get(name) ?? name).toSorted();
	return { ...each, object: { ...each.object, collections } };
}
