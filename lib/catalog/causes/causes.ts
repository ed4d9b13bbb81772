import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import { closedStorages } from "#lib/catalog/pauses/pauses.ts";
import { isUntelling, statesIn } from "#lib/catalog/runs/run-states.ts";
import type { Instant } from "#lib/metadata/metadata.ts";
import { currentAcknowledgements, holds } from "./acknowledgements.ts";
import type { AcknowledgementView, CauseView } from "./cause-records.ts";
import { causeSentence } from "./cause-sentence.ts";
import { openRechecks } from "./rechecks.ts";

/**
 * Why containers fail, by what they have in common. A cause is read from the last run of each container that came to an end and was
 * not cancelled, nor restores a dataset: its error, and its problems. Its key is that of
 * - an outage (`unreachable-STORAGE`): the storage does not answer, or did not when the run looked at the root of a source;
 * - an error code on a storage, and the place: the path that could not be examined, or the source's root if there are several
 *   (`metadata`: the metadata files of sources on other storages cannot be had);
 * - an error code alone, where no storage is involved.
 */

interface QueryOptions {
	/** Keys of containers; left out: all. */
	readonly containers?: readonly number[];
}

/**
 * One row for each container and each of its causes: `container_id`, `cause`, `code`, `storage_id`, `place`, `message`, `at`, and
 * whether it is the last `outage` of the storage.
 */
export function causesByContainer(sql: Sql | Transaction, { containers }: QueryOptions = {}) {
	const only = containers === undefined ? sql`` : sql`and c.id = any(${containers as number[]})`;
	return sql`
		with failing as materialized (
			select c.id as container_id, last.* from containers c join lateral (
				select r.id as run_id, r.state, r.error, coalesce(r.started_at, r.created_at) as began, r.finished_at as ended from runs r
				where r.container_id = c.id and r.state <> 'cancelled' and r.same_as_run_id is null and not ${isUntelling(sql, "r")}
					and (r.finished_at is not null or r.state in ${statesIn(sql, "proposed")})
				order by r.id desc nulls last limit 1
			) last on last.state in ${statesIn(sql, "failing")}
			where c.deleted_at is null ${only}
		), examined as (
			select f.container_id, f.began, f.ended, p.source_id, s.path as root, p.code, p.path, p.message,
				case when ${isAboutMetadata(sql)} then s.metadata_storage_id else s.storage_id end as storage_id,
				p.path in ('', s.path) as whole, coalesce(${isAboutMetadata(sql)}, false) as metadata
			from failing f join problems p on p.run_id = f.run_id and not p.is_note
				left join sources s on s.id = p.source_id left join storages ms on ms.id = s.metadata_storage_id
		), judged as (
			select e.*, coalesce((e.whole or e.metadata or e.code in ('unreachable', 'timeout'))
				and h.down_from <= e.ended and coalesce(h.down_until >= e.began, true), false) as outage
			from examined e left join storage_health h on h.storage_id = e.storage_id
		), named as (
			select container_id, ended, source_id, root, path, message, storage_id, outage,
				case when storage_id is null then code when outage then 'unreachable' when metadata then 'metadata'
					when code = 'timeout' then 'unreachable' else code end as code
			from judged
		), placed as (
			select container_id, max(ended) as at, storage_id, code, min(message) as message, bool_and(outage) as outage,
				case when code in ('unreachable', 'metadata') or storage_id is null then '' when min(path) = max(path) then min(path) else coalesce(root, '') end as place
			from named group by container_id, source_id, root, storage_id, code
		), found as (
			select container_id, storage_id, code, place, message, at, outage from placed
			union all
			select f.container_id, null, coalesce(f.error->>'code', case when f.state = 'partial' then 'left-out' else 'unknown' end), '', coalesce(f.error->>'message', ''), f.ended, false from failing f
			where not exists (select from placed p where p.container_id = f.container_id)
				or (f.state = 'failed' and coalesce(f.error->>'code', 'unreachable') <> 'unreachable')
		)
		select container_id, storage_id, code, place, min(message) as message, max(at) as at, bool_and(outage) as outage,
			code || coalesce('-' || storage_id, '') || case when place = '' then '' else '-' || left(md5(place), 10) end as cause
		from found group by container_id, storage_id, code, place`;
}

/** A problem's message, when it is about the metadata files on another storage (`with-metadata.ts`). */
function isAboutMetadata(sql: Sql | Transaction) {
	return sql`(ms.id is not null and starts_with(p.message, 'Its metadata files on ' || ms.name || ' ('))`;
}

interface CauseRow {
	readonly key: string;
	readonly code: string;
	readonly storageId: number | null;
	readonly storage: string | null;
	readonly place: string;
	readonly containers: number;
	readonly examples: readonly string[];
	readonly messages: readonly string[];
	readonly firstSeen: Instant;
	readonly lastSeen: Instant;
	/** Since when the storage does not answer, and why. */
	readonly downSince: Instant | null;
	readonly downReason: string;
}

const examplesShown = 50;
const messagesShown = 3;

/** All causes there are; those that concern the most containers first. */
export async function listCauses(database: { readonly sql: Sql | Transaction }): Promise<readonly CauseView[]> {
	const [rows, acknowledgements, rechecks, closed] = await Promise.all([
		causeRows(database),
		currentAcknowledgements(database),
		openRechecks(database),
		closedStorages(database),
	]);
	return rows.map((row) => {
		const acknowledgement = acknowledgements.find((one) => one.cause === row.key);
		const recheck = rechecks.find(({ cause }) => cause === row.key);
		const { key, code, storage, place, containers, examples, messages, downSince } = row;
		const down = downSince !== null && code === "unreachable";
		const reason = down ? row.downReason : "";
		const message = reason === "" ? (messages[0] ?? "") : reason;
		return {
			key,
			code,
			storage,
			place,
			sentence: causeSentence({ code, storage, place, down, message }),
			containers,
			examples,
			messages: messages.length > 0 || message === "" ? messages : [message],
			firstSeen: down ? downSince : row.firstSeen,
			lastSeen: row.lastSeen,
			down,
			reason,
			pausedUntil: (row.storageId === null ? null : closed.get(row.storageId)?.until) ?? null,
			acknowledged:
				acknowledgement !== undefined && holds(acknowledgement, { containers, message: reason }, new Date())
					? acknowledgementOf(acknowledgement)
					: null,
			recheck: recheck === undefined ? null : { kind: recheck.kind, by: recheck.by, at: recheck.at },
		};
	});
}

function acknowledgementOf({ note, by, at, until }: AcknowledgementView): AcknowledgementView {
	return { note, by, at, until };
}

/** null: nothing fails by it (any more). */
export async function findCause(database: Pick<Database, "sql">, key: string): Promise<CauseView | null> {
	return (await listCauses(database)).find((cause) => cause.key === key) ?? null;
}

/** An outage concerns every container with a source on the storage, whether its run has found out yet or not. */
const affected = (sql: Sql | Transaction) => sql`
	found as materialized (${causesByContainer(sql)}), outages as (
		select st.id, st.unreachable_since, st.unreachable_reason from storages st where st.unreachable_since is not null
	), affected as (
		select f.container_id, f.storage_id, f.code, f.place, f.cause, f.message, f.at from found f
		union all
		select distinct s.container_id, o.id, 'unreachable', '', 'unreachable-' || o.id, null::text, null::timestamptz
		from outages o join sources s on o.id in (s.storage_id, s.metadata_storage_id) join containers c on c.id = s.container_id
		where not s.retired and c.deleted_at is null
			and not exists (select from found f where f.container_id = s.container_id and f.cause = 'unreachable-' || o.id)
	)`;

async function causeRows({ sql }: { readonly sql: Sql | Transaction }): Promise<readonly CauseRow[]> {
	return sql<CauseRow[]>`
		with ${affected(sql)}
		select a.cause as key, a.code, a.storage_id as "storageId", st.name as storage, a.place, count(*) as containers,
			(array_agg(c.eo_id order by c.eo_id))[1:${examplesShown}] as examples,
			coalesce((array_agg(distinct left(a.message, 1000)) filter (where a.message is not null))[1:${messagesShown}], '{}') as messages,
			coalesce(min(since.at), st.unreachable_since, now()) as "firstSeen", coalesce(max(a.at), st.unreachable_since, now()) as "lastSeen",
			st.unreachable_since as "downSince", coalesce(st.unreachable_reason, '') as "downReason"
		from affected a join containers c on c.id = a.container_id left join storages st on st.id = a.storage_id
		left join lateral (
			-- The first of the runs that failed one after the other, of the last ones.
			select min(r.finished_at) as at from (select id, state, finished_at from runs where container_id = a.container_id and not ${isUntelling(sql, "runs")} order by id desc nulls last limit 100) r
			where a.at is not null and r.state in ${statesIn(sql, "failing")} and r.id > coalesce((
				select max(g.id) from (select id, state from runs where container_id = a.container_id and not ${isUntelling(sql, "runs")} order by id desc nulls last limit 100) g
				where g.state in ${statesIn(sql, "sound")}), 0)
		) since on true
		group by 1, 2, 3, 4, 5, st.unreachable_since, st.unreachable_reason
		order by count(*) desc, 1`;
}

/** EO IDs of the containers that a cause concerns. */
export async function containersOfCause({ sql }: Pick<Database, "sql">, key: string): Promise<readonly string[]> {
	const rows = await sql<{ id: string }[]>`
		with ${affected(sql)} select c.eo_id as id from affected a join containers c on c.id = a.container_id where a.cause = ${key} order by 1`;
	return rows.map(({ id }) => id);
}

/** Keys of causes, by container. */
export async function causeKeys(
	{ sql }: Pick<Database, "sql">,
	containers: readonly number[],
): Promise<ReadonlyMap<number, readonly string[]>> {
	const rows = await sql<{ container: number; cause: string }[]>`
		select container_id as container, cause from (${causesByContainer(sql, { containers })}) found order by 2`;
	const byContainer = Map.groupBy(rows, ({ container }) => container);
	return new Map([...byContainer].map(([container, all]) => [container, all.map(({ cause }) => cause)]));
}
