import { copyRows } from "#lib/catalog/database/copy.ts";
import type { Database, Transaction } from "#lib/catalog/database/database.ts";
import type { runDirectories } from "#lib/catalog/schema/run-schema.ts";
import { folderOf } from "#lib/paths.ts";
import { thrownLater } from "#lib/sync/parallel.ts";
import type { WorkClaim } from "#lib/sync/work-claim.ts";
import type { Candidate } from "./compare.ts";
import type { FolderSnapshot } from "./folder-snapshot.ts";
import { writtenFolder } from "./storable-paths.ts";
import { toAsk } from "./waiting-files.ts";

/** A compared folder. `digest`: null, it is gone; `""`, it must be looked at again whatever it looks like then. */
export interface StagedFolder {
	readonly path: string;
	readonly parent: string | null;
	readonly digest: string | null;
	readonly snapshot: FolderSnapshot | null;
	/** Doubts that the catalogue had about it before it was compared. */
	readonly doubts: number;
}

export interface Portion {
	readonly source: { readonly id: number; readonly storageId: number };
	readonly folderRule: string;
	/** The paths of its folders. */
	readonly paths: readonly string[];
}

export type WriteCandidates = (candidates: readonly Candidate[]) => Promise<void>;

const maxRowsPerWrite = 5000;

/**
 * Writes what is found out about some folders, in one transaction: the checkpoint of a scan. Folders staged before, by
 * the same run before it was interrupted, are replaced.
 * @param find hands out candidates as it finds them; none of them stays in memory for long
 */
export async function stage(
	{ sql }: Database,
	claim: WorkClaim,
	{ source, folderRule, paths }: Portion,
	find: (sql: Transaction, write: WriteCandidates) => Promise<readonly StagedFolder[]>,
): Promise<void> {
	const { run, signal } = claim;
	signal.throwIfAborted();
	await sql.begin(async (tx) => {
		const replaced = await tx<Pick<typeof runDirectories.$inferSelect, "path">[]>`
			delete from run_directories where run_id = ${run} and source_id = ${source.id} and path = any(${paths as string[]}) returning path`;
		if (replaced.length > 0) {
			await tx`
				delete from changes where run_id = ${run} and source_id = ${source.id} and directory = any(${replaced.map(({ path }) => writtenFolder(path))})`;
		}
		let rows: ReturnType<typeof changeRow>[] = [];
		const flush = async () => {
			signal.throwIfAborted();
			await copyRows(tx, "changes", changeColumns, rows);
			rows = [];
		};
		let leaving: Candidate[] = [];
		let writing: Promise<void> = Promise.resolve();
		const flushLeaving = async () => {
			await writing;
			signal.throwIfAborted();
			// Written while the next ones are compared.
			writing = thrownLater(stageLeaving(tx, run, source, leaving));
			leaving = [];
		};
		const folders = await find(tx, async (candidates) => {
			for (const candidate of candidates) {
				if (isLeaving(candidate)) leaving.push(candidate);
				else rows.push(changeRow(run, source, candidate));
			}
			if (rows.length >= maxRowsPerWrite) await flush();
			if (leaving.length >= maxRowsPerWrite) await flushLeaving();
		});
		await flush();
		await flushLeaving();
		await writing;
		await copyRows(
			tx,
			"run_directories",
			["run_id", "source_id", "path", "parent", "digest", "listing", "rule", "doubts"],
			folders.map(({ path, parent, digest, snapshot, doubts }) => [
				run,
				source.id,
				path,
				parent,
				digest,
				snapshot,
				folderRule,
				doubts,
			]),
		);
		// The fence comes last: held earlier, the run could not be cancelled, nor its lease renewed, while a large folder is compared.
		await claim.fence(tx);
	});
}

function isLeaving({ action }: Candidate): boolean {
	return action === "removed" || action === "unlinked";
}

/** Stages changes that contain only what the catalogue already has: the database makes them, nothing is sent. */
async function stageLeaving(
	sql: Transaction,
	run: number,
	source: Portion["source"],
	candidates: readonly Candidate[],
): Promise<void> {
	if (candidates.length === 0) return;
	const ids = candidates.map(({ datasetId }) => datasetId);
	const paths = candidates.map(({ path }) => path);
	const [action, actions] = oftenTheSame(candidates.map((one) => one.action));
	const [folder, folders] = oftenTheSame(paths.map(folderOf));
	const [reason, reasons] = oftenTheSame(candidates.map((one) => one.reason));
	await sql`
		insert into changes (run_id, source_id, storage_id, action, directory, path, dataset_id, eo_id, before_version, files, reason)
		select ${run}, ${source.id}, ${source.storageId}, coalesce(c.action, ${action})::change_action, coalesce(c.directory, ${folder}), c.path,
			d.id, d.eo_id, d.version_id, d.files, coalesce(c.reason, ${reason})
		from unnest(${ids}::bigint[], ${paths}::text[], ${actions}::text[], ${folders}::text[], ${reasons}::text[])
			as c(id, path, action, directory, reason) join datasets d on d.id = c.id`;
}

/** Values to be sent once where all are the same, as those of a folder are that lost half of its 200,000 files; else one by one. */
function oftenTheSame<Value>(values: readonly Value[]): readonly [Value | null, readonly Value[]] {
	const [first = null] = values;
	return values.every((value) => value === first) ? [first, []] : [null, values];
}

const changeColumns = [
	"run_id",
	"source_id",
	"storage_id",
	"action",
	"directory",
	"path",
	"dataset_id",
	"eo_id",
	"files",
	"rule",
	"to_read",
	"code",
	"reason",
];

function changeRow(run: number, source: Portion["source"], change: Candidate) {
	const { action, path, datasetId, eoId, files, rule, toRead, reread, reason } = change;
	const mark = change.toAsk ? toAsk : reread ? "reread" : null;
	const code = action === "rejected" ? "path-too-long" : mark;
	const place = [run, source.id, source.storageId, action, folderOf(path), path];
	return [...place, datasetId, eoId, files, rule, toRead, code, reason];
}
