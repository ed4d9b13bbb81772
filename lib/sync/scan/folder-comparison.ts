import type { RejectionRow } from "#lib/catalog/datasets/registered-datasets.ts";
import { baseName } from "#lib/paths.ts";
import { joinPath, pathBelow } from "#lib/storage/path.ts";
import type { Entry } from "#lib/storage/storage.ts";
import type { SourceRules } from "#lib/sync/loaded-run.ts";
import { ruleOfFiles } from "#lib/sync/match/fingerprint.ts";
import { classify, type DataFile } from "#lib/sync/match/match.ts";
import { isSafeManifest } from "#lib/sync/match/product-names.ts";
import type { CompareOptions, FoundFile } from "./compare.ts";
import { type FolderSnapshot, folderSnapshot, type Since } from "./folder-snapshot.ts";
import { rereads, type ScanContext } from "./scan-context.ts";
import { type JudgedFolder, mayBeUnreadable, sidecarsOf, type UnclearNames } from "./unclear.ts";
import type { KnownWaiting, WaitingFile } from "./waiting-files.ts";

/** `digest`: null, the folder is gone. */
export type ComparedFolder = Omit<JudgedFolder, "digest"> & { readonly digest: string | null };

/** One folder while it is compared: what of it was not met yet. */
export interface FolderComparison {
	readonly folder: ComparedFolder;
	readonly entriesByName: ReadonlyMap<string, Entry>;
	/** Data files that match the source being compared, and none before it, by path. */
	readonly data: Map<string, DataFile>;
	readonly rejections: Map<string, RejectionRow>;
	readonly options: CompareOptions;
	/** Whether `data` is just what has changed, and nothing else needs to be compared. */
	readonly isPart: boolean;
	/** What to keep of it; null: nothing. */
	readonly snapshot: FolderSnapshot | null;
	/** Paths of which nothing is decided, as they, or something that belongs to them, are unclear. */
	readonly undecided: Set<string>;
	/** Files that waited when the folder was compared last; and those that wait now. */
	knownWaiting: ReadonlyMap<string, KnownWaiting>;
	readonly waiting: WaitingFile[];
	/** It must be looked at again, whatever it looks like then. */
	dirty: boolean;
	/** Whether its listing alone shows what belongs to its datasets. */
	listingSuffices: boolean;
}

interface Beginning {
	/** All of the folder. */
	readonly rejections: readonly RejectionRow[];
	/** What of it has changed; null: not known. */
	readonly since: Since | null;
}

/** @returns with all of the folder still to be compared, or all that is known to have changed. */
export function beginComparison(
	context: ScanContext,
	folder: ComparedFolder,
	{ rejections, since }: Beginning,
): FolderComparison {
	const files = folder.files ?? [];
	const found = since === null ? dataFiles(context, folder) : { data: since.data, entriesByName: byNames(files) };
	const data = new Map(found.data.map((file) => [joinPath(folder.path, file.entry.name), file]));
	const undecided = undecidedIn(context, folder, data.values());
	for (const path of undecided) data.delete(path);
	return {
		folder,
		entriesByName: found.entriesByName,
		data,
		rejections: new Map(
			rejections.flatMap((one) => (since === null || data.has(one.path) ? [[one.path, one] as const] : [])),
		),
		options: compareOptions(context, folder.path),
		isPart: since !== null,
		snapshot: since === null ? folderSnapshot(files, data.values()) : since.snapshot,
		undecided,
		dirty:
			folder.unclear.matters || files.some(({ recent, name }) => recent || isUndecided(context, folder.path, name)),
		listingSuffices: true,
		knownWaiting: new Map(),
		waiting: [],
	};
}

function byNames(files: readonly Entry[]): ReadonlyMap<string, Entry> {
	return new Map(files.map((entry) => [entry.name, entry]));
}

/** Those that match the source being compared, and none before it; and all files by their names. */
function dataFiles(context: ScanContext, folder: ComparedFolder): ReturnType<typeof classify> {
	const { loaded, source } = context;
	const earlier = loaded.sources.filter(
		({ storageId, position }) => storageId === source.storageId && position < source.position,
	);
	const classified = classify(folder.path, folder.files ?? [], source.matcher);
	if (earlier.length === 0) return classified;
	// An earlier source that skips links does not have what is reached through them, whatever its patterns are.
	const isPlain = (name: string) => folder.plainNames?.has(name) ?? true;
	const data = classified.data.filter(
		({ entry: { name } }) =>
			!earlier.some(
				({ matcher, symlinks }) =>
					(symlinks === "follow" || isPlain(name)) && matcher.matches(joinPath(folder.path, name)),
			),
	);
	return { ...classified, data };
}

/** Whether a pattern of the container took too long over the name, be it only just now. */
function isUndecided({ loaded }: ScanContext, folder: string, name: string): boolean {
	return loaded.sources.some(({ matcher }) => matcher.undecided?.has(folder === "" ? name : `${folder}/${name}`));
}

function undecidedIn(
	{ source }: ScanContext,
	{ path, unclear }: ComparedFolder,
	data: Iterable<DataFile>,
): Set<string> {
	const undecided = new Set<string>();
	if (unclear.names.size === 0) return undecided;
	const pathOf = (name: string) => (path === "" ? name : `${path}/${name}`);
	for (const name of unclear.names) undecided.add(pathOf(name));
	for (const { entry } of data) {
		if (lacksSomething(source.matcher, entry.name, unclear)) undecided.add(pathOf(entry.name));
	}
	return undecided;
}

/** Whether something unclear may belong to the data file: to the manifest of a product everything below its folder does. */
function lacksSomething(matcher: SourceRules["matcher"], name: string, { possible }: UnclearNames): boolean {
	if (possible.size === 0) return false;
	return isSafeManifest(name) || [...sidecarsOf(matcher, [name])].some((sidecar) => possible.has(sidecar));
}

function compareOptions(context: ScanContext, folder: string): CompareOptions {
	const { loaded, source } = context;
	const covering = loaded.sources.find(
		({ storageId, path }) => storageId === source.storageId && pathBelow(path, folder) !== null,
	);
	return {
		sourceId: source.id,
		ruleOf: (files) => ruleOfFiles(source.rule, files),
		full: rereads(context),
		activeSources: new Set(loaded.sources.map(({ id }) => id)),
		ownsOrphans: covering?.id === source.id,
	};
}

/** The folder, with some of its data files, as `compare` wants it. */
export function foundIn(
	context: ScanContext,
	{ entriesByName, folder, undecided }: FolderComparison,
	data: readonly FoundFile[],
) {
	const { loaded, source } = context;
	const others = loaded.sources.filter(({ id, storageId }) => id !== source.id && storageId === source.storageId);
	return {
		data,
		isUndecided: (path: string) =>
			undecided.has(path) ||
			mayBeUnreadable(baseName(path), folder.unclear) ||
			isUndecided(context, folder.path, baseName(path)),
		has: (path: string) => entriesByName.has(baseName(path)),
		matchedElsewhere: (path: string) => others.some(({ matcher }) => matcher.matches(path)),
	};
}
