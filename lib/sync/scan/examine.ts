import type { Transaction } from "#lib/catalog/database/database.ts";
import {
	archivedDatasets,
	filesOf,
	isKnownFolder,
	knownChildren,
	knownDigests,
	knownSubtrees,
	registeredDatasets,
	registeredRejections,
	stagedDigests,
} from "#lib/catalog/datasets/registered-datasets.ts";
import { StorageError } from "#lib/errors.ts";
import { baseName } from "#lib/paths.ts";
import { unknownEntry } from "#lib/storage/listing/unclear.ts";
import { joinPath } from "#lib/storage/path.ts";
import type { Entry, Listable, Listing, Problem, Registered, Storage, Unclear } from "#lib/storage/storage.ts";
import type { SourceRules } from "#lib/sync/loaded-run.ts";
import { isSafeFolder } from "#lib/sync/match/product-names.ts";
import { thrownLater } from "#lib/sync/parallel.ts";
import { withSafeFolders } from "#lib/sync/storages/safe-folders.ts";
import type { WorkSource } from "#lib/sync/work-claim.ts";
import { compareFolders } from "./compare-folders.ts";
import { judgeUnclear } from "./judge-unclear.ts";
import { type ListFailure, type Pending, type ScanOptions, scan } from "./scan.ts";
import { rereads, type ScanContext } from "./scan-context.ts";
import { writtenFolder } from "./storable-paths.ts";
import { type JudgedFolder, mayBeUnreadable, nothingUnclear, sidecarsOf } from "./unclear.ts";

/** Folders of a source to be listed, each with all below it. */
export interface FolderSource
	extends WorkSource<readonly Pending[], ListFailure>,
		Pick<ScanOptions, "rebalance" | "whole"> {
	/** Reports what could not be examined and no rule needs; the run succeeds all the same. */
	note(sql: Transaction, notes: readonly Problem[]): Promise<void>;
}

/**
 * The first two phases of a run for one source, or for parts of it: scan and compare, staged batch by batch. Returns false when
 * all is as the catalogue has it: then nothing was written.
 * @throws StorageError when the source as a whole cannot be reached.
 */
export async function examine(context: ScanContext, storage: Storage, work: FolderSource): Promise<boolean> {
	const { database, claim, source } = context;
	await requireMarker(storage, source, claim.signal);
	const listable = withSafeFolders(storage, source.matcher);
	let differs = false;
	for await (const portion of work.portions()) {
		if (await examinePortion(context, listable, { from: portion, work })) differs = true;
		if (work.finish) await database.sql.begin((sql) => work.finish?.(sql, portion));
	}
	return differs;
}

interface FolderPortion {
	readonly from: readonly Pending[];
	readonly work: FolderSource;
}

async function examinePortion(
	context: ScanContext,
	storage: Listable,
	{ from, work }: FolderPortion,
): Promise<boolean> {
	const { database, claim, source } = context;
	const options: ScanOptions = {
		...work,
		from,
		root: source.path,
		symlinks: source.symlinks,
		known: (paths) => digestsOf(context, paths),
		knownFiles: async (path) => (rereads(context) ? [] : knownFiles(context, path)),
		registered: (path) => registeredIn(context, path),
		needed: (path, names) => neededNames(context, path, names),
		rootWasThere: () => isKnownFolder(database, source.id, source.path),
		decide: (path, listing) => withoutUndecided(context, path, listing),
		plainNames: (path, files) => plainNames(context, storage, path, files),
		signal: claim.signal,
	};
	let differs = false;
	// One batch is compared and staged while the next is listed.
	let examining: Promise<void> = Promise.resolve();
	for await (const { folders: scanned, failures, notes: notEntered } of scan(storage, options)) {
		const { folders, problems, notes: unneeded } = await judgeUnclear(context, scanned);
		const notes = [...notEntered, ...unneeded];
		const changed = folders.filter((folder) => folder.files !== null);
		await examining;
		examining = changed.length > 0 ? thrownLater(examineFolders(context, changed)) : Promise.resolve();
		differs ||= changed.length + failures.length + problems.length + notes.length > 0;
		const failed = [...failures, ...problems.map((problem) => ({ problem, folder: null }))];
		if (failed.length > 0) await database.sql.begin((sql) => work.giveBack(sql, failed));
		if (notes.length > 0) await database.sql.begin((sql) => work.note(sql, notes));
		const last = folders.at(-1);
		claim.advance({ done: folders.length, ...(last ? { current: `${source.storageName}:${last.path}` } : {}) });
	}
	await examining;
	return differs;
}

/** Makes files unclear over whose names a stored pattern takes too long: they may or may not belong to a source. */
function withoutUndecided({ loaded }: ScanContext, folder: string, listing: Listing): Listing {
	const timed = loaded.sources.flatMap(({ matcher }) => (matcher.undecided ? [matcher] : []));
	if (listing.files === null || timed.length === 0) return listing;
	const unclear: Unclear[] = [];
	const files = listing.files.filter(({ name }) => {
		const path = folder === "" ? name : `${folder}/${name}`;
		const isUndecided = timed.some((matcher) => !matcher.matches(path) && matcher.undecided?.has(path));
		if (isUndecided) unclear.push(unknownEntry(name, "takes a pattern of its container too long", "timeout"));
		return !isUndecided;
	});
	return unclear.length === 0 ? listing : { ...listing, files, unclear: [...listing.unclear, ...unclear] };
}

/**
 * The names that are there without symbolic links, where an earlier source of the container skips links and this one follows
 * them: a file that both match belongs to the earlier one only if that one lists it. null: it makes no difference.
 */
async function plainNames(
	{ claim, loaded, source }: ScanContext,
	storage: Listable,
	folder: string,
	files: readonly Entry[],
): Promise<ReadonlySet<string> | null> {
	if (source.symlinks === "skip") return null;
	const earlier = loaded.sources.filter(
		({ storageId, position, symlinks }) =>
			storageId === source.storageId && position < source.position && symlinks === "skip",
	);
	const isContended = files.some(({ name }) => {
		const path = folder === "" ? name : `${folder}/${name}`;
		return earlier.some(({ matcher }) => matcher.matches(path));
	});
	if (!isContended) return null;
	try {
		const plain = await storage.list(folder, { symlinks: "skip", signal: claim.signal });
		return new Set(plain.files?.map(({ name }) => name));
	} catch (error) {
		// It is reached through a link itself.
		if (error instanceof StorageError && error.code === "not-found") return new Set();
		throw error;
	}
}

/** Digests of folders as the catalogue has them; a folder that has its digest still is not compared. */
async function digestsOf(context: ScanContext, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
	const { database, claim, loaded, source } = context;
	if (rereads(context)) return new Map();
	const known = loaded.knownFolders?.get(source.id);
	const digests = known
		? new Map(paths.flatMap((path) => entryOf(known, path)))
		: await knownDigests(database, source.id, loaded.folderRule, paths);
	// Staged before, but now as the catalogue has it: what was staged must go.
	const staged = context.mayBeStaged() ? await stagedDigests(database, claim.run, source.id, paths) : [];
	for (const [path] of staged) digests.delete(path);
	return digests;
}

function entryOf(digests: ReadonlyMap<string, string>, path: string): readonly (readonly [string, string])[] {
	const digest = digests.get(path);
	return digest === undefined ? [] : [[path, digest]];
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
async function examineFolders(context: ScanContext, listed: readonly JudgedFolder[]): Promise<void> {
	const { database, claim, source } = context;
	const folders = context.mayBeStaged() ? await notYetStaged(context, listed) : listed;
	await compareFolders(context, folders);
	claim.advance({ files: folders.reduce((count, { files }) => count + (files?.length ?? 0), 0) });

	// Also of folders that were staged before: the run may have been interrupted before what vanished from them was.
	const listedByPath = new Map(
		listed.map(({ path, folders: names, unclear }) => [
			path,
			{ unclear, names: new Set([...names, ...unclear.names]) },
		]),
	);
	const children = await knownChildren(database, source.id, [...listedByPath.keys()]);
	const vanished = children.filter(({ path, parent }) => {
		const above = listedByPath.get(parent);
		const name = baseName(path);
		return !above?.names.has(name) && !mayBeUnreadable(name, above?.unclear ?? nothingUnclear);
	});
	for await (const paths of knownSubtrees(
		database,
		source.id,
		vanished.map(({ path }) => path),
		128,
	)) {
		const gone = context.mayBeStaged()
			? await notYetStaged(
					context,
					paths.map((path) => ({ path, digest: null })),
				)
			: paths.map((path) => ({ path }));
		await compareFolders(
			context,
			gone.map(({ path }) => ({ path, parent: null, digest: null, folders: [], files: [], unclear: nothingUnclear })),
		);
	}
}

/** Fingerprints of the files that make up what is registered, or was rejected, in that folder. */
async function knownFiles({ database, loaded, source }: ScanContext, folder: string): Promise<readonly Entry[]> {
	const key = { containerId: loaded.container.id, storageId: source.storageId, directories: [folder] };
	const [datasets, archived, rejections] = await Promise.all([
		registeredDatasets(database.sql, key),
		archivedDatasets(database.sql, key, null),
		registeredRejections(database.sql, { ...key, directories: [writtenFolder(folder)] }),
	]);
	return [...archived.map(filesOf), ...datasets.map(filesOf), ...rejections.map(({ files }) => files)].flat();
}

/** What of that folder the catalogue has as being there now: no files of removed datasets. */
async function registeredIn({ database, loaded, source }: ScanContext, folder: string): Promise<Registered> {
	const key = { containerId: loaded.container.id, storageId: source.storageId, directories: [folder] };
	const [datasets, rejections, children] = await Promise.all([
		registeredDatasets(database.sql, key),
		registeredRejections(database.sql, { ...key, directories: [writtenFolder(folder)] }),
		knownChildren(database, source.id, [folder]),
	]);
	return {
		files: [...datasets.map(filesOf), ...rejections.map(({ files }) => files)].flat(),
		folders: children.map(({ path }) => baseName(path)),
	};
}

/** Names that a rule of the container, or what is registered, has to do with. */
async function neededNames(
	context: ScanContext,
	folder: string,
	names: readonly string[],
): Promise<ReadonlySet<string>> {
	if (folder.split("/").some(isSafeFolder)) return new Set(names);
	const { loaded, rulesById, source } = context;
	const registered = (await knownFiles(context, folder)).map(({ name }) => name);
	const matchers = new Set([source, ...loaded.sources, ...rulesById.values()].map(({ matcher }) => matcher));
	const needed = new Set(registered);
	for (const matcher of matchers) {
		const data = names.filter((name) => matcher.matches(folder === "" ? name : `${folder}/${name}`));
		for (const name of [...data, ...sidecarsOf(matcher, [...data, ...registered])]) needed.add(name);
	}
	return needed;
}

async function notYetStaged<T extends { readonly path: string; readonly digest: string | null }>(
	{ database, loaded, source }: ScanContext,
	folders: readonly T[],
): Promise<T[]> {
	const staged = await stagedDigests(
		database,
		loaded.run.id,
		source.id,
		folders.map(({ path }) => path),
	);
	return folders.filter(({ path, digest }) => !staged.has(path) || staged.get(path) !== digest);
}
