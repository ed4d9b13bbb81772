import { actionsThat, isPlanned } from "#lib/catalog/changes/change-outcomes.ts";
import { inBatches } from "#lib/catalog/database/cursor.ts";
import type { Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import type { ExceptionEnd } from "#lib/catalog/inputs.ts";
import type { FileFingerprint } from "#lib/catalog/json-columns.ts";
import type { changes, exceptions } from "#lib/catalog/schema/run-schema.ts";
import { cancellable } from "#lib/sync/cancellable.ts";
import { sameFiles } from "#lib/sync/match/fingerprint.ts";
import type { RunContext } from "#lib/sync/run-context.ts";

/** Changes that an operator keeps out of a container's plans: made when a plan is applied, respected by those that follow. */

interface KeptOut {
	readonly run: number;
	readonly containerId: number;
	readonly by: string;
	readonly until: ExceptionEnd;
	readonly note: string;
}

/** Makes an exception of each change that was left out of the plan just now. */
export async function keepOut(sql: Transaction, { run, containerId, by, until, note }: KeptOut): Promise<void> {
	await sql`
		insert into exceptions as e (container_id, storage_id, path, action, from_path, eo_id, until, note, by, run_id, files, rule)
		select ${containerId}, c.storage_id, c.path, c.action, c.from_path, c.eo_id, ${until}, ${note}, ${by}, ${run},
			coalesce(c.files, v.files), c.rule
		from changes c left join dataset_versions v on v.id = c.after_version
		where c.run_id = ${run} and c.left_out is not null and c.exception_id is null
		on conflict (container_id, storage_id, path, action) where ended_at is null do update set
			until = excluded.until, note = excluded.note, by = excluded.by, at = now(), run_id = excluded.run_id, files = excluded.files, rule = excluded.rule,
			from_path = excluded.from_path, eo_id = excluded.eo_id`;
	await sql`
		update changes c set exception_id = e.id, left_out = ${keptOutBy(sql)} from exceptions e
		where c.run_id = ${run} and c.left_out is not null and c.exception_id is null
			and e.container_id = ${containerId} and e.storage_id = c.storage_id and e.path = c.path and e.action = c.action and e.ended_at is null`;
	await awaitNoRemoval(sql, run, containerId);
}

/** Selects why a change is left out by an exception `e`. */
const keptOutBy = (sql: Transaction) =>
	sql`'kept out by exception ' || e.id || case e.until when 'for-good' then '' else ', until the file changes' end || ': ' || e.note`;

/** A removal that is kept out does not ripen. */
async function awaitNoRemoval(sql: Transaction, run: number, containerId: number): Promise<void> {
	await sql`
		delete from suspects s using changes c
		where c.run_id = ${run} and c.exception_id is not null and c.action = 'removed' and s.container_id = ${containerId} and s.dataset_id = c.dataset_id`;
}

interface Met extends Pick<typeof changes.$inferSelect, "id" | "action" | "toRead" | "rule"> {
	readonly files: readonly FileFingerprint[] | null;
	readonly exception: number;
	readonly exceptAction: (typeof exceptions.$inferSelect)["action"];
	readonly until: string;
	readonly exceptFiles: readonly FileFingerprint[] | null;
	readonly exceptRule: string | null;
}

type Answer = "keeps out" | "has ended" | "says nothing";

/**
 * Leaves planned changes out that the container's exceptions are about, before they are read where that can be known, and ends exceptions
 * whose file has changed. May be repeated. Returns an exception that has kept something out; null: none has.
 */
export async function leaveOutExcepted(sql: Transaction, run: number, containerId: number): Promise<number | null> {
	const rows = sql<Met[]>`
		select c.id, c.action, c.to_read as "toRead", c.rule, coalesce(c.files, v.files) as files, e.id as exception, e.action as "exceptAction",
			e.until, e.files as "exceptFiles", e.rule as "exceptRule"
		from exceptions e join changes c on c.run_id = ${run} and c.storage_id = e.storage_id and c.path = e.path
			left join dataset_versions v on v.id = c.after_version
		where e.container_id = ${containerId} and e.ended_at is null and ${isPlanned(sql)} and c.action <> 'refreshed'`;
	let last: number | null = null;
	for await (const batch of inBatches(sql, rows, 1000)) {
		const { "keeps out": kept = [], "has ended": ended = [] } = Object.groupBy(batch, answerOf);
		const ids = kept.map(({ id, exception }) => ({ id, exception }));
		await sql`
			update changes c set outcome = 'skipped', to_read = false, exception_id = e.id, left_out = ${keptOutBy(sql)}
			from jsonb_to_recordset(${json(sql, ids)}) as k(id bigint, exception bigint) join exceptions e on e.id = k.exception
			where c.id = k.id`;
		await sql`
			update exceptions set ended_at = now(), ended_reason = 'the file has changed' where id = any(${ended.map(({ exception }) => exception)})`;
		last = kept.at(-1)?.exception ?? last;
	}
	if (last !== null) await awaitNoRemoval(sql, run, containerId);
	return last;
}

const leaving: readonly Met["action"][] = ["removed", "unlinked"];
const arriving: readonly Met["action"][] = ["added", "linked"];
/** What a file that is rejected once it was read is before. */
const unread: readonly Met["action"][] = ["added", "linked", "updated"];

/** What an exception says to a change of its file. */
function answerOf(met: Met): Answer {
	const { action, exceptAction, files, exceptFiles } = met;
	// Of what leaves the files are those that are registered.
	const isSame = leaving.includes(action) || files === null || exceptFiles === null || sameFiles(files, exceptFiles);
	if (met.until === "until-changed" && !isSame) return "has ended";
	if (action === exceptAction || (arriving.includes(action) && arriving.includes(exceptAction))) return "keeps out";
	const wouldBeRejected = exceptAction === "rejected" && isSame && met.rule === met.exceptRule;
	return wouldBeRejected && met.toRead && unread.includes(action) ? "keeps out" : "says nothing";
}

/**
 * Ends exceptions that are over, as the scan tells: a removal's when its file came back, or the dataset left the container by another
 * way; those until the file changes also when nothing is left to keep out, for instance as no source looks there any more. What could not be
 * examined says nothing.
 */
export async function endExceptions({ database, lease, loaded }: RunContext): Promise<void> {
	const { container } = loaded;
	await cancellable(database.sql, lease.signal, async (sql) => {
		await sql`
			update exceptions e set ended_at = now(), ended_reason = case
				when e.action in ${actionsThat.leave(sql)} and not ${isInContainer(sql)} then 'the dataset has left the container'
				when e.action = 'removed' then 'the file came back'
				when not ${isLookedFor(sql)} then 'no source looks for the file any more' else 'nothing is left to keep out' end
			where e.container_id = ${container.id} and e.ended_at is null
				and not exists (select from changes c where c.run_id = ${lease.run} and c.exception_id = e.id)
				and ((e.action in ${actionsThat.leave(sql)} and not ${isInContainer(sql)})
					or ((e.action = 'removed' or e.until = 'until-changed') and ${isExamined(sql, lease.run)})
					or (e.action not in ${actionsThat.leave(sql)} and e.until = 'until-changed' and not ${isLookedFor(sql)}))`;
	});
}

/** Whether the container has the dataset of the exception's file. */
const isInContainer = (sql: Transaction) =>
	sql`exists (select from datasets d join container_datasets cd on cd.dataset_id = d.id
	where cd.container_id = e.container_id and d.storage_id = e.storage_id and d.path = e.path and d.archived_at is null)`;

/** Whether a source of the container is about the place of the exception's file. */
const isLookedFor = (sql: Transaction) => sql`exists (select from sources s
	where s.container_id = e.container_id and s.storage_id = e.storage_id and not s.retired and (s.path = '' or e.path = s.path or starts_with(e.path, s.path || '/')))`;

/** Whether the run compared the folder of the exception's file, and knows all of it. */
const isExamined = (sql: Transaction, run: number) => sql`(
	exists (select from run_directories f join sources s on s.id = f.source_id
		where f.run_id = ${run} and s.storage_id = e.storage_id and f.path = regexp_replace(e.path, '/?[^/]*$', ''))
	and not exists (select from problems p join sources s on s.id = p.source_id where p.run_id = ${run} and not p.is_note
		and s.storage_id = e.storage_id and (p.path in ('', e.path) or starts_with(e.path, p.path || '/'))))`;
