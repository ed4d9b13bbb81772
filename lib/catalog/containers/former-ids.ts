import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { FormerId } from "#lib/catalog/read-models/container-view.ts";
import type { formerIds } from "#lib/catalog/schema/reshape-schema.ts";

/** Who is meant by an EO ID that a container had before it was renamed or merged. */

type Reader = { readonly sql: Sql | Transaction };

/** Those of the names that are former IDs of containers that are there, by name. */
export async function formerIdsAmong(
	{ sql }: Reader,
	names: readonly string[],
): Promise<ReadonlyMap<string, FormerId>> {
	if (names.length === 0) return new Map();
	const rows = await sql<FormerId[]>`
		select f.eo_id as id, c.eo_id as container, f.since, f.how, f.run_id as run
		from former_ids f join containers c on c.id = f.container_id and c.deleted_at is null where f.eo_id = any(${names as string[]})`;
	return new Map(rows.map((row) => [row.id, row]));
}

/** The names, and the EO IDs that those of them have now which are former ones. */
export async function withCurrentIds(reader: Reader, names: readonly string[]): Promise<readonly string[]> {
	const former = await formerIdsAmong(reader, names);
	return [...names, ...[...former.values()].map(({ container }) => container)];
}

/** null: it is none, or its container is deleted. */
export async function formerId(reader: Reader, name: string): Promise<FormerId | null> {
	return (await formerIdsAmong(reader, [name])).get(name) ?? null;
}

/** The former IDs of a container, the newest first. */
export async function formerIdsOf({ sql }: Reader, container: string): Promise<readonly FormerId[]> {
	return sql<FormerId[]>`
		select f.eo_id as id, c.eo_id as container, f.since, f.how, f.run_id as run
		from former_ids f join containers c on c.id = f.container_id where c.eo_id = ${container} order by f.since desc, f.eo_id`;
}

/** `A is B since 2026-11-29`: without a full stop. Client-safe. */
export function formerIdText({ id, container, since, how }: FormerId): string {
	return `${id} is ${how === "merged" ? `a part of ${container}` : container} since ${since.slice(0, 10)}`;
}

/** Why there is no container of that EO ID, a sentence. */
export async function noContainerText(reader: Reader, id: string): Promise<string> {
	const former = await formerId(reader, id);
	return former === null ? `There is no container ${id}.` : `There is no container ${id}: ${formerIdText(former)}.`;
}

/** Selects the key of the container of that EO ID, or of the one that had it. */
export const containerKeyOf = (sql: Sql | Transaction, id: string) =>
	sql`(select coalesce((select id from containers where eo_id = ${id}), (select container_id from former_ids where eo_id = ${id})))`;

interface Holder {
	readonly text: string;
}

/** Who has an EO ID that a container is to be given, as `the dataset a/b.tif`; null: nobody. Its own former IDs are free for a container. */
export async function holderOf({ sql }: Reader, eoId: string, container: number | null): Promise<string | null> {
	const [holder] = await sql<Holder[]>`
		select 'another container' as text from containers where eo_id = ${eoId}
		union all select 'the dataset ' || path from datasets where eo_id = ${eoId} and archived_at is null
		union all select 'the container ' || coalesce(c.deleted_eo_id, c.eo_id) || ', whose former ID it is' from former_ids f join containers c on c.id = f.container_id
			where f.eo_id = ${eoId} and f.container_id is distinct from ${container}
		limit 1`;
	return holder?.text ?? null;
}

/**
 * Writes down that a container had that EO ID; it may have had it more than once. Since when it is called otherwise is later than all that others
 * logged of it before (`feed-containers.ts`): the caller holds the catalogue's lock.
 */
export async function rememberFormerId(
	sql: Transaction,
	{ eoId, containerId, how, actor, runId = null }: Omit<typeof formerIds.$inferInsert, "since">,
): Promise<void> {
	await sql`
		insert into former_ids (eo_id, container_id, since, how, actor, run_id) values (${eoId}, ${containerId}, clock_timestamp(), ${how}, ${actor}, ${runId})
		on conflict (eo_id) do update set container_id = excluded.container_id, since = excluded.since, how = excluded.how, actor = excluded.actor, run_id = excluded.run_id`;
}

/** The container's own former ID that it gets back is none any more. */
export async function forgetFormerId({ sql }: Pick<Database, "sql"> | { readonly sql: Transaction }, eoId: string) {
	await sql`delete from former_ids where eo_id = ${eoId}`;
}
