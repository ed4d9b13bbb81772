import type { Finding, OwnedObject, Sources, ThereObject, Wanted } from "#lib/targets/compare/sides.ts";
import type { TargetObject } from "#lib/targets/compare/target-object.ts";
import { type Containers, compareContainers, named } from "./compare-containers.ts";
import { absent, compared, foreign, noLonger, restricted } from "./findings.ts";
import { AscendingNumbers } from "./text-index.ts";
import { WantedIndex } from "./wanted-index.ts";

/** Goes once through all that a target has and all that it should have, and says of each object what it found. Writes nothing. */

export interface WalkOptions {
	readonly signal: AbortSignal;
	/** How many objects were looked at so far. */
	readonly onProgress?: (done: number) => Promise<void>;
}

/** Containers come first, so that what they are called there is known when their members are compared. */
export async function* walk(
	sources: Sources,
	{ signal, onProgress = async () => {} }: WalkOptions,
): AsyncGenerator<readonly Finding[]> {
	const containers = await compareContainers(sources);
	yield containers.findings;
	const index = new WantedIndex();
	const lost: LostObjects = new Map();
	for await (const ids of sources.wanted.datasetIds()) {
		signal.throwIfAborted();
		await addToIndex(sources, { index, lost }, ids);
	}
	const seen = new AscendingNumbers();
	let done = 0;
	for await (const portion of sources.there.all()) {
		signal.throwIfAborted();
		for (const { pk } of portion) seen.add(pk);
		const rest = portion.filter(({ pk }) => !containers.pks.has(pk));
		const owned = await sources.owned.byNumbers(rest.map(({ pk }) => pk));
		yield await comparePortion(sources, { portion: rest, owned, index, lost, containers });
		done += portion.length;
		await onProgress(done);
	}
	for await (const owned of sources.owned.all()) {
		signal.throwIfAborted();
		const removed = owned.filter(
			(each) => each.containerId === null && !seen.has(each.targetPk) && lost.get(keyOf(each))?.isReplaced !== true,
		);
		if (removed.length > 0) yield await removedThere(sources, removed);
	}
	for (const ids of index.unmatched(portionSize)) {
		signal.throwIfAborted();
		yield await missing(sources, { index, lost }, ids);
	}
}

const portionSize = 2000;

/** What is ours and no longer there, by its key. */
type LostObjects = Map<string, { readonly id: number; isReplaced: boolean }>;

/** Objects of ours are in it too, so that other objects with the same file are not taken for ones without an owner. */
async function addToIndex(
	{ wanted, owned, there }: Sources,
	{ index, lost }: { readonly index: WantedIndex; readonly lost: LostObjects },
	ids: readonly number[],
): Promise<void> {
	const mine = await owned.byDatasets(ids);
	const existing = await there.existing(mine.map(({ targetPk }) => targetPk));
	for (const each of mine) if (!existing.has(each.targetPk)) lost.set(keyOf(each), { id: each.id, isReplaced: false });
	const present = new Set(mine.filter(({ targetPk }) => existing.has(targetPk)).map(keyOf));
	for (const [datasetId, objects] of byDataset(await wanted.load(ids)))
		for (const [place, each] of objects.entries()) {
			const files = each.object.files.map(({ place }) => place);
			const ordinal = index.add({ datasetId, place }, { identifier: each.object.identifier, files });
			if (present.has(keyOf({ ...each, kind: each.object.kind }))) index.match(ordinal);
		}
}

function keyOf({ datasetId, kind, part }: Pick<OwnedObject, "datasetId" | "kind" | "part">): string {
	return `${datasetId} ${kind} ${part}`;
}

function byDataset(all: readonly Wanted[]): ReadonlyMap<number, readonly Wanted[]> {
	return Map.groupBy(
		all.filter((each): each is Wanted & { datasetId: number } => each.datasetId !== null),
		({ datasetId }) => datasetId,
	);
}

interface Portion {
	readonly portion: readonly ThereObject[];
	readonly owned: readonly OwnedObject[];
	readonly index: WantedIndex;
	readonly lost: LostObjects;
	readonly containers: Containers;
}

async function comparePortion(
	sources: Sources,
	{ portion, owned, index, lost, containers }: Portion,
): Promise<readonly Finding[]> {
	const ownedByPk = new Map(owned.map((each) => [each.targetPk, each]));
	const candidates = new Map(
		portion.flatMap(({ pk, object }) =>
			object === null || ownedByPk.has(pk)
				? []
				: [
						[
							pk,
							index.candidates(
								object.identifier,
								object.files.map(({ place }) => place),
							),
						] as const,
					],
		),
	);
	const ids = [
		...owned.flatMap(({ datasetId }) => datasetId ?? []),
		...[...candidates.values()].flat().map((ordinal) => index.placeOf(ordinal).datasetId),
	];
	const wanted = byDataset(await sources.wanted.load([...new Set(ids)]));
	const wantedAt = (ordinal: number) => {
		const { datasetId, place } = index.placeOf(ordinal);
		return wanted.get(datasetId)?.[place];
	};
	const better = await sameFileUnderItsName(sources, portion, (pk) =>
		(candidates.get(pk) ?? []).flatMap((ordinal) => wantedAt(ordinal) ?? []),
	);
	const restrict = (object: TargetObject) => restricted(object, containers.own);
	return portion.flatMap((there): readonly Finding[] => {
		const { pk, object } = there;
		const mine = ownedByPk.get(pk);
		if (mine !== undefined) {
			const each = wanted
				.get(mine.datasetId ?? -1)
				?.find(({ object: { kind }, part }) => kind === mine.kind && part === mine.part);
			return [
				each === undefined
					? noLonger(mine, there)
					: compared(named(each, containers), { there, owned: mine, replaces: null, restrict }),
			];
		}
		if (object === null) return [];
		const twin = better.get(pk);
		if (twin !== undefined) return [foreign(there, object, `It is of the same file as ${twin}.`)];
		const ordinals = (candidates.get(pk) ?? []).filter((ordinal) => wantedAt(ordinal)?.object.kind === object.kind);
		const ofFile = ordinals.filter((ordinal) => isSameFile(wantedAt(ordinal)?.object, object));
		const ofName = ordinals.filter((ordinal) => wantedAt(ordinal)?.object.identifier === object.identifier);
		const [ordinal] = [...ofFile, ...ofName].filter((each) => !index.isMatched(each));
		const each = ordinal === undefined ? undefined : wantedAt(ordinal);
		if (ordinal === undefined || each === undefined) {
			const [other] = ofFile;
			const taken = other === undefined ? undefined : wantedAt(other);
			return [
				foreign(
					there,
					object,
					taken === undefined ? null : `It is of the same file as what ${taken.eoId} is there already.`,
				),
			];
		}
		index.match(ordinal);
		const before = lost.get(keyOf({ ...each, kind: each.object.kind }));
		if (before !== undefined) before.isReplaced = true;
		return [compared(named(each, containers), { there, owned: null, replaces: before?.id ?? null, restrict })];
	});
}

function isSameFile(wanted: TargetObject | undefined, there: TargetObject): boolean {
	const places = new Set(wanted?.files.map(({ place }) => place));
	return there.files.some(({ place }) => places.has(place));
}

/**
 * Of objects whose file is a dataset's under another name: what has both its name and its file, where there is such a one. That is the
 * dataset's then, wherever it comes in their order.
 */
async function sameFileUnderItsName(
	{ there }: Sources,
	portion: readonly ThereObject[],
	wantedOf: (pk: number) => readonly Wanted[],
): Promise<ReadonlyMap<number, string>> {
	const named = portion.flatMap(({ pk, identifier, object }) =>
		object === null
			? []
			: wantedOf(pk)
					.filter(
						(each) =>
							each.object.identifier !== identifier &&
							each.object.kind === object.kind &&
							isSameFile(each.object, object),
					)
					.map((each) => ({ pk, name: each.object.identifier, object })),
	);
	if (named.length === 0) return new Map();
	const found = new Map(
		(await there.byIdentifiers(named.map(({ name }) => name))).map((each) => [each.identifier, each]),
	);
	return new Map(
		named.flatMap(({ pk, name, object }) => {
			const other = found.get(name)?.object;
			return other?.kind === object.kind && isSameFile(other, object) ? [[pk, name] as const] : [];
		}),
	);
}

async function removedThere({ wanted }: Sources, lost: readonly OwnedObject[]): Promise<readonly Finding[]> {
	const all = byDataset(await wanted.load([...new Set(lost.flatMap(({ datasetId }) => datasetId ?? []))]));
	return lost.flatMap((owned) => {
		const each = all
			.get(owned.datasetId ?? -1)
			?.find(({ object: { kind }, part }) => kind === owned.kind && part === owned.part);
		// Removed on both sides: there is nothing to do.
		return each === undefined ? [] : [absent(each, owned, undefined)];
	});
}

/** Objects of ours that were removed there are reported already. */
async function missing(
	{ wanted, there }: Sources,
	{ index, lost }: { readonly index: WantedIndex; readonly lost: LostObjects },
	ordinals: readonly number[],
): Promise<readonly Finding[]> {
	const places = ordinals.map((ordinal) => index.placeOf(ordinal));
	const all = byDataset(await wanted.load([...new Set(places.map(({ datasetId }) => datasetId))]));
	const absentOnes = places
		.flatMap(({ datasetId, place }) => all.get(datasetId)?.[place] ?? [])
		.filter((each) => !lost.has(keyOf({ ...each, kind: each.object.kind })));
	const found = await there.byIdentifiers(absentOnes.map(({ object }) => object.identifier));
	const taken = new Map(found.map((each) => [each.identifier, each]));
	return absentOnes.map((each) => absent(each, undefined, taken.get(each.object.identifier)));
}
