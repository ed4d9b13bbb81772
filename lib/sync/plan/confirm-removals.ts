import { isPlanned } from "#lib/catalog/change-outcomes.ts";
import type { Transaction } from "#lib/catalog/database/database.ts";
import type { changes } from "#lib/catalog/schema/run-schema.ts";
import { StorageError } from "#lib/errors.ts";
import { baseName, folderOf, pathBelow } from "#lib/storage/path.ts";
import { type Listing, type Problem, problemOf } from "#lib/storage/storage.ts";
import { cancellable } from "#lib/sync/cancellable.ts";
import type { SourceRules } from "#lib/sync/loaded-run.ts";
import { lookAgainAt } from "#lib/sync/look-again.ts";
import { mapParallel } from "#lib/sync/parallel.ts";
import { addProblems } from "#lib/sync/problems.ts";
import type { RunContext } from "#lib/sync/run-context.ts";

/** So many files are asked for, each by its name; of more, one of each folder. */
const maxNames = 1000;
const maxParallel = 16;
/** A source that gives so many times no answer at all is not asked any more. */
const maxSilences = 3;

type MissingFile = Pick<typeof changes.$inferSelect, "path" | "directory" | "sourceId">;

/** What must not be removed, and why: a file, the files of a folder, or all below it. Its place is the problem's. */
interface Objection {
	readonly sourceId: number;
	readonly of: "file" | "folder" | "tree";
	readonly problem: Problem;
}

/**
 * Listings lie without a trace: a cold cache, an index that is not yet up to date. So before datasets are removed the archive
 * is asked once more, from another side: for the files by name, and for the folders above those that are gone. What is there
 * after all makes its folder a problem, of which nothing is removed; what cannot be told stays and is a problem itself.
 * Returns how many removals were taken out of the plan.
 */
export async function confirmRemovals(context: RunContext): Promise<number> {
	const { database, lease, loaded } = context;
	const { files, isSample } = await missingFiles(context);
	if (files.length === 0) return 0;
	const objections: Objection[] = [];
	for (const source of loaded.sources) {
		const ofSource = files.filter(({ sourceId }) => sourceId === source.id);
		if (ofSource.length > 0) objections.push(...(await askSource(context, source, { files: ofSource, isSample })));
	}
	if (objections.length === 0) return 0;
	return cancellable(database.sql, lease.signal, async (sql) => {
		let withheld = 0;
		for (const objection of objections) withheld += await withhold(sql, lease.run, objection);
		for (const [sourceId, own] of Map.groupBy(objections, (objection) => objection.sourceId)) {
			await addProblems(
				sql,
				lease,
				sourceId,
				own.map(({ problem }) => problem),
			);
		}
		return withheld;
	});
}

interface Missing {
	readonly files: readonly MissingFile[];
	/** They are one of each folder. */
	readonly isSample: boolean;
}

async function missingFiles({ database: { sql }, lease: { run } }: RunContext): Promise<Missing> {
	const removals = sql`from changes where run_id = ${run} and action = 'removed' and ${isPlanned(sql, "changes")}`;
	const columns = sql`path, directory, source_id as "sourceId"`;
	const all = await sql<MissingFile[]>`select ${columns} ${removals} order by path limit ${maxNames + 1}`;
	if (all.length <= maxNames) return { files: all, isSample: false };
	const files = await sql<MissingFile[]>`
		select distinct on (source_id, directory) ${columns} ${removals} order by source_id, directory, path`;
	return { files, isSample: true };
}

async function askSource(
	context: RunContext,
	source: SourceRules,
	{ files, isSample }: Missing,
): Promise<readonly Objection[]> {
	const { lease, storageOf } = context;
	const sourceId = source.id;
	const options = { symlinks: source.symlinks, signal: lease.signal };
	const silent = { count: 0, problem: null as Problem | null };
	/** What the storage answers; a problem where it does not. */
	const ask = async <Answer>(path: string, call: () => Promise<Answer>): Promise<{ answer: Answer } | Problem> => {
		if (silent.problem !== null && silent.count >= maxSilences) return { ...silent.problem, path };
		try {
			return { answer: await call() };
		} catch (error) {
			if (!(error instanceof StorageError)) throw error;
			const problem = { ...problemOf(error), path };
			if (error.code === "unreachable" || error.code === "timeout") {
				silent.count++;
				silent.problem = problem;
			}
			return problem;
		}
	};
	const storage = await storageOf(source);
	const found: MissingFile[] = [];
	const objections: Objection[] = [];
	await mapParallel(files, maxParallel, async (file) => {
		const result = await ask(file.path, () => storage.stat(file.path, options));
		if ("answer" in result) {
			if (result.answer !== null) found.push(file);
		} else if (result.code !== "not-found") {
			const problem = unknown(isSample ? { ...result, path: file.directory } : result);
			objections.push({ sourceId, of: isSample ? "folder" : "file", problem });
		}
	});
	for (const [directory, there] of Map.groupBy(found, (file) => file.directory)) {
		const result = await ask(directory, () => storage.list(directory, options));
		const listing = "answer" in result ? result.answer : { files: [], folders: [] };
		const contrary = there.find(({ path }) => !isListedOtherwise(baseName(path), listing));
		if (!contrary) continue;
		const message = `${baseName(contrary.path)} was not in the listing of its folder, but is there when it is asked for by name. Nothing of the folder is removed.`;
		objections.push({ sourceId, of: "folder", problem: { path: directory, code: "changed", message } });
	}
	const gone = await goneFolders(context, source, files);
	for (const [parent, folders] of Map.groupBy(gone, folderOf)) {
		const result = await ask(parent, () => storage.list(parent, options));
		for (const folder of folders) {
			if (!("answer" in result)) {
				// A folder above that is gone as well is for the next scan to tell.
				objections.push({ sourceId, of: "tree", problem: unknown({ ...result, path: folder }) });
			} else if (result.answer.folders.includes(baseName(folder))) {
				const message =
					"The folder was not in the listing of the one above, but is there now. Nothing of it is removed.";
				objections.push({ sourceId, of: "tree", problem: { path: folder, code: "changed", message } });
			}
		}
	}
	return objections;
}

/** The listing has a folder of that name, or a file in another case or normal form, which answers to it as well. */
function isListedOtherwise(name: string, { files, folders }: Pick<Listing, "files" | "folders">): boolean {
	if (folders.includes(name)) return true;
	const folded = fold(name);
	const alike = (files ?? []).filter((file) => fold(file.name) === folded);
	return alike.length > 0 && alike.every((file) => file.name !== name);
}

function fold(name: string): string {
	return name.normalize("NFC").toLowerCase();
}

/** The highest folders that are no more, of those from which something would be removed. */
async function goneFolders(
	{ database: { sql }, lease: { run } }: RunContext,
	source: SourceRules,
	files: readonly MissingFile[],
): Promise<readonly string[]> {
	const rows = await sql<{ path: string }[]>`
		select path from run_directories where run_id = ${run} and source_id = ${source.id} and digest is null`;
	const gone = new Set(rows.map(({ path }) => path));
	const highest = [...gone].filter((path) => path !== source.path && !gone.has(folderOf(path)));
	return highest.filter((path) => files.some(({ directory }) => pathBelow(path, directory) !== null));
}

function unknown(problem: Problem): Problem {
	return { ...problem, message: `It could not be found out whether it is gone: ${problem.message}` };
}

async function withhold(
	sql: Transaction,
	run: number,
	{ sourceId, of, problem: { path } }: Objection,
): Promise<number> {
	const place = {
		file: sql`path = ${path}`,
		folder: sql`directory = ${path}`,
		tree: sql`(directory = ${path} or starts_with(directory, ${`${path}/`}))`,
	}[of];
	const kept = await sql<{ source: number; directory: string }[]>`
		delete from changes where run_id = ${run} and source_id = ${sourceId} and action = 'removed' and ${isPlanned(sql, "changes")} and ${place}
		returning source_id as source, directory`;
	await lookAgainAt(sql, run, kept);
	return kept.length;
}
