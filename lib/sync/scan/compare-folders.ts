import { inBatches } from "#lib/catalog/database/cursor.ts";
import type { Transaction } from "#lib/catalog/database/database.ts";
import {
	archivedDatasets,
	type FolderKey,
	filesOf,
	knownDoubts,
	knownListings,
	type RegisteredRow,
	registeredDatasets,
	registeredDatasetsAt,
	registeredRejections,
} from "#lib/catalog/datasets/registered-datasets.ts";
import { loadSources } from "#lib/sync/loaded-run.ts";
import { fingerprintsOf, ruleOfFiles, sameFiles, textOf } from "#lib/sync/match/fingerprint.ts";
import type { DataFile } from "#lib/sync/match/match.ts";
import { fetchAllOfMany } from "#lib/sync/planner-statistics.ts";
import { compare, type FoundFile } from "./compare.ts";
import { withCurrentFiles } from "./current-files.ts";
import { beginComparison, type ComparedFolder, type FolderComparison, foundIn } from "./folder-comparison.ts";
import { changedSince } from "./folder-snapshot.ts";
import { rereads, type ScanContext } from "./scan-context.ts";
import { stabilityOf } from "./stability.ts";
import { type StagedFolder, stage, type WriteCandidates } from "./stage.ts";
import { refusedPath, writtenFolder } from "./storable-paths.ts";
import { knownWaiting, type WaitingFile, writeWaiting } from "./waiting-files.ts";

/** Datasets, or new files, that are compared at once: a folder may have a million. */
const maxDatasetsPerBatch = 5000;
/** A folder of more files than this is worth a plan of its own. */
const manyFiles = 20_000;

/** Compares completely listed folders with what is registered of them, and stages what differs. */
export async function compareFolders(context: ScanContext, folders: readonly ComparedFolder[]): Promise<void> {
	if (folders.length === 0) return;
	const { database, claim, loaded, source } = context;
	const paths = folders.map(({ path }) => path);
	await stage(database, claim, { source, folderRule: loaded.folderRule, paths }, async (sql, write) => {
		const key = { containerId: loaded.container.id, storageId: source.storageId, directories: paths };
		// This query comes first: everything that another run changes after it raises a new doubt.
		const doubts = await knownDoubts(sql, source.id, paths);
		const written = { ...key, directories: paths.map(writtenFolder) };
		const rejections = Map.groupBy(await registeredRejections(sql, written), ({ directory }) => directory);
		const listings = rereads(context) ? null : await knownListings(sql, source.id, loaded.folderRule, paths);
		// A file that became a link, or is none any more, may be another source's than it was.
		const isAsWhole = ({ path, plainNames }: ComparedFolder) => !listings?.has(path) || plainNames !== undefined;
		// What is registered of them is on its way while what was found is sorted out.
		const wholes = folders.filter(isAsWhole);
		const registeredOfWholes = wholes.length > 0 ? registeredIn(sql, key, wholes) : null;
		const comparing = new Map(
			folders.map((folder) => {
				const listing = listings?.get(folder.path);
				const since = listing === undefined || isAsWhole(folder) ? null : changedSince(listing, folder.files ?? []);
				return [
					folder.path,
					beginComparison(context, folder, { rejections: rejections.get(writtenFolder(folder.path)) ?? [], since }),
				];
			}),
		);
		const all = [...comparing.values()];
		if (source.stableFor > 0) {
			const known = await knownWaiting(sql, source, paths);
			for (const one of all) one.knownWaiting = known;
		}
		if (registeredOfWholes) await compareRegistered(context, sql, { comparing, rows: registeredOfWholes, write });
		const others = all.flatMap(({ folder, isPart }) => (isPart || isAsWhole(folder) ? [] : [folder]));
		if (others.length > 0)
			await compareRegistered(context, sql, { comparing, rows: registeredIn(sql, key, others), write });
		const changedFiles = all.flatMap(({ data, isPart }) => (isPart ? [...data.keys()] : []));
		if (changedFiles.length > 0) {
			const rows = inBatches(sql, registeredDatasetsAt(sql, key, changedFiles), maxDatasetsPerBatch);
			await compareRegistered(context, sql, { comparing, rows, write });
		}
		const newFiles = all.reduce((count, { data }) => count + data.size, 0);
		if (newFiles > 0) {
			const few = newFiles > maxDatasetsPerBatch ? null : all.flatMap(({ data }) => [...data.keys()]);
			const rows = inBatches(sql, archivedDatasets(sql, key, few), maxDatasetsPerBatch);
			await compareRegistered(context, sql, { comparing, rows, write });
		}
		for (const one of all) await compareRest(context, one, write);
		if (source.stableFor > 0) {
			const waiting = all.flatMap((one) => one.waiting);
			await writeWaiting(sql, { containerId: loaded.container.id, source }, paths, waiting);
		}
		return all.map(
			({ folder: { path, parent, digest }, snapshot, dirty, listingSuffices }): StagedFolder => ({
				path,
				parent,
				digest: dirty ? "" : digest,
				snapshot: dirty || !listingSuffices ? null : snapshot,
				doubts: doubts.get(path) ?? 0,
			}),
		);
	});
}

interface Registered {
	readonly comparing: ReadonlyMap<string, FolderComparison>;
	readonly rows: AsyncIterable<readonly RegisteredRow[]>;
	readonly write: WriteCandidates;
}

/** Begins at once to fetch what is registered in whole folders. */
function registeredIn(
	sql: Transaction,
	key: Omit<FolderKey, "directories">,
	folders: readonly ComparedFolder[],
): AsyncIterable<readonly RegisteredRow[]> {
	const directories = folders.map(({ path }) => path);
	if (folders.some(({ files }) => (files?.length ?? 0) > manyFiles)) fetchAllOfMany(sql);
	return inBatches(sql, registeredDatasets(sql, { ...key, directories }), maxDatasetsPerBatch);
}

async function compareRegistered(
	context: ScanContext,
	sql: Transaction,
	{ comparing, rows, write }: Registered,
): Promise<void> {
	for await (const portionOfRows of rows) {
		for (const row of portionOfRows) {
			const one = row.archived ? undefined : comparing.get(row.directory);
			if (one) leaveUndecided(one, row);
			if (one?.listingSuffices && !isNamed(context, row)) one.listingSuffices = false;
		}
		const open = portionOfRows.filter((row) => !isSettled(context, comparing.get(row.directory), row));
		await loadHomes(context, sql, open);
		for (const [path, datasets] of Map.groupBy(open, ({ directory }) => directory)) {
			const one = comparing.get(path);
			if (!one) continue;
			const data = take(
				one.data,
				datasets.map((dataset) => dataset.path),
			);
			await compareSome(context, one, { data, datasets, write });
		}
	}
}

/** A dataset of which a registered file is unclear stays as it is. */
function leaveUndecided({ folder, data, undecided }: FolderComparison, row: RegisteredRow): void {
	const { names } = folder.unclear;
	if (names.size === 0 || !filesOf(row).some(({ name }) => names.has(name))) return;
	undecided.add(row.path);
	data.delete(row.path);
}

/**
 * Whether a dataset that the source being compared reads needs nothing, like nearly all in a folder where one file has changed.
 * Its data file then counts as seen. For an archived dataset: whether its file has not come back.
 */
function isSettled({ source }: ScanContext, one: FolderComparison | undefined, row: RegisteredRow): boolean {
	const file = one?.data.get(row.path);
	if (row.archived) return !file;
	if (!one || !file || one.options.full || one.rejections.has(row.path)) return false;
	if (!row.linked || row.homeSourceId !== source.id) return false;
	const files = fingerprintsOf(file);
	const isUnchanged = row.rule === ruleOfFiles(source.rule, files) && textOf(files) === row.filesText;
	return isUnchanged && one.data.delete(row.path);
}

/** Whether names, by the rules of the source being compared, show everything that belongs to it: no reader found members. */
function isNamed({ source }: ScanContext, { homeSourceId, hasMembers }: RegisteredRow): boolean {
	return homeSourceId === source.id && !hasMembers;
}

/** New files, and what is left of the rejections. */
async function compareRest(context: ScanContext, one: FolderComparison, write: WriteCandidates): Promise<void> {
	const compareNew = (data: Some["data"]) => compareSome(context, one, { data, datasets: [], write });
	let data: [string, DataFile][] = [];
	for (const file of one.data) {
		data.push(file);
		if (data.length < maxDatasetsPerBatch) continue;
		await compareNew(data);
		data = [];
	}
	await compareNew(data);
	const rejections = [...one.rejections.values()];
	const { candidates } = compare(foundIn(context, one, []), { datasets: [], rejections }, one.options);
	await write(candidates);
}

interface Some {
	readonly data: readonly (readonly [string, DataFile])[];
	readonly datasets: readonly RegisteredRow[];
	readonly write: WriteCandidates;
}

async function compareSome(
	context: ScanContext,
	one: FolderComparison,
	{ data, datasets, write }: Some,
): Promise<void> {
	const found = data.map(([path, file]): FoundFile => {
		const refused = refusedPath(one.folder.path, file.entry.name);
		const files = fingerprintsOf(file);
		return { path, files, refused, ...stabilityIn(context, one, file, { path, files }) };
	});
	const filesByPath = new Map(found.map(({ path, files }) => [path, files]));
	const registered = {
		datasets: datasets.map((row) =>
			withCurrentFiles(row, {
				...context,
				entriesByName: one.entriesByName,
				found: filesByPath.get(row.path) ?? null,
			}),
		),
		rejections: take(
			one.rejections,
			found.map(({ path, refused }) => refused?.path ?? path),
		).map(([, rejection]) => rejection),
	};
	const { candidates, waiting } = compare(foundIn(context, one, found), registered, one.options);
	one.dirty ||= waiting.length > 0;
	one.waiting.push(...waiting);
	await write(candidates);
}

/** Returns nothing where the source does not ask for stability. */
function stabilityIn(
	{ source: { stableFor } }: ScanContext,
	{ knownWaiting: known }: FolderComparison,
	{ entry, metadata, conf, other, members }: DataFile,
	{ path, files }: WaitingFile,
): Pick<FoundFile, "stability"> {
	if (stableFor === 0) return {};
	const met = known.get(path);
	const metSince = met && sameFiles(met.files, files) ? met.since : null;
	const entries = [entry, ...metadata, ...conf, ...other, ...members];
	const rule = { stableFor: stableFor * 1_000_000, now: Date.now() * 1000, metSince };
	return { stability: stabilityOf(entries, rule) };
}

/** Takes the entries with these keys out of the map, and returns those that were there. */
function take<V>(from: Map<string, V>, keys: Iterable<string>): (readonly [string, V])[] {
	const taken: [string, V][] = [];
	for (const key of keys) {
		const value = from.get(key);
		if (value === undefined) continue;
		taken.push([key, value]);
		from.delete(key);
	}
	return taken;
}

/** The rules of datasets' home sources. */
async function loadHomes({ rulesById }: ScanContext, sql: Transaction, rows: readonly RegisteredRow[]): Promise<void> {
	const homes = new Set(rows.flatMap(({ homeSourceId: id }) => (id !== null && !rulesById.has(id) ? [id] : [])));
	for (const rules of homes.size > 0 ? await loadSources({ sql }, [...homes]) : []) rulesById.set(rules.id, rules);
}
