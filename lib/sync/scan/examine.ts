import {
	archivedDatasets,
	filesOf,
	knownChildren,
	knownDigests,
	knownSubtrees,
	registeredDatasets,
	registeredRejections,
	stagedDigests,
} from "#lib/catalog/registered-datasets.ts";
import { StorageError } from "#lib/errors.ts";
import { joinPath } from "#lib/storage/path.ts";
import type { Entry, Problem, Storage } from "#lib/storage/storage.ts";
import type { SourceRules } from "#lib/sync/loaded-run.ts";
import { thrownLater } from "#lib/sync/parallel.ts";
import { withSafeFolders } from "#lib/sync/storages/safe-folders.ts";
import { compareFolders } from "./compare-folders.ts";
import { rereads, type ScanContext } from "./comparing.ts";
import { type Pending, type ScannedFolder, scan } from "./scan.ts";
import { writtenFolder } from "./storable-paths.ts";

/** Which folders are listed, and what becomes of those that could not be: the leader's or a helper's affair. */
export interface Walk {
	/** Left out: from the source's root. */
	readonly from?: readonly Pending[];
	/** See `ScanOptions`; `staged` resolves when all that was listed is staged. */
	readonly share: (pending: Pending[], isUnderWay: boolean, staged: () => Promise<void>) => Promise<void>;
	readonly whole?: boolean;
	readonly onProblems: (problems: readonly Problem[], unlisted: readonly Pending[]) => Promise<void>;
	readonly onListed?: (folders: number) => void;
}

/**
 * The first two phases of a run for one source, or for a part of it: scan and compare, staged portion by portion.
 * @throws StorageError when the source as a whole cannot be reached.
 */
export async function examine(context: ScanContext, storage: Storage, walk: Walk): Promise<void> {
	const { database, claim, loaded, source } = context;
	const readsAgain = rereads(context);
	const { from, share, whole = false, onProblems, onListed } = walk;
	await requireMarker(storage, source, claim.signal);
	const known = async (paths: readonly string[]) => {
		if (readsAgain) return new Map<string, string>();
		const digests = await knownDigests(database, source.id, loaded.folderRule, paths);
		// Staged before, but now as the catalogue has it: what was staged must go.
		const staged = context.mayBeStaged() ? await stagedDigests(database, claim.run, source.id, paths) : [];
		for (const [path] of staged) digests.delete(path);
		return digests;
	};
	// One batch is compared and staged while the next is listed.
	let examining: Promise<void> = Promise.resolve();
	for await (const batch of scan(withSafeFolders(storage, source.matcher), {
		root: source.path,
		symlinks: source.symlinks,
		known,
		knownFiles: async (path) => (readsAgain ? [] : knownFiles(context, path)),
		signal: claim.signal,
		...(from ? { from } : {}),
		share: (pending, isUnderWay) => share(pending, isUnderWay, () => examining),
		whole,
	})) {
		const changed = batch.folders.filter((folder) => folder.files !== null);
		await examining;
		examining = changed.length > 0 ? thrownLater(examineFolders(context, changed)) : Promise.resolve();
		await onProblems(batch.problems, batch.unlisted);
		onListed?.(batch.folders.length);
		const last = batch.folders.at(-1);
		claim.advance({
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
async function examineFolders(context: ScanContext, listed: readonly ScannedFolder[]): Promise<void> {
	const { database, claim, source } = context;
	const folders = context.mayBeStaged() ? await notYetStaged(context, listed) : listed;
	await compareFolders(context, folders);
	claim.advance({ files: folders.reduce((count, { files }) => count + (files?.length ?? 0), 0) });

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
		const gone = context.mayBeStaged()
			? await notYetStaged(
					context,
					paths.map((path) => ({ path, digest: null })),
				)
			: paths.map((path) => ({ path }));
		await compareFolders(
			context,
			gone.map(({ path }) => ({ path, parent: null, digest: null, folders: [], files: [], problems: [] })),
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
