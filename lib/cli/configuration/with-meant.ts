import type { Database } from "#lib/catalog/database/database.ts";
import { UnknownNameError, UsageError } from "#lib/errors.ts";
import { nearestName } from "#lib/patterns/nearest-name.ts";

/** The names of the containers, storages and targets that a command can be given. */
async function knownNames({ sql }: Pick<Database, "sql">, what: UnknownNameError["what"]): Promise<readonly string[]> {
	const rows =
		what === "container"
			? await sql<{ name: string }[]>`select eo_id as name from containers where deleted_at is null order by eo_id`
			: await sql<{ name: string }[]>`select name from ${sql(`${what}s`)} order by name`;
	return rows.map(({ name }) => name);
}

/** Where a command was given a name that there is none of, the error says which was probably meant; every other error is as it was. */
export async function withMeant(database: Pick<Database, "sql">, error: unknown): Promise<unknown> {
	if (!(error instanceof UnknownNameError)) return error;
	const known = await knownNames(database, error.what);
	const meant = error.names.flatMap((name) => nearestName(name, known)?.name ?? []);
	if (meant.length === 0) return error;
	return new UsageError(`${error.message} Did you mean ${[...new Set(meant)].join(", ")}?`, { cause: error });
}
