import type { Database } from "#lib/catalog/database/database.ts";
import type { savedViews } from "#lib/catalog/schema/access-schema.ts";
import { UsageError } from "#lib/errors.ts";
import type { SavedViewInput } from "./inputs.ts";

/** Addresses of list pages under a name: a user's own, and those that an administrator shares with all. */

export interface SavedView extends Pick<typeof savedViews.$inferSelect, "id" | "page" | "name" | "query"> {
	readonly shared: boolean;
	/** The name that its maker had. */
	readonly by: string;
}

/** A user has no more of their own. */
const mostOwn = 200;

/** A user's own and the shared ones, by name. */
export async function listViews({ sql }: Pick<Database, "sql">, user: string): Promise<readonly SavedView[]> {
	return sql<SavedView[]>`
		select id, page, name, query, user_id is null as shared, created_by as by from saved_views
		where user_id = ${user} or user_id is null order by lower(name), shared, id`;
}

interface ViewMaker {
	/** null: it is shared. */
	readonly user: string | null;
	readonly by: string;
}

/** One of the same name and page is replaced. @throws UsageError when there are too many. */
export async function saveView(
	{ sql }: Pick<Database, "sql">,
	{ page, name, query }: SavedViewInput,
	{ user, by }: ViewMaker,
): Promise<void> {
	const [others] = await sql<{ count: number }[]>`
		select count(*) as count from saved_views where user_id = ${user}
			and not (page = ${page} and lower(normalize(name, NFC)) = lower(normalize(${name}::text, NFC)))`;
	if ((others?.count ?? 0) >= mostOwn) throw new UsageError(`You have ${mostOwn} saved views; delete some first.`);
	await sql`
		insert into saved_views (user_id, page, name, query, created_by) values (${user}, ${page}, ${name}, ${query}, ${by})
		on conflict (page, coalesce(user_id, ''), lower(normalize(name, NFC))) do update set name = excluded.name, query = excluded.query,
			created_by = excluded.created_by, created_at = now()`;
}

/** @param user the one whose it is; null: it is shared. @throws UsageError when there is none. */
export async function deleteView(
	{ sql }: Pick<Database, "sql">,
	{ id, user }: { readonly id: number; readonly user: string | null },
): Promise<void> {
	const deleted = await sql`delete from saved_views where id = ${id} and user_id is not distinct from ${user}`;
	if (deleted.count === 0) throw new UsageError("This view was deleted already.");
}
