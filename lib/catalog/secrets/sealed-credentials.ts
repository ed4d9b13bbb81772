import type { Database } from "#lib/catalog/database/database.ts";
import type { Key } from "./sealing.ts";
import { secretFile } from "./secret-file.ts";

/** `1.<key id>.<payload>`, as `seal` writes it; a row holds some of them as JSON. */
const sealedValue = /\b1\.([\w-]+)\.[\w-]+/g;

/**
 * Names what has credentials that none of these keys opens, such as `storage partner`, in order: after a restore without the
 * secret, for instance.
 */
export async function unopenableCredentials(
	{ sql }: Pick<Database, "sql">,
	keys: readonly Key[],
): Promise<readonly string[]> {
	const known = new Set(keys.map(({ id }) => id));
	const rows = await sql<{ what: string; sealed: string }[]>`
		select 'storage ' || name as what, sealed::text as sealed from storages where sealed is not null
		union all select 'channel ' || name, sealed::text from channels where sealed is not null
		union all select 'target ' || name, sealed from targets where sealed is not null order by 1`;
	return rows.flatMap(({ what, sealed }) =>
		[...sealed.matchAll(sealedValue)].every(([, id = ""]) => known.has(id)) ? [] : [what],
	);
}

/** What to do about it. */
export function unopenableAdvice(home: string): string {
	return `Put the secret back as it was when they were stored: EOSYNC_SECRET, or the file ${secretFile(home)}, from where you keep it apart from backups. If it is lost, start eosync serve --without-credentials and enter the credentials anew.`;
}
