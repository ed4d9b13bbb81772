import { z } from "zod";
import { csvLine } from "#lib/catalog/csv.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { numberKey, pagingBy } from "#lib/catalog/paging.ts";
import type { Page } from "#lib/catalog/read-models/answers.ts";
import type { targetDifferences } from "#lib/catalog/schema/target-schema.ts";
import { pushQuery } from "./target-asks.ts";
import { differenceClasses, targetObjectKinds } from "./target-records.ts";
import type { DifferenceCounts, FoundClass, TargetDifference } from "./target-views.ts";

/** What a check found in a target, or a push did: lists, counts, files. */

type Queries = Pick<Database, "sql">;

export const targetDifferencesQuery = z.object({
	push: pushQuery.describe("Number of the check or push."),
	class: z.enum(differenceClasses).optional(),
	kind: z.enum(targetObjectKinds).optional(),
	container: z.string().max(300).optional().describe("EO ID."),
	search: z.string().max(300).default("").describe("Part of the identifier there or the EO ID here, in any case."),
	number: z.coerce
		.number()
		.int()
		.min(0)
		.max(2 ** 31 - 1)
		.optional()
		.describe("This one only."),
});
export type TargetDifferencesQuery = z.output<typeof targetDifferencesQuery>;

type Narrowed = Omit<TargetDifferencesQuery, "push">;

type DifferenceRow = Pick<
	typeof targetDifferences.$inferSelect,
	"number" | "kind" | "identifier" | "eoId" | "fields" | "message"
> & {
	readonly class: FoundClass;
	readonly dataset: number | null;
	readonly container: string | null;
};

/** Conditions of a query, each by what it narrows. */
function conditions({ sql }: Queries, target: string, { push, ...query }: TargetDifferencesQuery) {
	const of = sql`d.push_id = (select p.id from target_pushes p join targets t on t.id = p.target_id where t.name = ${target} and p.id = ${push}) and d.number >= 0`;
	const by = {
		class: query.class === undefined ? sql`` : sql`and d.class = ${query.class}`,
		kind: query.kind === undefined ? sql`` : sql`and d.kind = ${query.kind}`,
		container:
			query.container === undefined
				? sql``
				: sql`and exists (select from containers c where c.eo_id = ${query.container} and (d.container_id = c.id
					or exists (select from container_datasets cd where cd.dataset_id = d.dataset_id and cd.container_id = c.id)))`,
		search:
			query.search === ""
				? sql``
				: sql`and (position(lower(${query.search}) in lower(d.identifier)) > 0 or position(lower(${query.search}) in lower(d.eo_id)) > 0)`,
		number: query.number === undefined ? sql`` : sql`and d.number = ${query.number}`,
	} satisfies Record<keyof Narrowed, unknown>;
	return { of, by };
}

const byNumber = pagingBy(numberKey);

/** In the order in which they were found. */
export async function listTargetDifferences(
	database: Queries,
	target: string,
	{ after, limit, ...query }: TargetDifferencesQuery & { readonly after: string | null; readonly limit: number },
): Promise<Page<TargetDifference>> {
	const { sql } = database;
	const page = await readPage(database, target, query, { after, limit });
	const { of, by } = conditions(database, target, query);
	const [{ total } = { total: 0 }] = await sql<{ total: number }[]>`
		select count(*) as total from target_differences d where ${of} ${by.class} ${by.kind} ${by.container} ${by.search} ${by.number}`;
	return { ...page, total };
}

/** Without their number, which takes as long as reading all of them. */
async function readPage(
	database: Queries,
	target: string,
	query: TargetDifferencesQuery,
	{ after, limit }: { readonly after: string | null; readonly limit: number },
) {
	const { sql } = database;
	const [last = -1] = byNumber.keyOf(after);
	const { of, by } = conditions(database, target, query);
	const rows = await sql<DifferenceRow[]>`
		select d.number, d.class, d.kind, d.identifier, d.eo_id as "eoId", d.dataset_id as dataset, c.eo_id as container, d.fields, d.message
		from (
			select * from target_differences d
			where ${of} ${by.class} ${by.kind} ${by.container} ${by.search} ${by.number} and d.number > ${last} order by d.number limit ${limit + 1}
		) d left join containers c on c.deleted_at is null and c.id = coalesce(d.container_id,
			(select min(cd.container_id) from container_datasets cd where cd.dataset_id = d.dataset_id)) order by d.number`;
	return byNumber.pageOf(rows, limit, ({ number }) => [number]);
}

/** Containers with most differences that are counted. */
const containersCounted = 200;

export async function countTargetDifferences(
	database: Queries,
	target: string,
	query: TargetDifferencesQuery,
): Promise<DifferenceCounts> {
	const { sql } = database;
	const { of, by } = conditions(database, target, query);
	const [classes, kinds, containers] = await Promise.all([
		sql<{ name: FoundClass; count: number }[]>`
			select d.class as name, count(*) from target_differences d where ${of} ${by.kind} ${by.container} ${by.search} group by 1`,
		sql<{ name: string; count: number }[]>`
			select d.kind as name, count(*) from target_differences d where ${of} ${by.class} ${by.container} ${by.search} group by 1`,
		sql<{ container: string; count: number }[]>`
			select c.eo_id as container, n.count from (
				select coalesce(d.container_id, cd.container_id) as id, count(*) from target_differences d
					left join container_datasets cd on d.container_id is null and cd.dataset_id = d.dataset_id
				where ${of} ${by.class} ${by.kind} ${by.search} and coalesce(d.container_id, cd.container_id) is not null
				group by 1 order by 2 desc, 1 limit ${containersCounted}
			) n join containers c on c.id = n.id and c.deleted_at is null order by n.count desc, c.eo_id`,
	]);
	const byName = (rows: readonly { readonly name: string; readonly count: number }[]) =>
		Object.fromEntries(rows.map(({ name, count }) => [name, count]));
	return { classes: byName(classes), kinds: byName(kinds), containers };
}

/** All that match as CSV (RFC 4180), a line for each field that differs. */
export async function* exportTargetDifferences(
	database: Database,
	target: string,
	query: TargetDifferencesQuery,
): AsyncGenerator<string> {
	yield csvLine(["class", "kind", "identifier", "eo_id", "container", "field", "there", "catalogue", "message"]);
	let after: string | null = null;
	do {
		const page: Pick<Page<TargetDifference>, "rows" | "next"> = await readPage(database, target, query, {
			after,
			limit: 500,
		});
		if (page.rows.length > 0) yield page.rows.map(linesOf).join("");
		after = page.next;
	} while (after !== null);
}

function linesOf({ class: found, kind, identifier, eoId, container, fields, message }: TargetDifference): string {
	const start = [found, kind, identifier, eoId, container] as const;
	if (fields.length === 0) return csvLine([...start, null, null, null, message]);
	return fields
		.map(({ field, before, after }) => csvLine([...start, field, valueText(before), valueText(after), message]))
		.join("");
}

function valueText(value: unknown): string | null {
	if (value === null || value === undefined) return null;
	return typeof value === "string" ? value : JSON.stringify(value);
}
