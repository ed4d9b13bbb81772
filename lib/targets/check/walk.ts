import { type Comparison, compareObject } from "#lib/targets/compare/compare.ts";
import type { KeptFields, TargetObject } from "#lib/targets/compare/target-object.ts";
import { AscendingNumbers } from "./text-index.ts";
import { WantedIndex } from "./wanted-index.ts";

/** Goes once through all that a target has and all that it should have, and says of each object what it found. Writes nothing. */

/** An object that the target should have. */
export interface Wanted {
	/** The dataset's, or the container's. */
	readonly eoId: string;
	/** null: it is of a container. */
	readonly datasetId: number | null;
	readonly containerId: number | null;
	/** Of a dataset that is several objects: which of them. */
	readonly part: string;
	readonly object: TargetObject;
	/** Why it cannot be written there; null: it can. One that is there already can be adopted all the same. */
	readonly problem: string | null;
	/** Why it cannot be called as it is here; null: it can. An adopted one keeps its name there, and is written all the same. */
	readonly nameProblem: string | null;
	/** Earlier EO IDs of a container. */
	readonly formerIds?: readonly string[];
}

/** The catalogue's side. */
export interface WantedSource {
	/** Ids of all datasets that the target should have, ascending, so many at a time. */
	datasetIds(): AsyncIterable<readonly number[]>;
	/** What those of them that it should have are there, always in the same order. */
	load(datasetIds: readonly number[]): Promise<readonly Wanted[]>;
	containers(): Promise<readonly Wanted[]>;
}

export interface ThereObject {
	readonly pk: number;
	readonly identifier: string;
	/** null: an identifier that is only reserved. */
	readonly kind: TargetObject["kind"] | "product" | null;
	/** null: eosync has no equivalent of it. */
	readonly object: TargetObject | null;
}

/** The target's side. */
export interface ThereSource {
	/** All objects, ascending by number, so many at a time. */
	all(): AsyncIterable<readonly ThereObject[]>;
	byNumbers(pks: readonly number[]): Promise<readonly ThereObject[]>;
	byIdentifiers(identifiers: readonly string[]): Promise<readonly ThereObject[]>;
	/** Those of the numbers that are there. */
	existing(pks: readonly number[]): Promise<ReadonlySet<number>>;
}

export interface OwnedObject {
	readonly id: number;
	readonly kind: TargetObject["kind"];
	readonly datasetId: number | null;
	readonly containerId: number | null;
	readonly part: string;
	readonly identifier: string;
	readonly targetPk: number;
	readonly written: KeptFields | null;
	readonly desired: KeptFields | null;
	readonly differing: readonly string[];
}

export type OwnedKey = Pick<OwnedObject, "id" | "datasetId" | "kind" | "part" | "targetPk">;

/** What there is ours already. */
export interface OwnedSource {
	byNumbers(pks: readonly number[]): Promise<readonly OwnedObject[]>;
	byDatasets(datasetIds: readonly number[]): Promise<readonly OwnedKey[]>;
	containers(): Promise<readonly OwnedObject[]>;
	/** All, so many at a time. */
	all(): AsyncIterable<readonly OwnedObject[]>;
}

export interface Finding {
	readonly class: Comparison["state"] | "missing" | "foreign" | "conflict" | "gone";
	readonly kind: TargetObject["kind"];
	/** As it is called there, or would be. */
	readonly identifier: string;
	readonly targetPk: number | null;
	/** null: nothing here is like it. */
	readonly wanted: Wanted | null;
	readonly there: TargetObject | null;
	readonly isOwned: boolean;
	/** What was ours of it (`OwnedObject.id`) was removed there, and this took its place; null: it did not. */
	readonly replaces: number | null;
	readonly fields: Comparison["fields"];
	readonly message: string | null;
}

export interface WalkOptions {
	readonly signal: AbortSignal;
	/** How many objects were looked at so far. */
	readonly onProgress?: (done: number) => Promise<void>;
}

interface Sources {
	readonly wanted: WantedSource;
	readonly there: ThereSource;
	readonly owned: OwnedSource;
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

interface Containers {
	readonly findings: readonly Finding[];
	/** Numbers of those that are ours, or would be. */
	readonly pks: ReadonlySet<number>;
	/** What they are called there, by EO ID. */
	readonly names: ReadonlyMap<string, string>;
	/** All of those names. */
	readonly own: ReadonlySet<string>;
}

async function compareContainers({ wanted, there, owned }: Sources): Promise<Containers> {
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

/** Of the series and mosaics that an object is in, those of others are not ours to say. */
function restricted(object: TargetObject, own: ReadonlySet<string>): TargetObject {
	return { ...object, collections: object.collections.filter((name) => own.has(name)) };
}

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

/** Its series and mosaics as they are called there. */
function named(each: Wanted, { names }: Containers): Wanted {
	if (each.object.collections.every((name) => (names.get(name) ?? name) === name)) return each;
	const collections = each.object.collections.map((name) => names.get(name) ?? name).toSorted();
	return { ...each, object: { ...each.object, collections } };
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

interface Match {
	readonly there: ThereObject;
	readonly owned: OwnedObject | null;
	readonly replaces: number | null;
	readonly restrict: (object: TargetObject) => TargetObject;
}

function compared(wanted: Wanted, { there, owned, replaces, restrict }: Match): Finding {
	const { pk, identifier, object } = there;
	if (object === null || object.kind !== wanted.object.kind)
		return { ...absent(wanted, undefined, there), targetPk: pk, isOwned: owned !== null };
	const actual = restrict(object);
	const { state, fields } = compareObject(wanted.object, actual, owned);
	const problem = wanted.problem !== null && state !== "same" ? wanted.problem : null;
	const found = problem === null ? state : "conflict";
	return {
		class: replaces === null ? found : "changed there",
		kind: object.kind,
		identifier,
		targetPk: pk,
		wanted,
		there: actual,
		isOwned: owned !== null,
		replaces,
		fields,
		message: replaces === null ? problem : "It was registered anew there; an adoption takes it over again.",
	};
}

const nothing = { there: null, targetPk: null, fields: [], isOwned: false, replaces: null } as const;

/** What should be there, and is not. */
function absent(wanted: Wanted, owned: OwnedObject | undefined, taken: ThereObject | undefined): Finding {
	const { kind, identifier } = wanted.object;
	const of = { ...nothing, kind, identifier, wanted };
	// A push that was killed before it wrote it had only reserved its number.
	if (owned !== undefined && Object.keys(owned.written ?? {}).length > 0)
		return {
			...of,
			class: "changed there",
			identifier: owned.identifier,
			isOwned: true,
			message: "It was removed there.",
		};
	if (taken !== undefined)
		return { ...of, class: "conflict", message: `Its identifier is that of ${whatIs(taken)} there.` };
	const problem = wanted.nameProblem ?? wanted.problem;
	if (problem !== null) return { ...of, class: "conflict", message: problem };
	return { ...of, class: "missing", message: null };
}

function whatIs({ kind }: ThereObject): string {
	switch (kind) {
		case "coverage":
			return "another coverage";
		case "product":
			return "a product";
		case "series":
			return "a dataset series";
		case "mosaic":
			return "a mosaic";
		case null:
			return "something else";
	}
}

/** Ours, and no longer in the catalogue, or in no container of the target. */
function noLonger({ kind, identifier, targetPk }: OwnedObject, there: ThereObject | undefined): Finding {
	return {
		...nothing,
		class: "gone",
		kind,
		identifier,
		targetPk,
		wanted: null,
		there: there?.object ?? null,
		isOwned: true,
		message: "It is no longer in the catalogue, or in no container of this target.",
	};
}

function foreign({ pk, identifier }: ThereObject, object: TargetObject, message: string | null): Finding {
	return {
		...nothing,
		class: "foreign",
		kind: object.kind,
		identifier,
		targetPk: pk,
		wanted: null,
		there: object,
		message,
	};
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
