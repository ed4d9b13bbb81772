import type { Database } from "#lib/catalog/database/database.ts";
import type { AcceptInput } from "#lib/catalog/targets/target-asks.ts";
import { UsageError } from "#lib/errors.ts";
import { targetFields } from "#lib/targets/compare/target-object.ts";
import { type AcceptanceScope, acceptDifferences, undoAcceptance } from "./accept-differences.ts";

/** What accepting differences of adopted objects would write, and accepting them as pages and the API ask for it. */

export interface AcceptanceEffect {
	/** Of which something in the fields that are asked for would be written. */
	readonly objects: number;
	/** By field, most first, whatever fields are asked for. */
	readonly fields: readonly { readonly field: string; readonly objects: number }[];
}

type Asked = Pick<AcceptInput, "push" | "number" | "container" | "fields">;

/** @throws UsageError when the difference is none of the check. */
export async function acceptanceEffect(
	database: Pick<Database, "sql">,
	target: string,
	asked: Asked,
): Promise<AcceptanceEffect> {
	const { sql } = database;
	const { identifiers, fields = targetFields } = await scopeOf(database, target, asked);
	const within = sql`
		o.target_id = (select id from targets where name = ${target}) and o.adopted and o.differing <> '{}'
		${identifiers === undefined ? sql`` : sql`and o.identifier = any(${identifiers as string[]})`}
		${
			asked.container === null
				? sql``
				: sql`and (o.container_id = (select id from containers where eo_id = ${asked.container}) or exists (
					select from container_datasets cd join containers c on c.id = cd.container_id where cd.dataset_id = o.dataset_id and c.eo_id = ${asked.container}))`
		}`;
	const byField = await sql<{ field: string; objects: number }[]>`
		select f as field, count(*) as objects from target_objects o cross join lateral unnest(o.differing) f where ${within}
		group by 1 order by 2 desc, 1`;
	const [counts] = await sql<{ objects: number }[]>`
		select count(*) as objects from target_objects o where ${within} and o.differing && ${[...fields]}`;
	return { objects: counts?.objects ?? 0, fields: byField };
}

/** The next push writes what the catalogue says. Returns of how many objects. @throws UsageError */
export async function acceptAsked(database: Database, target: string, asked: Asked): Promise<number> {
	const { objects } = await acceptDifferences(database, target, await scopeOf(database, target, asked));
	return objects;
}

/** What was accepted and not pushed since stays as it is there. Returns of how many objects. @throws UsageError */
export async function withdrawAsked(database: Database, target: string, asked: Asked): Promise<number> {
	const { objects } = await undoAcceptance(database, target, await scopeOf(database, target, asked));
	return objects;
}

async function scopeOf({ sql }: Pick<Database, "sql">, target: string, asked: Asked): Promise<AcceptanceScope> {
	const { push, number, container, fields } = asked;
	const scope = {
		...(fields === null ? {} : { fields: targetFields.filter((field) => fields.includes(field)) }),
		...(container === null ? {} : { containers: [container] }),
	};
	if (number === null) return scope;
	const [row] = await sql<{ identifier: string }[]>`
		select d.identifier from target_differences d join target_pushes p on p.id = d.push_id join targets t on t.id = p.target_id
		where t.name = ${target} and d.push_id = ${push} and d.number = ${number}`;
	if (row === undefined)
		throw new UsageError(`There is no difference ${number} of check ${push}, or it is no longer kept.`);
	return { ...scope, identifiers: [row.identifier] };
}
