import type { Database } from "#lib/catalog/database/database.ts";
import type { RejectionRow } from "#lib/catalog/registered-datasets.ts";
import { joinPath, pathBelow } from "#lib/storage/path.ts";
import type { Entry } from "#lib/storage/storage.ts";
import type { LoadedRun, SourceRules } from "#lib/sync/loaded-run.ts";
import { ruleOfFiles } from "#lib/sync/match/fingerprint.ts";
import { classify, type DataFile } from "#lib/sync/match/match.ts";
import type { WorkClaim } from "#lib/sync/work-claim.ts";
import type { CompareOptions, FoundFile } from "./compare.ts";
import { type FolderSnapshot, folderSnapshot, type Since } from "./folder-snapshot.ts";
import type { ScannedFolder } from "./scan.ts";

export interface ScanContext {
	readonly database: Database;
	readonly claim: WorkClaim;
	readonly loaded: LoadedRun;
	readonly source: SourceRules;
	/** Rules of datasets' home sources, by id; those of other containers are loaded when met. */
	readonly rulesById: Map<number, SourceRules>;
	/** Whether folders may have been staged before: what was staged of them is replaced, or left where it is the same. */
	readonly mayBeStaged: () => boolean;
}

/** `digest`: null, the folder is gone. */
export type ComparedFolder = Omit<ScannedFolder, "digest"> & { readonly digest: string | null };

/** One folder while it is compared: what of it was not met yet. */
export interface Comparing {
	readonly folder: ComparedFolder;
	readonly entriesByName: ReadonlyMap<string, Entry>;
	/** Data files that match the source being compared, and none before it, by path. */
	readonly data: Map<string, DataFile>;
	readonly rejections: Map<string, RejectionRow>;
	readonly options: CompareOptions;
	/** Whether `data` is just what has changed, and nothing else needs to be compared. */
	readonly isPart: boolean;
	/** What to keep of it; null: nothing. */
	readonly listing: FolderSnapshot | null;
	/** It must be looked at again, whatever it looks like then. */
	dirty: boolean;
	/** Whether its listing alone tells what belongs to its datasets. */
	tells: boolean;
}

interface Beginning {
	/** All of the folder. */
	readonly rejections: readonly RejectionRow[];
	/** What of it has changed; null: not known. */
	readonly since: Since | null;
}

/** @returns with all of the folder still to be compared, or all that is known to have changed. */
export function begin(context: ScanContext, folder: ComparedFolder, { rejections, since }: Beginning): Comparing {
	const files = folder.files ?? [];
	const data = new Map(
		(since?.data ?? dataFiles(context, folder)).map((file) => [joinPath(folder.path, file.entry.name), file]),
	);
	return {
		folder,
		entriesByName: new Map(files.map((entry) => [entry.name, entry])),
		data,
		rejections: new Map(
			rejections.flatMap((one) => (since === null || data.has(one.path) ? [[one.path, one] as const] : [])),
		),
		options: compareOptions(context, folder.path),
		isPart: since !== null,
		listing: since === null ? folderSnapshot(files, data.values()) : since.listing,
		dirty: folder.problems.length > 0,
		tells: true,
	};
}

/** Those that match the source being compared, and none before it. */
function dataFiles(context: ScanContext, folder: ComparedFolder): readonly DataFile[] {
	const { loaded, source } = context;
	const earlier = loaded.sources.filter(
		({ storageId, position }) => storageId === source.storageId && position < source.position,
	);
	const { data } = classify(folder.path, folder.files ?? [], source.matcher);
	if (earlier.length === 0) return data;
	return data.filter(({ entry }) => !earlier.some(({ matcher }) => matcher.matches(joinPath(folder.path, entry.name))));
}

/** Everything is read again (`--full`, or a source that compares contents). */
export function rereads({ loaded, source }: ScanContext): boolean {
	return loaded.run.full || source.checksum;
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
		ownsStrays: covering?.id === source.id,
		unstableAfter: source.stableFor > 0 ? (Date.now() - source.stableFor * 1000) * 1000 : null,
	};
}

/** The folder, with some of its data files, as `compare` wants it. */
export function foundIn({ loaded, source }: ScanContext, { entriesByName }: Comparing, data: readonly FoundFile[]) {
	const others = loaded.sources.filter(({ id, storageId }) => id !== source.id && storageId === source.storageId);
	return {
		data,
		has: (path: string) => entriesByName.has(path.slice(path.lastIndexOf("/") + 1)),
		matchedElsewhere: (path: string) => others.some(({ matcher }) => matcher.matches(path)),
	};
}
