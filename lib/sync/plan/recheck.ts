import { isPlanned } from "#lib/catalog/changes/change-outcomes.ts";
import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import type { changes } from "#lib/catalog/schema/run-schema.ts";
import { StorageError } from "#lib/errors.ts";
import { baseName, folderOf } from "#lib/paths.ts";
import { joinPath } from "#lib/storage/path.ts";
import { type Entry, type Problem, problemOf, type Storage } from "#lib/storage/storage.ts";
import { readingRules, type SourceRules } from "#lib/sync/loaded-run.ts";
import { fingerprint, sameContent } from "#lib/sync/match/fingerprint.ts";
import { mapParallel } from "#lib/sync/parallel.ts";
import { recordProblems } from "#lib/sync/problems.ts";
import { loadRules } from "#lib/sync/read/read-phase.ts";
import type { RunContext } from "#lib/sync/run-context.ts";
import { contradicting, listAround } from "./listed-otherwise.ts";

interface PlannedFile extends Pick<typeof changes.$inferSelect, "id" | "action" | "path" | "files" | "sourceId"> {
	readonly homeSourceId: number | null;
}

/** Selects changes that depend on their files: not unlinking, not forgetting a rejection that is over, and not too long a path. */
const ofFiles = (sql: Sql | Transaction) =>
	sql`action <> 'unlinked' and not (action = 'refreshed' and dataset_id is null) and code is distinct from 'path-too-long'`;
const maxRowsPerBatch = 512;
const maxParallel = 16;

/**
 * Rule 14: looks again at just the files of a plan that was made earlier. What is no longer as it was reviewed is left
 * out, and says so; nothing is read.
 */
export async function recheckPlan({ database, lease, loaded, rulesById, storageOf }: RunContext): Promise<void> {
	const { sql } = database;
	const [{ total } = { total: 0 }] = await sql<{ total: number }[]>`
		select count(*) as total from changes where run_id = ${lease.run} and ${isPlanned(sql, "changes")} and ${ofFiles(sql)}`;
	lease.progress.begin("planning", total);
	const problems = new Map<number, Problem>();
	const note: Look["note"] = (rules, problem) => void (problems.has(rules.id) || problems.set(rules.id, problem));
	const reachable = new Map<number, Promise<boolean>>();
	const isReachable = async (rules: SourceRules) => {
		const answer = reachable.get(rules.id) ?? reachSource(await storageOf(rules), rules, lease.signal);
		reachable.set(rules.id, answer);
		return answer;
	};
	for (let after = 0; ; ) {
		lease.signal.throwIfAborted();
		const rows = await sql<PlannedFile[]>`
			select id, action, path, source_id as "sourceId",
				coalesce(files, (select v.files from dataset_versions v where v.id = changes.after_version)) as files,
				(select home_source_id from datasets d where d.id = changes.dataset_id) as "homeSourceId" from changes
			where run_id = ${lease.run} and ${isPlanned(sql, "changes")} and ${ofFiles(sql)} and id > ${after} order by id limit ${maxRowsPerBatch}`;
		const last = rows.at(-1);
		if (!last) break;
		after = last.id;
		await loadRules({ database, rulesById }, rows);
		const answers: AnsweredRemoval[] = [];
		const drifted = (
			await mapParallel(rows, maxParallel, async (row) => {
				const rules = loaded.sources.find(({ id }) => id === row.sourceId);
				const reading = readingRules(rulesById, row.homeSourceId, rules);
				const answered = (answer: AnsweredRemoval) => void answers.push(answer);
				const look = { storageOf, isReachable, note, answered, signal: lease.signal };
				const reason = rules && reading ? await driftOf(row, { rules, reading }, look) : null;
				lease.progress.advance({ done: 1, current: row.path });
				return reason === null ? [] : [{ id: row.id, reason }];
			})
		).flat();
		drifted.push(...(await returnedFiles(answers, note, lease.signal)));
		await sql`
			update changes c set outcome = 'skipped', reason = r.reason
			from jsonb_to_recordset(${json(sql, drifted)}) as r(id bigint, reason text) where c.id = r.id`;
	}
	for (const [sourceId, problem] of problems) await recordProblems(database, lease, sourceId, [problem]);
}

interface Drift {
	readonly id: number;
	readonly reason: string;
}

interface AnsweredRemoval {
	readonly id: number;
	readonly path: string;
	readonly entry: Entry;
	readonly rules: SourceRules;
	readonly storage: Storage;
}

/** Those whose file came back: not those that their folder's listing has in another case, on a storage that ignores it. */
async function returnedFiles(
	answers: readonly AnsweredRemoval[],
	note: Look["note"],
	signal: AbortSignal,
): Promise<readonly Drift[]> {
	const drifts: Drift[] = [];
	for (const own of Map.groupBy(answers, ({ rules, path }) => `${rules.id} ${folderOf(path)}`).values()) {
		const [{ path, rules, storage }] = own as [AnsweredRemoval];
		try {
			const names = own.map((answer) => baseName(answer.path));
			const listing = await listAround(storage, folderOf(path), names, { symlinks: rules.symlinks, signal });
			for (const { id } of contradicting(own, listing))
				drifts.push({ id, reason: "the file came back since the plan was made" });
		} catch (error) {
			if (!(error instanceof StorageError)) throw error;
			note(rules, problemOf(error));
			drifts.push(...own.map(({ id }) => ({ id, reason: `could not be examined again: ${error.message}` })));
		}
	}
	return drifts;
}

interface Look extends Pick<RunContext, "storageOf"> {
	/** What could not be looked at becomes a problem too (rule 11), once per source. */
	readonly note: (rules: SourceRules, problem: Problem) => void;
	readonly isReachable: (rules: SourceRules) => Promise<boolean>;
	/** The path of a removed file answers: it came back, unless its folder has it under another name. */
	readonly answered: (answer: AnsweredRemoval) => void;
	readonly signal: AbortSignal;
}

/** Why the change cannot be applied any more; null: it is still as it was planned. */
async function driftOf(
	row: PlannedFile,
	/** The rules of the source that found it, and the rules that its files are read by. */
	{ rules, reading }: { readonly rules: SourceRules; readonly reading: SourceRules },
	{ storageOf, isReachable, note, answered, signal }: Look,
): Promise<string | null> {
	try {
		const storage = await storageOf(reading);
		const stat = (path: string) => storage.stat(path, { symlinks: rules.symlinks, signal });
		if (row.action === "removed") {
			const entry = await stat(row.path);
			if (entry !== null) {
				answered({ id: row.id, path: row.path, entry, rules, storage });
				return null;
			}
			// Gone, or out of reach? Only a folder that can be listed, or is gone itself from one that can, says which.
			return (await isReachable(rules)) ? null : `${rules.label} cannot be reached now`;
		}
		for (const file of row.files ?? []) {
			const now = await stat(joinPath(folderOf(row.path), file.name));
			if (!now) return `${file.name} is gone since the plan was made`;
			if (!sameContent(fingerprint(now, file.role), file)) return `${file.name} changed since the plan was made`;
		}
		return null;
	} catch (error) {
		if (!(error instanceof StorageError)) throw error;
		note(rules, problemOf(error));
		return `could not be examined again: ${error.message}`;
	}
}

async function reachSource(storage: Storage, rules: SourceRules, signal: AbortSignal): Promise<boolean> {
	if (rules.marker !== null)
		return (await storage.stat(joinPath(rules.path, rules.marker), { symlinks: rules.symlinks, signal })) !== null;
	// It was listed when the plan was made.
	await storage.list(rules.path, { symlinks: rules.symlinks, wasThere: async () => true, signal });
	return true;
}
