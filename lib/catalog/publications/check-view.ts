import { z } from "zod";
import { csvLine } from "#lib/catalog/csv.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { instantText } from "#lib/catalog/datasets/dataset-state.ts";
import { everyPage, numberKey, pagingBy } from "#lib/catalog/paging.ts";
import type { Page } from "#lib/catalog/read-models/answers.ts";
import type { publishedDifferences } from "#lib/catalog/schema/published-check-schema.ts";
import { type CheckView, type DifferenceView, differenceKinds, type PublishedCheckView } from "./check-views.ts";

/** What comparing a container's items with another STAC API found. */

type Queries = Pick<Database, "sql">;

/** The one that is being made, and the last one that is over. */
export async function publishedCheckOf({ sql }: Queries, container: string): Promise<PublishedCheckView> {
	const rows = await sql<CheckView[]>`
		select p.id, p.url, p.collection, p.reference, p.actor, p.state, p.done, p.ours, p.theirs, p.same, p.differing, p.missing, p.foreign_items as foreign,
			p.unknown, p.reason, ${instantText(sql, sql`p.created_at`)} as "createdAt", ${instantText(sql, sql`p.finished_at`)} as "finishedAt"
		from containers c join published_checks p on p.container_id = c.id where c.eo_id = ${container} order by p.id desc limit 20`;
	return {
		open: rows.find(({ state }) => state === "waiting" || state === "running") ?? null,
		last: rows.find(({ state }) => state === "done" || state === "failed") ?? null,
	};
}

export const differencesQuery = z.object({ kind: z.enum(differenceKinds).optional() });

interface DifferencesQuery {
	readonly kind?: (typeof differenceKinds)[number] | undefined;
	readonly after: string | null;
	readonly limit: number;
}

const byFinding = pagingBy(numberKey);

type DifferenceRow = Pick<typeof publishedDifferences.$inferSelect, "id" | "item" | "fields"> &
	Pick<DifferenceView, "kind">;

/** What the last comparison found, in the order in which it did; the first of very many. */
export async function listPublishedDifferences(
	{ sql }: Queries,
	container: string,
	{ kind, after, limit }: DifferencesQuery,
): Promise<Page<DifferenceView>> {
	const [last = 0] = byFinding.keyOf(after);
	const found = sql`
		check_id = (select p.id from containers c join published_checks p on p.container_id = c.id
			where c.eo_id = ${container} and p.state in ('done', 'failed') order by p.id desc limit 1) ${kind === undefined ? sql`` : sql`and kind = ${kind}`}`;
	const rows = await sql<DifferenceRow[]>`
		select id, kind, item, fields from published_differences where ${found} and id > ${last} order by id limit ${limit + 1}`;
	const [{ total } = { total: 0 }] = await sql<{ total: number }[]>`
		select count(*) as total from published_differences where ${found}`;
	const page = byFinding.pageOf(rows, limit, ({ id }) => [id]);
	return { ...page, total };
}

/** All of them as CSV (RFC 4180), a line for each field that differs. */
export async function* exportPublishedDifferences(database: Database, container: string): AsyncGenerator<string> {
	yield csvLine(differenceColumns);
	for await (const rows of everyPage((after) => listPublishedDifferences(database, container, { after, limit: 500 })))
		for (const row of rows) yield differenceLines(container, row);
}

export const differenceColumns = ["container", "kind", "item", "field", "ours", "theirs"] as const;

export function differenceLines(container: string, { kind, item, fields }: Omit<DifferenceView, "id">): string {
	const lines = Object.entries(fields);
	if (lines.length === 0) return csvLine([container, kind, item]);
	return lines.map(([field, { ours, theirs }]) => csvLine([container, kind, item, field, ours, theirs])).join("");
}
