import type { Database, Transaction } from "#lib/catalog/database.ts";
import { inPortions } from "#lib/catalog/portions.ts";
import {
	archivedDatasets,
	type RegisteredRow,
	type RejectionRow,
	registeredDatasets,
	registeredRejections,
} from "#lib/catalog/registered.ts";
import { joinPath, pathBelow } from "#lib/storage/path.ts";
import type { Entry } from "#lib/storage/storage.ts";
import { type CompareOptions, compare, type FoundFile } from "./compare.ts";
import { withFilesNow } from "./files-now.ts";
import { fingerprintsOf, textOf } from "./fingerprint.ts";
import type { Hold } from "./hold.ts";
import { classify, type DataFile } from "./match.ts";
import type { ScannedFolder } from "./scan.ts";
import { type StagedFolder, stage, type WriteCandidates } from "./stage.ts";
import { loadSources, type SourceRules, type Subject } from "./subject.ts";

export interface Examiner {
	readonly database: Database;
	readonly hold: Hold;
	readonly subject: Subject;
	readonly source: SourceRules;
	/** Rules of datasets' home sources, by id; those of other containers are loaded when met. */
	readonly rulesById: Map<number, SourceRules>;
	/** Whether folders may have been staged before: what was staged of them is replaced, or left where it is the same. */
	readonly mayBeStaged: () => boolean;
}

/** `digest`: null, the folder is gone. */
export type ComparedFolder = Omit<ScannedFolder, "digest"> & { readonly digest: string | null };

/** Datasets, or new files, that are compared at once: a folder may have a million. */
const portion = 5000;

/** One folder while it is compared: what of it was not met yet. */
interface Comparing {
	readonly folder: ComparedFolder;
	readonly entriesByName: ReadonlyMap<string, Entry>;
	/** Data files that match the source being compared, and none before it, by path. */
	readonly data: Map<string, DataFile>;
	readonly rejections: Map<string, RejectionRow>;
	readonly options: CompareOptions;
	/** It must be looked at again, whatever it looks like then. */
	dirty: boolean;
}

/** Compares completely listed folders with what is registered of them, and stages what differs. */
export async function compareFolders(examiner: Examiner, folders: readonly ComparedFolder[]): Promise<void> {
	if (folders.length === 0) return;
	const { database, hold, subject, source } = examiner;
	const paths = folders.map(({ path }) => path);
	await stage(database, hold, { source, folderRule: subject.folderRule, paths }, async (sql, write) => {
		const key = { containerId: subject.container.id, storageId: source.storageId, directories: paths };
		const rejections = Map.groupBy(await registeredRejections(sql, key), ({ directory }) => directory);
		const comparing = new Map(
			folders.map((folder) => [folder.path, begin(examiner, folder, rejections.get(folder.path) ?? [])]),
		);
		await compareRegistered(examiner, sql, { comparing, rows: registeredDatasets(sql, key), write });
		const newFiles = [...comparing.values()].reduce((count, { data }) => count + data.size, 0);
		if (newFiles > 0) {
			const few = newFiles > portion ? null : [...comparing.values()].flatMap(({ data }) => [...data.keys()]);
			await compareRegistered(examiner, sql, { comparing, rows: archivedDatasets(sql, key, few), write });
		}
		for (const one of comparing.values()) await compareRest(examiner, one, write);
		return [...comparing.values()].map(
			({ folder: { path, parent, digest }, dirty }): StagedFolder => ({ path, parent, digest: dirty ? "" : digest }),
		);
	});
}

function begin(examiner: Examiner, folder: ComparedFolder, rejections: readonly RejectionRow[]): Comparing {
	const { subject, source } = examiner;
	const files = folder.files ?? [];
	const earlier = subject.sources.filter(
		({ storageId, position }) => storageId === source.storageId && position < source.position,
	);
	const data = new Map<string, DataFile>();
	for (const file of classify(folder.path, files, source.matcher).data) {
		const path = joinPath(folder.path, file.entry.name);
		if (!earlier.some(({ matcher }) => matcher.matches(path))) data.set(path, file);
	}
	return {
		folder,
		entriesByName: new Map(files.map((entry) => [entry.name, entry])),
		data,
		rejections: new Map(rejections.map((rejection) => [rejection.path, rejection])),
		options: compareOptions(examiner, folder.path),
		dirty: folder.problems.length > 0,
	};
}

interface Registered {
	readonly comparing: ReadonlyMap<string, Comparing>;
	readonly rows: ReturnType<typeof registeredDatasets>;
	readonly write: WriteCandidates;
}

async function compareRegistered(
	examiner: Examiner,
	sql: Transaction,
	{ comparing, rows, write }: Registered,
): Promise<void> {
	for await (const portionOfRows of inPortions(sql, rows, portion)) {
		const open = portionOfRows.filter((row) => !isSettled(examiner, comparing.get(row.directory), row));
		await loadHomes(examiner, sql, open);
		for (const [path, datasets] of Map.groupBy(open, ({ directory }) => directory)) {
			const one = comparing.get(path);
			if (!one) continue;
			const data = take(
				one.data,
				datasets.map((dataset) => dataset.path),
			);
			await compareSome(examiner, one, { data, datasets, write });
		}
	}
}

/**
 * Whether nothing at all is to be done about a dataset that the source being compared reads: it is as nearly all are in a
 * folder of which one file has changed. Then its data file is met. Of an archived one: whether its file has not come back.
 */
function isSettled({ source }: Examiner, one: Comparing | undefined, row: RegisteredRow): boolean {
	const file = one?.data.get(row.path);
	if (row.archived) return !file;
	if (!one || !file || one.options.full || one.rejections.has(row.path)) return false;
	const isOwn = row.linked && row.homeSourceId === source.id && row.rule === source.rule;
	return isOwn && textOf(fingerprintsOf(file)) === row.filesText && one.data.delete(row.path);
}

/** New files, and what is left of the rejections. */
async function compareRest(examiner: Examiner, one: Comparing, write: WriteCandidates): Promise<void> {
	const compareNew = (data: Some["data"]) => compareSome(examiner, one, { data, datasets: [], write });
	let data: [string, DataFile][] = [];
	for (const file of one.data) {
		data.push(file);
		if (data.length < portion) continue;
		await compareNew(data);
		data = [];
	}
	await compareNew(data);
	const rejections = [...one.rejections.values()];
	const { candidates } = compare(foundIn(examiner, one, []), { datasets: [], rejections }, one.options);
	await write(candidates);
}

interface Some {
	readonly data: readonly (readonly [string, DataFile])[];
	readonly datasets: readonly RegisteredRow[];
	readonly write: WriteCandidates;
}

async function compareSome(examiner: Examiner, one: Comparing, { data, datasets, write }: Some): Promise<void> {
	const found = data.map(([path, file]): FoundFile => ({ path, files: fingerprintsOf(file) }));
	const filesByPath = new Map(found.map(({ path, files }) => [path, files]));
	const registered = {
		datasets: datasets.map((row) =>
			withFilesNow(row, { ...examiner, entriesByName: one.entriesByName, found: filesByPath.get(row.path) ?? null }),
		),
		rejections: take(
			one.rejections,
			data.map(([path]) => path),
		).map(([, rejection]) => rejection),
	};
	const { candidates, unstable } = compare(foundIn(examiner, one, found), registered, one.options);
	one.dirty ||= unstable.length > 0;
	await write(candidates);
}

/** Those of these keys that are there; they are not any more. */
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
async function loadHomes({ rulesById }: Examiner, sql: Transaction, rows: readonly RegisteredRow[]): Promise<void> {
	const homes = new Set(rows.flatMap(({ homeSourceId: id }) => (id !== null && !rulesById.has(id) ? [id] : [])));
	for (const rules of homes.size > 0 ? await loadSources({ sql }, [...homes]) : []) rulesById.set(rules.id, rules);
}

function compareOptions({ subject, source }: Examiner, folder: string): CompareOptions {
	const covering = subject.sources.find(
		({ storageId, path }) => storageId === source.storageId && pathBelow(path, folder) !== null,
	);
	return {
		sourceId: source.id,
		rule: source.rule,
		full: subject.run.full || source.checksum,
		activeSources: new Set(subject.sources.map(({ id }) => id)),
		ownsStrays: covering?.id === source.id,
		unstableAfter: source.stableFor > 0 ? (Date.now() - source.stableFor * 1000) * 1000 : null,
	};
}

function foundIn({ subject, source }: Examiner, { entriesByName }: Comparing, data: readonly FoundFile[]) {
	const others = subject.sources.filter(({ id, storageId }) => id !== source.id && storageId === source.storageId);
	return {
		data,
		has: (path: string) => entriesByName.has(path.slice(path.lastIndexOf("/") + 1)),
		matchedElsewhere: (path: string) => others.some(({ matcher }) => matcher.matches(path)),
	};
}
