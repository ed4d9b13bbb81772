import { hash } from "node:crypto";
import type { FieldDiffs, FileFingerprint } from "#lib/catalog/records.ts";
import { RejectedError, StorageError } from "#lib/errors.ts";
import type { DatasetState } from "#lib/metadata/metadata.ts";
import { readDataset } from "#lib/metadata/read.ts";
import { folderOf, joinPath } from "#lib/storage/path.ts";
import type { OpenFile, Problem, Storage } from "#lib/storage/storage.ts";
import { checksumOf } from "./checksum.ts";
import { differingFields } from "./fields.ts";
import { fingerprint, sameContent } from "./fingerprint.ts";
import { problemOf } from "./scan.ts";
import type { SourceRules } from "./subject.ts";

/** A candidate to be read. */
export interface ToRead {
	readonly id: number;
	readonly action: "added" | "updated" | "linked";
	readonly path: string;
	readonly files: readonly FileFingerprint[];
	/** The dataset as registered: its state and files; null for a new file. */
	readonly before: DatasetState | null;
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

/** So often is a file read that changes while it is read, before it is left for the next run. */
const attempts = 3;

/** Reads one file with all that belongs to it; never a mix of old and new: what changed meanwhile is read again. */
export async function read(
	storage: Storage,
	rules: SourceRules,
	item: ToRead,
	{ signal }: { readonly signal: AbortSignal },
): Promise<ReadResult> {
	let files = item.files;
	try {
		for (let attempt = 1; attempt <= attempts; attempt++) {
			const outcome = await readOnce(storage, rules, item.path, files, signal);
			const now = await restat(storage, rules, item.path, files, signal);
			if (now === null) return { kind: "unknown", problem: null };
			if (now.every((file, i) => file && files[i] && sameContent(file, files[i])))
				return resultOf(item, outcome, outcome.files);
			files = now.filter((file) => file !== null);
		}
		const message = `${item.path} keeps changing while it is read; it is left for the next run.`;
		return { kind: "unknown", problem: { path: item.path, code: "changed", message } };
	} catch (error) {
		if (error instanceof StorageError) return { kind: "unknown", problem: problemOf(error) };
		throw error;
	}
}

interface Outcome {
	readonly state: DatasetState | RejectedError;
	/** With checksums where the source asks for them. */
	readonly files: readonly FileFingerprint[];
}

async function readOnce(
	storage: Storage,
	rules: SourceRules,
	path: string,
	files: readonly FileFingerprint[],
	signal: AbortSignal,
): Promise<Outcome> {
	const folder = folderOf(path);
	await using opened = new AsyncDisposableStack();
	const open = async (role: FileFingerprint["role"]) => {
		const sources: OpenFile[] = [];
		for (const file of files.filter((candidate) => candidate.role === role)) {
			sources.push(opened.use(await storage.open(joinPath(folder, file.name), { symlinks: rules.symlinks, signal })));
		}
		return sources;
	};
	try {
		const [data] = await open("data");
		if (!data) throw new StorageError("not-found", path, `${path} is gone.`);
		const [metadata, conf] = [await open("metadata"), await open("conf")];
		const withChecksums = rules.checksum ? await addChecksums(files, [data, ...metadata, ...conf], signal) : files;
		const state = await readDataset({ data, metadata, conf }, rules, { signal }).catch((error: unknown) => {
			if (error instanceof RejectedError) return error;
			throw error;
		});
		return { state, files: withChecksums };
	} catch (error) {
		// Changed or gone under our hands: the caller looks at the files again.
		if (error instanceof StorageError && (error.code === "changed" || error.code === "not-found")) {
			return { state: new RejectedError("unreadable", error.message, { cause: error }), files };
		}
		throw error;
	}
}

async function addChecksums(
	files: readonly FileFingerprint[],
	opened: readonly OpenFile[],
	signal: AbortSignal,
): Promise<FileFingerprint[]> {
	const checksums = new Map<string, string>();
	for (const file of opened) checksums.set(file.name, await checksumOf(file, { signal }));
	return files.map((file) => {
		const checksum = checksums.get(file.name);
		return checksum === undefined ? file : { ...file, checksum };
	});
}

/** The files as they are now, null for one that is gone; null altogether when the data file is. */
async function restat(
	storage: Storage,
	rules: SourceRules,
	path: string,
	files: readonly FileFingerprint[],
	signal: AbortSignal,
) {
	const folder = folderOf(path);
	const now: (FileFingerprint | null)[] = [];
	for (const { name, role } of files) {
		const entry = await storage.stat(joinPath(folder, name), { symlinks: rules.symlinks, signal });
		if (!entry && role === "data") return null;
		now.push(entry && fingerprint(entry, role));
	}
	return now;
}

function resultOf(item: ToRead, { state }: Outcome, files: readonly FileFingerprint[]): ReadResult {
	if (state instanceof RejectedError) return { kind: "rejected", code: state.code, reason: state.message, files };
	if (item.before === null) return { kind: "read", after: state, files, fields: {} };
	const fields: FieldDiffs = {
		...differingFields(item.before, state),
		...differingChecksum(item.filesBefore ?? [], files),
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
