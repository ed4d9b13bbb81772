import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import { UnknownNameError, UsageError } from "#lib/errors.ts";
import type { Instant } from "#lib/metadata/metadata.ts";
import { type Closed, closedAt, type Opening, openSince } from "./hours.ts";

/** Which storages must not be used now, as they are paused or outside their hours, and whose containers wait for that. */

type Reader = { readonly sql: Sql | Transaction };

/** Columns of `storages st` that an `Opening` is made of. */
export const openingColumns = (sql: Sql | Transaction) => sql`
	st.config->>'hours' as hours, st.config->>'timeZone' as "timeZone", st.paused_until as "pausedUntil"`;

/** What a storage that must not be used now does to a container. */
export interface ContainerPause extends Closed {
	/** Name. */
	readonly storage: string;
}

/** The storages that must not be used now, by id. */
export async function closedStorages({ sql }: Reader): Promise<ReadonlyMap<number, ContainerPause>> {
	const rows = await sql<(Opening & { id: number; storage: string })[]>`
		select st.id, st.name as storage, ${openingColumns(sql)} from storages st where st.paused_until > now() or st.config ? 'hours'`;
	const now = Date.now();
	return new Map(
		rows.flatMap(({ id, storage, ...opening }) => {
			const closed = closedAt(opening, now);
			return closed === null ? [] : [[id, { storage, ...closed }] as const];
		}),
	);
}

/** Ids of those storages. */
export async function closedStorageIds(reader: Reader): Promise<number[]> {
	return [...(await closedStorages(reader)).keys()];
}

/** How far a container's runs have to wait for its storages. */
export interface ContainerOpening {
	/** The storage that it has to wait for longest; null: it waits for none. */
	readonly paused: ContainerPause | null;
	/** Since when it does not wait any more; null: it never did. */
	readonly openSince: Instant | null;
}

export const alwaysOpen: ContainerOpening = { paused: null, openSince: null };

export function containerOpening(storages: readonly (Opening & { readonly storage: string })[]): ContainerOpening {
	const now = Date.now();
	const closed = storages.flatMap(({ storage, ...opening }) => {
		const one = closedAt(opening, now);
		return one === null ? [] : [{ storage, ...one }];
	});
	const [longest = null] = closed.sort((a, b) => Date.parse(b.until) - Date.parse(a.until));
	if (longest !== null) return { paused: longest, openSince: null };
	const since = storages.flatMap((opening) => openSince(opening, now) ?? []);
	return { paused: null, openSince: since.sort((a, b) => Date.parse(b) - Date.parse(a))[0] ?? null };
}

/** By key of the container; only containers whose storages have hours, or are or were paused. */
export async function containerOpenings({ sql }: Reader): Promise<ReadonlyMap<number, ContainerOpening>> {
	const rows = await sql<(Opening & { key: number; storage: string })[]>`
		select distinct s.container_id as key, st.name as storage, ${openingColumns(sql)}
		from storages st join sources s on st.id in (s.storage_id, s.metadata_storage_id)
		where not s.retired and (st.paused_until is not null or st.config ? 'hours')`;
	const byKey = Map.groupBy(rows, ({ key }) => key);
	return new Map([...byKey].map(([key, all]) => [key, containerOpening(all)]));
}

/** EO IDs of the containers that wait for a storage, and for which; in order. */
export async function pausedContainers({ sql }: Reader): Promise<ReadonlyMap<string, ContainerPause>> {
	const closed = await closedStorages({ sql });
	if (closed.size === 0) return new Map();
	const ids = [...closed.keys()];
	const rows = await sql<{ id: string; storage: number }[]>`
		select distinct on (c.eo_id) c.eo_id as id, closed.id as storage
		from unnest(${ids}::bigint[]) closed(id) join sources s on closed.id in (s.storage_id, s.metadata_storage_id)
			join containers c on c.id = s.container_id
		where not s.retired and c.deleted_at is null order by c.eo_id`;
	return new Map(
		rows.flatMap(({ id, storage }) => {
			const pause = closed.get(storage);
			return pause === undefined ? [] : [[id, pause] as const];
		}),
	);
}

/** A storage that must not be used now, and what that holds up. */
export interface ClosedStorage extends ContainerPause {
	/** Who paused it and why (may be empty); null: it is outside its hours. */
	readonly pause: { readonly by: string; readonly note: string } | null;
	/** How many containers wait for it. */
	readonly containers: number;
}

/** Those that hold up most containers first; storages that no container needs are left out. */
export async function closedStorageList({ sql }: Reader): Promise<readonly ClosedStorage[]> {
	const closed = await closedStorages({ sql });
	if (closed.size === 0) return [];
	const rows = await sql<{ id: number; by: string | null; note: string | null; containers: number }[]>`
		select st.id, st.paused_by as by, st.pause_note as note, count(distinct c.id) as containers
		from storages st join sources s on st.id in (s.storage_id, s.metadata_storage_id) join containers c on c.id = s.container_id
		where st.id = any(${[...closed.keys()]}::bigint[]) and not s.retired and c.deleted_at is null group by st.id order by 4 desc, st.name`;
	return rows.flatMap(({ id, by, note, containers }) => {
		const one = closed.get(id);
		if (one === undefined) return [];
		return [{ ...one, pause: one.reason === "paused" ? { by: by ?? "", note: note ?? "" } : null, containers }];
	});
}

interface NewPause {
	readonly until: string;
	/** Why; may be empty. */
	readonly note: string;
	readonly by: string;
}

/** Nothing is asked of the storage until then, but by name. @throws UsageError */
export async function pauseStorage(
	{ sql }: Pick<Database, "sql">,
	name: string,
	{ until, note, by }: NewPause,
): Promise<void> {
	if (Date.parse(until) <= Date.now()) throw new UsageError("Choose a time in the future.");
	await sql.begin(async (tx) => {
		const [paused] = await tx<{ id: number }[]>`
			update storages set paused_until = ${until}, paused_at = now(), paused_by = ${by}, pause_note = ${note} where name = ${name} returning id`;
		if (!paused) throw new UnknownNameError("storage", name);
		// It may take the place of a longer one.
		await wakeRuns({ sql: tx }, paused.id);
	});
}

/** Runs that were handed back because of the storage look for themselves whether they may go on: it may be used at other times now. */
export async function wakeRuns({ sql }: Reader, storage: number): Promise<void> {
	await sql`
		update runs set resume_at = now() where resume_at > now() and finished_at is null and exists (select from sources s
			where s.container_id = runs.container_id and ${storage} in (s.storage_id, s.metadata_storage_id))`;
}

/** Ends a pause now; what was missed is caught up once. Returns whether there was one. @throws UsageError */
export async function resumeStorage({ sql }: Pick<Database, "sql">, name: string): Promise<boolean> {
	const [storage] = await sql<{ id: number; paused: boolean }[]>`
		select id, coalesce(paused_until > now(), false) as paused from storages where name = ${name} for update`;
	if (!storage) throw new UnknownNameError("storage", name);
	if (!storage.paused) return false;
	await sql`update storages set paused_until = now() where id = ${storage.id}`;
	await sql`update storage_health set next_at = now() where storage_id = ${storage.id}`;
	await wakeRuns({ sql }, storage.id);
	return true;
}
