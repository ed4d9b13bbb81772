import type { Database, Transaction } from "#lib/catalog/database/database.ts";
import type { StorageAccess } from "#lib/catalog/storages/storage-access.ts";
import type { PushCounts } from "#lib/catalog/targets/target-records.ts";
import { type CatalogueSource, catalogueSource, seenBy } from "#lib/targets/eoxserver/desired.ts";
import type { WantedCoverage } from "#lib/targets/eoxserver/mapping.ts";
import { eoxObjects } from "#lib/targets/eoxserver/read-objects.ts";
import { refusals } from "#lib/targets/eoxserver/refusals.ts";
import { heldBy, otherReferences, removeObjects } from "#lib/targets/eoxserver/remove.ts";
import { requireUnchanged, unlessChanged, type Versions, versionsOf } from "#lib/targets/eoxserver/versions.ts";
import { lockTarget, reserveNumbers, type WriteContext, writeObjects } from "#lib/targets/eoxserver/write.ts";
import { type SeenThere, writesOf } from "#lib/targets/eoxserver/writes-of.ts";
import { metadataFormats } from "./metadata-formats.ts";
import { announcementOf, countsOf, differenceOf } from "./outcomes.ts";
import {
	announce,
	type OwnedContainer,
	ownedContainers,
	ownedObjects,
	type PushedObject,
	settle,
} from "./push-owned.ts";
import { type Step, settlementOf, stepFor } from "./push-plan.ts";
import type { Notes, PushedDifference, PushedTarget } from "./push-types.ts";
import { withDescriptions } from "./range-type-descriptions.ts";
import { refuseTwins } from "./refuse-twins.ts";
import { storageNames } from "./storage-rows.ts";
import { writeInHalves } from "./write-in-halves.ts";

export interface PortionWork {
	readonly database: Pick<Database, "sql">;
	readonly eox: Pick<Database, "sql">;
	readonly target: PushedTarget;
	readonly notes: Notes;
	readonly overwrite: boolean;
	readonly access: StorageAccess | undefined;
	readonly signal: AbortSignal;
	/** Formats of metadata files that this push has found (`metadata-formats.ts`). */
	readonly knownFormats: Map<string, string | null>;
}

type Settled = (tx: Transaction, differences: readonly PushedDifference[], counts: PushCounts) => Promise<void>;

/**
 * Does what is noted: says here what will be written, writes it there in one transaction, and settles it here with the notes. Killed in between it
 * finds what it said, and what is there.
 */
export async function pushPortion(work: PortionWork, onSettled: Settled): Promise<PushCounts> {
	return unlessChanged(() => attemptPortion(work, onSettled));
}

/** @throws ChangedMeanwhile */
async function attemptPortion(work: PortionWork, onSettled: Settled): Promise<PushCounts> {
	const { database, eox, target, notes, access, signal, knownFormats } = work;
	const planned = await planPortion(work);
	const ready = await reserved(eox, planned.steps);
	const announcements = ready.flatMap(announcementOf);
	await database.sql.begin(async (tx) => {
		if (announcements.length > 0) await announce(tx, target.id, announcements);
		await noteSummaries(tx, target.id, ready);
	});
	const seen = await seenBy(database.sql, target.settings);
	const names = await storageNames(work, { seen, steps: ready });
	const formats =
		access === undefined
			? new Map<string, string | null>()
			: await metadataFormats(ready, { database, access, signal, seen, known: knownFormats });
	const steps = await writeInHalves(ready, (some, before) =>
		writeSteps(eox, some, {
			seen,
			names,
			formats,
			versions: planned.versions,
			collections: planned.collections([...before, ...some]),
		}),
	);
	const differences = steps.flatMap(differenceOf);
	const counts = countsOf(steps);
	await database.sql.begin(async (tx) => {
		await settle(tx, target.id, {
			created: steps.flatMap((step) => (step.do === "create" ? (step.pk ?? []) : [])),
			settled: steps.flatMap((step) => settlementOf(step, step.do === "update" ? step.pk : null) ?? []),
			gone: steps.flatMap((step) => (step.do === "remove" || step.do === "forget" ? [step.owned.id] : [])),
		});
		for (const name of refusedContainers(ready, steps))
			await tx`
				update target_objects set written = jsonb_set(written, '{collections}', (written->'collections') - ${name}::text)
				where target_id = ${target.id} and dataset_id = any(${[...notes.datasets]}::bigint[]) and written->'collections' ? ${name}::text`;
		// Their members did not have them so far.
		for (const step of steps)
			if (step.do === "create" && step.wanted.containerId !== null && step.owned?.state === "conflict")
				await tx`select from eosync_note_target_container(${target.id}, ${step.wanted.containerId})`;
		const freed = steps.flatMap((step) => (step.do === "remove" ? [step.owned.identifier] : []));
		if (freed.length > 0)
			await tx`
				select from eosync_note_target(${target.id}, (select array_agg(dataset_id) from target_objects
					where target_id = ${target.id} and identifier = any(${freed}) and target_pk is null and state = 'conflict' and dataset_id is not null))`;
		for (const id of planned.later) await tx`select from eosync_note_target(${target.id}, ${[id]}::bigint[])`;
		await tx`delete from target_notes where id = any(${[...notes.ids]}::bigint[])`;
		await onSettled(tx, differences, counts);
	});
	return counts;
}

/** Marks series whose members come, change or leave, even if nothing of these members is written there: the summaries are made anew at the end of the push. */
async function noteSummaries(tx: Transaction, target: number, steps: readonly Step[]): Promise<void> {
	const names = new Set(
		steps.flatMap((step) => [
			...("wanted" in step ? step.wanted.object.collections : []),
			...(step.do === "update" || step.do === "remove" ? namesIn(step.owned.written?.collections) : []),
		]),
	);
	if (names.size > 0)
		await tx`
			update target_objects set summary_due = true
			where target_id = ${target} and identifier = any(${[...names]}) and kind = 'series' and not summary_due`;
}

function namesIn(collections: unknown): readonly string[] {
	return Array.isArray(collections) ? collections.filter((name) => typeof name === "string") : [];
}

/** What series and mosaics would have been called that the database there refused: their members are not in them. */
function refusedContainers(before: readonly Step[], after: readonly Step[]): readonly string[] {
	const made = new Set(after.flatMap((step) => (step.do === "create" ? (step.wanted.containerId ?? []) : [])));
	return before.flatMap((step) =>
		step.do === "create" && step.wanted.containerId !== null && !made.has(step.wanted.containerId)
			? [step.wanted.object.identifier]
			: [],
	);
}

async function writeSteps(
	eox: Pick<Database, "sql">,
	steps: readonly Step[],
	{ collections, versions, ...there }: SeenThere & Pick<WriteContext, "collections"> & Pick<Planned, "versions">,
): Promise<void> {
	const writes = writesOf(steps, there);
	const removed = steps.flatMap((step) => (step.do === "remove" ? [step.pk] : []));
	if (writes.objects.length + removed.length === 0) return;
	await eox.sql.begin(async (tx) => {
		await lockTarget(tx);
		const known = steps.flatMap((step) => (step.do === "update" || step.do === "remove" ? [step.pk] : []));
		await requireUnchanged(tx, known, versions);
		await removeObjects(tx, removed);
		await writeObjects(tx, writes.objects, { ...writes, collections });
	});
}

interface Planned {
	readonly steps: readonly Step[];
	/** Of the objects there, from before they were read. */
	readonly versions: Versions;
	/** Datasets that have to wait for a name that another one has yet. */
	readonly later: readonly number[];
	/** What our series and mosaics are called there, and their numbers, once these steps are done. */
	readonly collections: (
		steps: readonly Step[],
	) => ReadonlyMap<string, { readonly pk: number; readonly kind: "coverage" | "series" | "mosaic" }>;
}

async function planPortion({ database, eox, target, notes, overwrite, access, signal }: PortionWork): Promise<Planned> {
	const { sql } = database;
	const catalogue = await catalogueSource(database, target);
	const loaded = await catalogue.load(notes.datasets);
	const coverages = access === undefined ? loaded : await withDescriptions(loaded, { database, eox, access, signal });
	const known = await ownedContainers(sql, target.id);
	const containers = await wantedContainers(catalogue, {
		coverages,
		noted: notes.containers,
		known: new Set(known.map(({ eoId }) => eoId)),
	});
	const owned = await ownedObjects(sql, target.id, {
		datasets: notes.datasets,
		containers: [...new Set([...notes.containers, ...containers.flatMap(({ containerId }) => containerId ?? [])])],
	});
	const pks = owned.flatMap(({ targetPk }) => targetPk ?? []);
	const versions = await versionsOf(eox.sql, pks);
	const there = new Map((await (await eoxObjects(eox.sql)).byNumbers(pks)).map((each) => [each.pk, each]));
	const ownedBy = new Map(owned.map((each) => [keyOf(each), each]));
	const stepOf = (wanted: WantedCoverage | null, mine: PushedObject | null) =>
		stepFor({ wanted, owned: mine, there: there.get(mine?.targetPk ?? -1) ?? null, overwrite });
	const ofContainers = containers.flatMap(
		(wanted) => stepOf(wanted, ownedBy.get(keyOf({ ...wanted, kind: wanted.object.kind })) ?? null) ?? [],
	);
	const firstRefused = await refusals({ sql, eox: eox.sql, target: target.id, steps: ofContainers });
	const names = namesThere(known, firstRefused.steps);
	const own = new Set(names.values());
	const ofDatasets = coverages.flatMap((wanted) => {
		const collections = wanted.object.collections.flatMap((name) => names.get(name) ?? []).toSorted();
		const mine = ownedBy.get(keyOf({ ...wanted, kind: "coverage" })) ?? null;
		const found = there.get(mine?.targetPk ?? -1);
		// Of the series and mosaics of others that it is in there nothing is said.
		if (found?.object)
			there.set(found.pk, {
				...found,
				object: { ...found.object, collections: found.object.collections.filter((name) => own.has(name)) },
			});
		return stepOf({ ...wanted, object: { ...wanted.object, collections } }, mine) ?? [];
	});
	const wantedKeys = new Set([...containers, ...coverages].map((each) => keyOf({ ...each, kind: each.object.kind })));
	const left = owned
		.filter((each) => !wantedKeys.has(keyOf(each)) && isNoted(each, notes))
		.flatMap((each) => stepOf(null, each) ?? []);
	const removals = await heldRemovals(eox, left);
	const refused = await refusals({
		sql,
		eox: eox.sql,
		target: target.id,
		steps: [...removals, ...(await refuseTwins({ database, eox, target }, ofDatasets))],
		before: firstRefused.steps,
	});
	return {
		steps: [...firstRefused.steps, ...refused.steps],
		versions,
		later: refused.later,
		collections: (steps) => collectionsAfter(known, steps),
	};
}

/** What series and mosaics are called there once these steps are done, by EO ID. */
function namesThere(known: readonly OwnedContainer[], steps: readonly Step[]): ReadonlyMap<string, string> {
	const names = new Map(known.flatMap(({ eoId, identifier }) => (eoId === null ? [] : [[eoId, identifier] as const])));
	for (const step of steps) if (step.do === "create") names.set(step.wanted.eoId, step.wanted.object.identifier);
	for (const step of steps)
		if (step.do === "update" && step.identifier !== null) names.set(step.wanted.eoId, step.identifier);
	return names;
}

function collectionsAfter(
	known: readonly OwnedContainer[],
	steps: readonly Step[],
): ReturnType<Planned["collections"]> {
	const pks = new Map(known.map(({ identifier, pk, kind }) => [identifier, { pk, kind }]));
	for (const step of steps) {
		if (step.do !== "create" && step.do !== "update") continue;
		const { containerId, object } = step.wanted;
		const name = step.do === "update" ? (step.identifier ?? step.owned.identifier) : object.identifier;
		if (containerId !== null && step.pk !== null) pks.set(name, { pk: step.pk, kind: object.kind });
	}
	return pks;
}

/** Those that are noted, and those that members need and that are not there yet. */
async function wantedContainers(
	catalogue: CatalogueSource,
	{
		coverages,
		noted,
		known,
	}: {
		readonly coverages: readonly WantedCoverage[];
		readonly noted: readonly number[];
		readonly known: ReadonlySet<string | null>;
	},
): Promise<readonly WantedCoverage[]> {
	const lacking = new Set(coverages.flatMap(({ object }) => object.collections).filter((name) => !known.has(name)));
	if (lacking.size === 0) return noted.length === 0 ? [] : catalogue.containers(noted);
	const isNotedHere = new Set(noted);
	return (await catalogue.containers()).filter(
		({ eoId, containerId }) => lacking.has(eoId) || isNotedHere.has(containerId ?? -1),
	);
}

function keyOf({
	datasetId,
	containerId,
	kind,
	part,
}: Pick<PushedObject, "datasetId" | "containerId" | "kind" | "part">): string {
	return datasetId === null ? `container ${containerId}` : `${datasetId} ${kind} ${part}`;
}

function isNoted({ datasetId, containerId }: PushedObject, { datasets, containers }: Notes): boolean {
	return datasetId === null ? containers.includes(containerId ?? -1) : datasets.length > 0;
}

/** What rows of tables that nobody here knows refer to stays there, and says so. */
async function heldRemovals(eox: Pick<Database, "sql">, steps: readonly Step[]): Promise<readonly Step[]> {
	const pks = steps.flatMap((step) => (step.do === "remove" ? [step.pk] : []));
	if (pks.length === 0) return steps;
	const held = await heldBy(eox.sql, pks, await otherReferences(eox.sql));
	return steps.map((step) => {
		const table = step.do === "remove" ? held.get(step.pk) : undefined;
		return step.do !== "remove" || table === undefined
			? step
			: {
					do: "hold",
					owned: step.owned,
					message: `It is to be removed, and rows of ${table} refer to it there: remove those first.`,
				};
	});
}

/** New objects get their numbers before they are written, so that a killed push knows them. */
async function reserved(eox: Pick<Database, "sql">, steps: readonly Step[]): Promise<readonly Step[]> {
	const wanting = steps.filter((step) => step.do === "create" && step.pk === null);
	if (wanting.length === 0) return steps;
	const numbers = [...(await eox.sql.begin((tx) => reserveNumbers(tx, wanting.length)))];
	return steps.map((step) =>
		step.do === "create" && step.pk === null ? { ...step, pk: numbers.pop() ?? null } : step,
	);
}
