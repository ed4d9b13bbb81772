import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { rechecks } from "#lib/catalog/schema/failure-schema.ts";
import { UsageError } from "#lib/errors.ts";
import type { CauseView, RecheckView } from "./cause-records.ts";

/** Requests to look at the containers of a cause once its storage answers. */

export interface Recheck extends Pick<typeof rechecks.$inferSelect, "id" | "cause" | "storageId" | "by" | "at"> {
	readonly kind: RecheckView["kind"];
	readonly trigger: "dashboard" | "command-line" | "api";
}

export async function openRechecks({ sql }: { readonly sql: Sql | Transaction }): Promise<readonly Recheck[]> {
	return sql<Recheck[]>`
		select id, cause, storage_id as "storageId", kind, trigger, by, at from rechecks where ended_at is null order by id`;
}

/** A second request for the same cause takes the place of the first. @throws UsageError when no storage is involved. */
export async function requestRecheck(
	{ sql }: Pick<Database, "sql">,
	{ key, storage }: Pick<CauseView, "key" | "storage">,
	{ kind, trigger, by }: Pick<Recheck, "kind" | "trigger" | "by">,
): Promise<void> {
	if (storage === null)
		throw new UsageError("This has nothing to do with a storage: check or sync the containers themselves.");
	await cancelRecheck({ sql }, key, by);
	await sql`
		insert into rechecks (cause, storage_id, kind, trigger, by) select ${key}, id, ${kind}, ${trigger}, ${by} from storages where name = ${storage}`;
	// The next probe comes at once, unless a person has to look first.
	await sql`update storage_health set next_at = now() where storage_id = (select id from storages where name = ${storage})`;
}

/** Returns whether there was one. */
export async function cancelRecheck(
	{ sql }: { readonly sql: Sql | Transaction },
	key: string,
	by: string,
): Promise<boolean> {
	const cancelled =
		await sql`update rechecks set ended_at = now(), cancelled_by = ${by} where cause = ${key} and ended_at is null`;
	return cancelled.count > 0;
}

export async function endRecheck(
	{ sql }: { readonly sql: Sql | Transaction },
	id: number,
	runs: number,
): Promise<void> {
	await sql`update rechecks set ended_at = now(), runs = ${runs} where id = ${id} and ended_at is null`;
}
