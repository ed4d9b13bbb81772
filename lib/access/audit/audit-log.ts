import { z } from "zod";
import type { AuditDetails } from "#lib/catalog/audit-records.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { instantInput } from "#lib/catalog/inputs.ts";
import { everyPage, numberKey, pagingBy } from "#lib/catalog/paging.ts";
import type { Page } from "#lib/catalog/read-models/answers.ts";

/** Reading the audit log, the newest entry first. */

export interface AuditView {
	readonly id: number;
	/** ISO 8601, UTC. */
	readonly at: string;
	readonly via: "dashboard" | "api" | "command-line" | "eosync";
	/** Empty: not a signed-in user. */
	readonly actor: string;
	readonly token: string | null;
	readonly action: string;
	readonly objectKind: string | null;
	readonly object: string | null;
	readonly details: AuditDetails;
	readonly address: string | null;
	/** `begun`: the outcome is not known. */
	readonly outcome: "begun" | "done" | "refused" | "failed";
	readonly error: string | null;
}

const text = z.string().max(300).default("");

/** The filter; empty fields match anything. */
export const auditFilter = z.object({
	/** Only this entry. */
	id: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER).optional(),
	/** Part of the name of a user or token. */
	who: text,
	/** The first word of the action: `runs`. */
	area: z
		.string()
		.regex(/^[a-z-]{0,40}$/, "Give the first word of an action, such as runs")
		.default(""),
	/** Part of a name, an EO ID or a run's number. */
	object: text,
	outcome: z.enum(["begun", "done", "refused", "failed"]).optional(),
	begin: instantInput.optional(),
	end: instantInput.optional(),
});
export type AuditFilter = z.infer<typeof auditFilter>;

export const auditQuery = auditFilter.extend({
	after: z.string().max(100).nullable().default(null),
	limit: z.coerce.number().int().min(1).max(1000).default(200),
});
type AuditQuery = z.infer<typeof auditQuery>;

type Sql = Pick<Database, "sql">;

const byNumber = pagingBy(numberKey);

/** `total` is counted for the first page only, then -1. */
export async function listAudit({ sql }: Sql, query: AuditQuery): Promise<Page<AuditView>> {
	const { after, limit } = query;
	const [before] = byNumber.keyOf(after);
	const matches = matching({ sql }, query);
	const rows = await sql<AuditView[]>`
		select id, at, via, actor, token, action, object_kind as "objectKind", object, details, address, outcome, error
		from audit_log where id < ${before ?? Number.MAX_SAFE_INTEGER} and ${matches} order by id desc limit ${limit + 1}`;
	return {
		...byNumber.pageOf(rows, limit, ({ id }) => [id]),
		total: after ? -1 : await count({ sql }, query),
	};
}

async function count({ sql }: Sql, filter: AuditFilter): Promise<number> {
	const [row] = await sql<
		[{ total: number }]
	>`select count(*) as total from audit_log where ${matching({ sql }, filter)}`;
	return row.total;
}

/** All that match. */
export async function* everyAudit(database: Sql, filter: AuditFilter): AsyncGenerator<AuditView> {
	for await (const rows of everyPage((after) => listAudit(database, { ...filter, after, limit: 1000 }))) yield* rows;
}

function matching({ sql }: Sql, { id, who, area, object, outcome, begin, end }: AuditFilter) {
	const holds = (column: string, part: string) => sql`strpos(lower(${sql(column)}), lower(${part})) > 0`;
	// The entry of a beginning is left out when the log also has the end.
	return sql`(outcome <> 'begun' or not exists (select from audit_log ending where ending.concludes = audit_log.id))
		${id === undefined ? sql`` : sql`and id = ${id}`}
		${who === "" ? sql`` : sql`and (${holds("actor", who)} or ${holds("token", who)})`}
		${area === "" ? sql`` : sql`and starts_with(action, ${`${area}.`})`}
		${object === "" ? sql`` : sql`and ${holds("object", object)}`}
		${outcome === undefined ? sql`` : sql`and outcome = ${outcome}`}
		${begin === undefined ? sql`` : sql`and at >= ${begin}`}
		${end === undefined ? sql`` : sql`and at <= ${end}`}`;
}
