import type { RunError } from "#lib/catalog/json-columns.ts";
import { clearParts } from "#lib/catalog/runs/run-parts.ts";
import { storable } from "#lib/catalog/storable.ts";
import { noteReach } from "#lib/catalog/storages/storage-health.ts";
import { StorageError } from "#lib/errors.ts";
import { joinPath } from "#lib/storage/path.ts";
import { type Problem, problemOf } from "#lib/storage/storage.ts";
import { inheritFolders, rediscoverFolders } from "#lib/sync/known-folders.ts";
import { recordProblems } from "#lib/sync/problems.ts";
import { examine } from "#lib/sync/scan/examine.ts";
import { noteUnmatched } from "#lib/sync/scan/note-unmatched.ts";
import { leaderFolders } from "#lib/sync/share/folder-source.ts";
import { nearestPath } from "#lib/sync/storages/nearest-path.ts";
import { isAboutMetadata } from "#lib/sync/storages/with-metadata.ts";
import type { SourceRules } from "./loaded-run.ts";
import type { RunContext } from "./run-context.ts";

export interface Scanned {
	/** Why some sources could not be reached; null when all were. The others go on without them (rule 11). */
	readonly error: RunError | null;
	readonly reached: readonly SourceRules[];
	/** false: every folder is as the catalogue has it, and nothing was written. */
	readonly differs: boolean;
}

/**
 * The first two phases over all sources.
 * @throws StorageError when no source could be reached: there is nothing to go on with.
 */
export async function scanPhase(context: RunContext): Promise<Scanned> {
	const { lease, loaded } = context;
	// A new run has written nothing yet, and its claim noted the container's revision.
	if (!loaded.run.isNew || loaded.run.full || loaded.removedSources.length > 0) await restartIfOutdated(context);
	lease.progress.begin("scanning", null);
	const unreachable: string[] = [];
	const reached: SourceRules[] = [];
	let differs = false;
	for (const source of loaded.sources) {
		const examined = await examineSource(context, source);
		if ("problem" in examined) unreachable.push(`${source.label}: ${examined.problem.message}`);
		else reached.push(source);
		differs ||= examined.differs;
	}
	if (unreachable.length > 0 && unreachable.length === loaded.sources.length) {
		throw new StorageError("unreachable", "", unreachable.join("\n"));
	}
	const error = unreachable.length > 0 ? { code: "unreachable", message: unreachable.join("\n") } : null;
	return { error, reached, differs };
}

/** Reports on the sources that were reached and scanned: reachable, and any pattern without matches. */
export async function reportSources(context: RunContext, reached: readonly SourceRules[]): Promise<void> {
	for (const source of reached) {
		await noteReach(context.database.sql, [source.storageId, source.metadataStorage?.id ?? source.storageId], null);
		await noteUnmatched(context, source);
	}
}

/** `problem`: why the source as a whole could not be reached. */
type ExaminedSource = { readonly differs: boolean } | { readonly differs: true; readonly problem: Problem };

async function examineSource(context: RunContext, source: SourceRules): Promise<ExaminedSource> {
	const { database, lease, loaded, rulesById } = context;
	const work = leaderFolders(context, source);
	const mayBeStaged = () => loaded.run.resumed || work.wasShared();
	try {
		const storage = await context.storageOf(source);
		const differs = await examine({ database, claim: lease, loaded, source, rulesById, mayBeStaged }, storage, work);
		return { differs: differs || work.wasShared() };
	} catch (error) {
		if (!(error instanceof StorageError)) throw error;
		const problem = await withNearestPath(context, source, problemOf(error));
		await recordProblems(database, lease, source.id, [problem]);
		await noteUnreachable(context, source, { problem, error });
		return { differs: true, problem };
	}
}

/** For a root that does not exist, the message names the path that was probably meant. */
async function withNearestPath(context: RunContext, source: SourceRules, problem: Problem): Promise<Problem> {
	if (problem.code !== "not-found" || problem.path !== source.path) return problem;
	const nearest = await nearestPath(await context.storageOf(source), source, context.lease.signal);
	return nearest === null ? problem : { ...problem, message: `${problem.message} ${nearest}` };
}

interface Failure {
	readonly problem: Problem;
	readonly error: StorageError;
}

/** Notes that a storage does not answer: its other containers are not plainly in sync either. */
async function noteUnreachable(context: RunContext, source: SourceRules, failure: Failure): Promise<void> {
	const silent = await silentStorage(context, source, failure);
	if (silent !== null) await noteReach(context.database.sql, [silent.id], storable(silent.message));
}

/** The storage that does not answer, and why; null: the failure concerns the source alone, as a missing marker does. */
async function silentStorage(
	context: RunContext,
	source: SourceRules,
	{ problem, error }: Failure,
): Promise<{ readonly id: number; readonly message: string } | null> {
	const { metadataStorage } = source;
	if (metadataStorage !== null && isAboutMetadata(error, metadataStorage.name)) {
		const there = error.cause instanceof StorageError ? problemOf(error.cause) : problem;
		return isSilent(there) || isShut(there) ? { id: metadataStorage.id, message: there.message } : null;
	}
	const { storageId: id, path, marker } = source;
	if (marker !== null && problem.path === joinPath(path, marker)) return null;
	if (isSilent(problem) || isShut(problem)) return { id, message: problem.message };
	if (problem.path !== path || (problem.code !== "not-found" && problem.code !== "forbidden")) return null;
	const root = await rootProblem(context, source);
	return root !== null && (isSilent(root) || isShut(root)) ? { id, message: root.message } : null;
}

function isSilent({ code }: Problem): boolean {
	return code === "unreachable" || code === "timeout";
}

/** The storage's own root: a disk that is not mounted, a folder that must not be listed. */
function isShut({ path, code }: Problem): boolean {
	return path === "" && (code === "not-found" || code === "forbidden");
}

/** Whether the folder is missing because all of the storage is. */
async function rootProblem(context: RunContext, source: SourceRules): Promise<Problem | null> {
	const { symlinks } = source;
	const storage = await context.storageOf(source);
	try {
		await storage.list("", { symlinks, needed: async () => new Set<string>(), signal: context.lease.signal });
		return null;
	} catch (error) {
		if (!(error instanceof StorageError)) throw error;
		return problemOf(error);
	}
}

/** Notes which revision of the container the plan is for; what was staged for another one is worth nothing. */
async function restartIfOutdated({ database, lease, loaded }: RunContext): Promise<void> {
	const { run, container, removedSources } = loaded;
	await database.sql.begin(async (sql) => {
		// No helper goes on with what the last leader gave it.
		await clearParts(sql, lease.run);
		await sql`delete from problems where run_id = ${lease.run}`;
		if (run.resumed && run.baseRevision !== container.revision) {
			await sql`delete from changes where run_id = ${lease.run}`;
			await sql`delete from run_directories where run_id = ${lease.run}`;
		}
		await inheritFolders(
			sql,
			removedSources.map(({ id }) => id),
		);
		if (run.full) await rediscoverFolders(sql, container.id);
		await lease.fence(sql);
		await sql`update runs set base_revision = ${container.revision}, problems = 0, notes = 0 where id = ${lease.run}`;
	});
}
