import { hash } from "node:crypto";
import type { FieldDiffs, FileFingerprint } from "#lib/catalog/json-columns.ts";
import { RejectedError, StorageError } from "#lib/errors.ts";
import type { DatasetState } from "#lib/metadata/metadata.ts";
import { type DatasetFiles, readDataset } from "#lib/metadata/read.ts";
import { instantOf } from "#lib/metadata/text/time.ts";
import { baseName, folderOf } from "#lib/paths.ts";
import { type Problem, problemOf, type Storage } from "#lib/storage/storage.ts";
import type { ReadRules } from "#lib/sync/loaded-run.ts";
import { inOrder, sameContent, sameFiles } from "#lib/sync/match/fingerprint.ts";
import { dataNameOf } from "#lib/sync/match/product-names.ts";
import { differingFields } from "./fields.ts";
import { OpenedFiles } from "./opened-files.ts";
import { readLimits } from "./read-limits.ts";
import { type Place, restat } from "./restat.ts";
import { unstorableState } from "./unstorable-state.ts";

/** A candidate to be read. */
export interface ToRead {
	readonly id: number;
	readonly action: "added" | "updated" | "linked";
	readonly path: string;
	readonly files: readonly FileFingerprint[];
	/** The dataset as registered: its state and files; null for a new file. */
	readonly before: DatasetState | null;
	/** The version that it stands in; null: in none. */
	readonly versionBefore: number | null;
	readonly filesBefore: readonly FileFingerprint[] | null;
}

export type ReadResult =
	| {
			readonly kind: "read";
			readonly after: DatasetState;
			readonly files: readonly FileFingerprint[];
			readonly fields: FieldDiffs;
	  }
	/** Only the fingerprint is new (rule 6). */
	| { readonly kind: "same"; readonly files: readonly FileFingerprint[] }
	| {
			readonly kind: "rejected";
			readonly code: string;
			readonly reason: string;
			readonly files: readonly FileFingerprint[];
	  }
	/** Could not be examined now: not a judgement of the file. null: it vanished since it was listed. */
	| { readonly kind: "unknown"; readonly problem: Problem | null };

/** How often a file that changes while it is read is tried before it is left for the next run. */
const maxAttempts = 3;

/** Reads one file with all that belongs to it; never a mix of old and new: what changed meanwhile is read again. */
export async function read(
	storage: Storage,
	rules: ReadRules,
	item: ToRead,
	{ signal }: { readonly signal: AbortSignal },
): Promise<ReadResult> {
	const place = { storage, symlinks: rules.symlinks, folder: folderOf(item.path), signal };
	let files = item.files;
	let problem: Problem | null = null;
	try {
		for (let attempt = 1; attempt <= maxAttempts; attempt++) {
			const outcome = await readOnce(place, rules, item.path, files);
			const now = await restat(place, files);
			if (now.some((file, i) => file === null && files[i]?.role === "data")) return { kind: "unknown", problem: null };
			const asked = await restat(
				place,
				[...outcome.asked.keys()].map((name) => ({ name, role: "member" })),
			);
			if (isArchivedAsItWas(item, outcome)) return { kind: "unknown", problem: null };
			const { state } = outcome;
			if (state instanceof StorageError) problem = problemOf(state);
			else if (isSame(files, now) && isSame([...outcome.asked.values()], asked))
				return resultOf(item, state, withMembers(outcome.files, outcome.asked));
			files = now.filter((file) => file !== null);
		}
		const message = `${item.path} keeps changing while it is read; it is left for the next run.`;
		return { kind: "unknown", problem: problem ?? { path: item.path, code: "changed", message } };
	} catch (error) {
		if (error instanceof StorageError) return { kind: "unknown", problem: problemOf(error) };
		throw error;
	}
}

/** A lifecycle rule rejects nothing that is registered: its files are what they were, and cannot be read for now. */
function isArchivedAsItWas({ filesBefore, files }: ToRead, { state }: Outcome): boolean {
	const isArchived = state instanceof RejectedError && state.code === "archived";
	return isArchived && filesBefore !== null && sameFiles(files, filesBefore);
}

interface Outcome {
	/** A StorageError `changed` or `not-found`: it changed or was gone under our hands, or the storage said so. */
	readonly state: DatasetState | RejectedError | StorageError;
	/** With checksums where the source asks for them. */
	readonly files: readonly FileFingerprint[];
	readonly asked: OpenedFiles["asked"];
}

/** Whether each of the files is what it was, or still missing. */
function isSame(before: readonly (FileFingerprint | null)[], after: readonly (FileFingerprint | null)[]): boolean {
	return before.every((file, i) => {
		const now = after[i] ?? null;
		return file === null || now === null ? file === now : sameContent(file, now);
	});
}

async function readOnce(
	place: Place,
	rules: ReadRules,
	path: string,
	files: readonly FileFingerprint[],
): Promise<Outcome> {
	const { signal } = place;
	await using dataset = new OpenedFiles({ ...place, files });
	try {
		const sources = await sourcesOf(dataset, path);
		const outcome = await readDataset(sources, rules, { signal, ...readLimits() }).catch((error: unknown) => {
			if (error instanceof RejectedError) return error;
			throw error;
		});
		const state = outcome instanceof RejectedError ? outcome : (unstorableState(sources.data.name, outcome) ?? outcome);
		return { state, files: rules.checksum ? await dataset.checksums() : files, asked: dataset.asked };
	} catch (error) {
		if (error instanceof StorageError && (error.code === "changed" || error.code === "not-found"))
			return { state: error, files, asked: dataset.asked };
		if (error instanceof StorageError && error.code === "archived") {
			const state = new RejectedError("archived", error.message, { cause: error });
			return { state, files: files.map((file) => ({ ...file, archived: true as const })), asked: dataset.asked };
		}
		throw error;
	}
}

/** The files of one dataset as readers take them. @throws StorageError `not-found` when the data file is gone. */
export async function sourcesOf(dataset: OpenedFiles, path: string): Promise<DatasetFiles> {
	const [data] = await dataset.open("data");
	if (!data) throw new StorageError("not-found", path, `${path} is gone.`);
	return {
		data: {
			name: dataNameOf(path),
			size: data.size,
			folder: baseName(folderOf(path)) || undefined,
			read: data.read.bind(data),
			sibling: dataset.sibling,
			listedWith: dataset.members,
		},
		metadata: await dataset.open("metadata"),
		conf: await dataset.open("conf"),
		pam: (await dataset.open("other", ".aux.xml"))[0],
	};
}

/** Members by name, after all others: as `fingerprintsOf` has them. */
function withMembers(files: readonly FileFingerprint[], asked: OpenedFiles["asked"]): readonly FileFingerprint[] {
	const further = [...asked.values()].filter((file) => file !== null);
	return further.length === 0 ? files : inOrder([...files, ...further]);
}

function resultOf(item: ToRead, state: DatasetState | RejectedError, files: readonly FileFingerprint[]): ReadResult {
	if (state instanceof RejectedError) return { kind: "rejected", code: state.code, reason: state.message, files };
	if (item.before === null) return { kind: "read", after: state, files, fields: {} };
	const fields: FieldDiffs = {
		...differingFields(item.before, state),
		...differingChecksum(item.filesBefore ?? [], files),
		...differingMembers(item.filesBefore ?? [], files),
	};
	return Object.keys(fields).length === 0 && item.action === "updated"
		? { kind: "same", files }
		: { kind: "read", after: state, files, fields };
}

/** Contents that differ although nothing else does; only where both times a checksum was taken. */
function differingChecksum(before: readonly FileFingerprint[], after: readonly FileFingerprint[]): FieldDiffs {
	const [old, now] = [before, after].map((files) => {
		const sums = files.filter(({ checksum }) => checksum).map(({ name, checksum }) => `${name} ${checksum}`);
		return sums.length === 0 ? null : sums.join("\n");
	});
	if (!old || !now || old === now) return {};
	return { checksum: { before: hash("sha256", old), after: hash("sha256", now) } };
}

/** Members that are new, gone or changed: their pixels are the dataset's, though no header shows it. */
function differingMembers(before: readonly FileFingerprint[], after: readonly FileFingerprint[]): FieldDiffs {
	const [old, now] = [before, after].map((files) => files.filter(({ role }) => role === "member").map(memberText));
	const [gone, come] = [withoutThose(old ?? [], now ?? []), withoutThose(now ?? [], old ?? [])];
	return gone.length + come.length === 0 ? {} : { members: { before: gone, after: come } };
}

/** Describes a member without its inode, which a copy of the same file does not share. */
function memberText({ name, size, mtime, etag }: FileFingerprint): string {
	const time = mtime === null ? [] : [instantOf(mtime / 1000) ?? String(mtime)];
	return [name, `${size} bytes`, ...time, ...(etag === null ? [] : [etag])].join(", ");
}

function withoutThose(texts: readonly string[], others: readonly string[]): readonly string[] {
	const known = new Set(others);
	return texts.filter((text) => !known.has(text));
}
