import type { Database } from "#lib/catalog/database/database.ts";
import { numberKey, pagingBy } from "#lib/catalog/paging.ts";
import type { Page } from "#lib/catalog/read-models/answers.ts";
import type { targetObjects } from "#lib/catalog/schema/target-schema.ts";

/** In what adopted objects of a target are as they were found there, and not as the catalogue has them. */

export interface AdoptedField {
	readonly field: string;
	/** As it is there, a footprint by its digest. */
	readonly there: unknown;
	/** As the catalogue had it then. */
	readonly catalogue: unknown;
	/** The next push brings what the catalogue has. */
	readonly isAccepted: boolean;
}

export interface AdoptedDifference {
	readonly kind: (typeof targetObjects.$inferSelect)["kind"];
	/** As it is called there; this never changes. */
	readonly identifier: string;
	/** As it is called here; null: it is gone here. */
	readonly eoId: string | null;
	readonly fields: readonly AdoptedField[];
}

interface Asked {
	readonly after: string | null;
	readonly limit: number;
	/** Only what differs in it. */
	readonly field?: string | undefined;
}

const paging = pagingBy(numberKey);

type ObjectRow = Pick<
	typeof targetObjects.$inferSelect,
	"id" | "kind" | "identifier" | "written" | "desired" | "differing"
> & {
	readonly eoId: string | null;
};

/** A page of them in the order of their adoption. */
export async function listAdoptedDifferences(
	{ sql }: Pick<Database, "sql">,
	target: string,
	{ after, limit, field }: Asked,
): Promise<Page<AdoptedDifference>> {
	const [last = 0] = paging.keyOf(after);
	const differing = sql`
		from target_objects o join targets t on t.id = o.target_id
		where t.name = ${target} and o.state <> 'same' and o.desired is not null ${field === undefined ? sql`` : sql`and o.desired ? ${field}`}`;
	const rows = await sql<ObjectRow[]>`
		select o.id, o.kind, o.identifier, o.written, o.desired, o.differing,
			coalesce((select eo_id from datasets d where d.id = o.dataset_id), (select eo_id from containers c where c.id = o.container_id)) as "eoId"
		${differing} and o.id > ${last} order by o.id limit ${limit + 1}`;
	const { rows: page, next } = paging.pageOf(rows, limit, ({ id }) => [id]);
	const [counted] = await sql<{ total: number }[]>`select count(*) as total ${differing}`;
	return { rows: page.map(differenceOf), next, total: counted?.total ?? 0 };
}

function differenceOf({ kind, identifier, eoId, written, desired, differing }: ObjectRow): AdoptedDifference {
	const fields = Object.entries(desired ?? {}).map(([field, catalogue]) => ({
		field,
		there: written?.[field] ?? null,
		catalogue,
		isAccepted: !differing.includes(field),
	}));
	return { kind, identifier, eoId, fields };
}

/** How many objects differ in a field: those that stay as they are there, and those that the next push brings in line. */
export interface AdoptedTotal {
	readonly field: string;
	readonly kept: number;
	readonly accepted: number;
}

/** By field, those in which most differ first. */
export async function adoptedTotals({ sql }: Pick<Database, "sql">, target: string): Promise<readonly AdoptedTotal[]> {
	return sql<AdoptedTotal[]>`
		select f as field, count(*) filter (where f = any(o.differing)) as kept, count(*) filter (where f <> all(o.differing)) as accepted
		from target_objects o join targets t on t.id = o.target_id cross join lateral jsonb_object_keys(o.desired) f
		where t.name = ${target} and o.state <> 'same' and o.desired is not null group by 1 order by count(*) desc, 1`;
}
