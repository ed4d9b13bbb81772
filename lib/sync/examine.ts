import type { Database } from "#lib/catalog/database.ts";
import type { FileFingerprint } from "#lib/catalog/records.ts";
import {
	knownChildren,
	knownDigests,
	knownSubtrees,
	type RegisteredRow,
	registeredDatasets,
	registeredRejections,
	stagedDigests,
} from "#lib/catalog/registered.ts";

import { StorageError } from "#lib/errors.ts";
import { joinPath, pathBelow } from "#lib/storage/path.ts";
import type { Entry, Problem, Storage } from "#lib/storage/storage.ts";
import { compare, type FoundFolder, type RegisteredFolder } from "./compare.ts";
import { fingerprintsOf } from "./fingerprint.ts";
import type { Hold } from "./hold.ts";
import { belongings, classify } from "./match.ts";
import { withMembersRead } from "./members-read.ts";
import { withSafeFolders } from "./safe-folders.ts";
import { type Pending, type ScannedFolder, scan } from "./scan.ts";
import { type StagedFolder, stage } from "./stage.ts";
import { loadSources, readingRules, type SourceRules, type Subject } from "./subject.ts";

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

/** Which folders are listed, and what becomes of those that could not be: the leader's or a helper's affair. */
export interface Walk {
	/** Left out: from the source's root. */
	readonly from?: readonly Pending[];
	/** See `ScanOptions`; `staged` resolves when all that was listed is staged. */
	readonly share: (pending: Pending[], staged: () => Promise<void>) => Promise<void>;
	readonly whole?: boolean;
	readonly onProblems: (problems: readonly Problem[], unlisted: readonly Pending[]) => Promise<void>;
	readonly onListed?: (folders: number) => void;
}

/**
 * The first two phases of a run for one source, or for a part of it: scan and compare, staged portion by portion.
 * @throws StorageError when the source as a whole cannot be reached.
 */
export async function examine(examiner: Examiner, storage: Storage, walk: Walk): Promise<void> {
	const { database, hold, subject, source } = examiner;
	const rereads = subject.run.full || source.checksum;
	const { from, share, whole = false, onProblems, onListed } = walk;
	await requireMarker(storage, source, hold.signal);
	const known = async (paths: readonly string[]) => {
		if (rereads) return new Map<string, string>();
		const digests = await knownDigests(database, source.id, subject.folderRule, paths);
		// Staged before, but now as the catalogue has it: what was staged must go.
		const staged = examiner.mayBeStaged() ? await stagedDigests(database, hold.run, source.id, paths) : [];
		for (const [path] of staged) digests.delete(path);
		return digests;
	};
	// One batch is compared and staged while the next is listed.
	let examining: Promise<void> = Promise.resolve();
	for await (const batch of scan(withSafeFolders(storage, source.matcher), {
		root: source.path,
		symlinks: source.symlinks,
		known,
		knownFiles: async (path) => (rereads ? [] : knownFiles(examiner, path)),
		signal: hold.signal,
		...(from ? { from } : {}),
		share: (pending) => share(pending, () => examining),
		whole,
	})) {
		const changed = batch.folders.filter((folder) => folder.files !== null);
		await examining;
		examining = changed.length > 0 ? examineFolders(examiner, changed) : Promise.resolve();
		// Thrown where it is awaited.
		examining.catch(() => {});
		await onProblems(batch.problems, batch.unlisted);
		onListed?.(batch.folders.length);
		const last = batch.folders.at(-1);
		hold.advance({
			done: batch.folders.length,
			...(last ? { current: `${source.storageName}:${last.path}` } : {}),
		});
	}
	await examining;
}

/** A source whose marker is missing counts as unreachable: an unmounted disk looks like an empty folder. */
async function requireMarker(
	storage: Storage,
	{ marker, path, symlinks }: SourceRules,
	signal: AbortSignal,
): Promise<void> {
	if (marker === null) return;
	const markerPath = joinPath(path, marker);
	if (await storage.stat(markerPath, { symlinks, signal })) return;
	throw new StorageError(
		"unreachable",
		markerPath,
		`The marker ${markerPath} is missing: the source counts as unreachable. Is it mounted?`,
	);
}

/** Compares folders whose digest is not the known one, and what vanished from them. */
async function examineFolders(examiner: Examiner, listed: readonly ScannedFolder[]): Promise<void> {
	const { database, hold, source } = examiner;
	const folders = examiner.mayBeStaged() ? await notYetStaged(examiner, listed) : listed;
	await compareFolders(examiner, folders);
	hold.advance({ files: folders.reduce((count, { files }) => count + (files?.length ?? 0), 0) });

	const namesByPath = new Map(folders.map(({ path, folders: names }) => [path, new Set(names)]));
	const children = await knownChildren(database, source.id, [...namesByPath.keys()]);
	const vanished = children.filter(
		({ path, parent }) => !namesByPath.get(parent)?.has(path.slice(path.lastIndexOf("/") + 1)),
	);
	for await (const paths of knownSubtrees(
		database,
		source.id,
		vanished.map(({ path }) => path),
		128,
	)) {
		const gone = examiner.mayBeStaged()
			? await notYetStaged(
					examiner,
					paths.map((path) => ({ path, digest: null })),
				)
			: paths.map((path) => ({ path }));
		await compareFolders(
			examiner,
			gone.map(({ path }) => ({ path, parent: null, digest: null, folders: [], files: [], problems: [] })),
		);
	}
}

/** Fingerprints of the files that make up what is registered, or was rejected, in that folder. */
async function knownFiles({ database, subject, source }: Examiner, folder: string): Promise<readonly Entry[]> {
	const key = { containerId: subject.container.id, storageId: source.storageId, directories: [folder] };
	const rows = await Promise.all([registeredDatasets(database, key), registeredRejections(database, key)]);
	return rows.flat().flatMap(({ files }) => files);
}

async function notYetStaged<T extends { readonly path: string; readonly digest: string | null }>(
	{ database, subject, source }: Examiner,
	folders: readonly T[],
): Promise<T[]> {
	const staged = await stagedDigests(
		database,
		subject.run.id,
		source.id,
		folders.map(({ path }) => path),
	);
	return folders.filter(({ path, digest }) => !staged.has(path) || staged.get(path) !== digest);
}

type ComparedFolder = Omit<ScannedFolder, "digest"> & { readonly digest: string | null };

async function compareFolders(examiner: Examiner, folders: readonly ComparedFolder[]): Promise<void> {
	if (folders.length === 0) return;
	const { database, hold, subject, source, rulesById } = examiner;
	const key = {
		containerId: subject.container.id,
		storageId: source.storageId,
		directories: folders.map(({ path }) => path),
	};
	const [datasets, rejections] = await Promise.all([
		registeredDatasets(database, key),
		registeredRejections(database, key),
	]);
	const homes = new Set(
		datasets.map(({ homeSourceId }) => homeSourceId).filter((id) => id !== null && !rulesById.has(id)) as number[],
	);
	for (const rules of homes.size > 0 ? await loadSources(database, [...homes]) : []) rulesById.set(rules.id, rules);
	const datasetsByFolder = Map.groupBy(datasets, ({ directory }) => directory);
	const rejectionsByFolder = Map.groupBy(rejections, ({ directory }) => directory);

	const staged = folders.map((folder): StagedFolder => {
		const entriesByName = new Map((folder.files ?? []).map((entry) => [entry.name, entry]));
		const found = foundIn(examiner, folder, entriesByName);
		const registered: RegisteredFolder = {
			datasets: (datasetsByFolder.get(folder.path) ?? []).map((row) => withFilesNow(examiner, row, entriesByName)),
			rejections: rejectionsByFolder.get(folder.path) ?? [],
		};
		const { candidates, unstable } = compare(found, registered, compareOptions(examiner, folder.path));
		const dirty = unstable.length > 0 || folder.problems.length > 0;
		return { path: folder.path, parent: folder.parent, digest: dirty ? "" : folder.digest, candidates };
	});
	await stage(database, hold, { source, folderRule: subject.folderRule, folders: staged });
}

function compareOptions({ subject, source }: Examiner, folder: string) {
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

function foundIn(
	{ subject, source }: Examiner,
	folder: ComparedFolder,
	entriesByName: ReadonlyMap<string, Entry>,
): FoundFolder {
	const others = subject.sources.filter(({ id, storageId }) => id !== source.id && storageId === source.storageId);
	const earlier = others.filter(({ position }) => position < source.position);
	const data = classify(folder.path, folder.files ?? [], source.matcher).data.map((file) => ({
		path: joinPath(folder.path, file.entry.name),
		files: fingerprintsOf(file),
	}));
	return {
		data:
			earlier.length === 0 ? data : data.filter(({ path }) => !earlier.some(({ matcher }) => matcher.matches(path))),
		has: (path) => entriesByName.has(path.slice(path.lastIndexOf("/") + 1)),
		matchedElsewhere: (path) => others.some(({ matcher }) => matcher.matches(path)),
	};
}

/** A registered dataset with its files as found by the rules of its home source, whichever source is being compared. */
function withFilesNow({ source, rulesById }: Examiner, row: RegisteredRow, entriesByName: ReadonlyMap<string, Entry>) {
	const rules = readingRules(rulesById, row.homeSourceId, source);
	const entry = entriesByName.get(row.path.slice(row.path.lastIndexOf("/") + 1));
	const files = entry
		? withMembersRead(row, fingerprintsOf(belongings(entry, entriesByName, rules.matcher)), entriesByName)
		: null;
	// Metadata files on a storage of the home source's are for that source to look at.
	const unseen = rules.metadataStorage !== null && rules.id !== source.id;
	const now = files && (unseen ? { rule: row.rule, files: withMetadataOf(row, files) } : { rule: rules.rule, files });
	const link = row.archived ? "archived" : row.linked ? { sourceId: row.sourceId } : "elsewhere";
	return { id: row.id, eoId: row.eoId, path: row.path, files: row.files, rule: row.rule, now, link } as const;
}

function withMetadataOf(row: RegisteredRow, files: readonly FileFingerprint[]): readonly FileFingerprint[] {
	const metadata = row.files.filter(({ role }) => role === "metadata");
	const [data = [], others = []] = [files.slice(0, 1), files.slice(1).filter(({ role }) => role !== "metadata")];
	return [...data, ...metadata, ...others];
}
