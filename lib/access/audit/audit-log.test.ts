import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { exportText } from "./audit-export.ts";
import { auditFilter, auditQuery, everyAudit, listAudit } from "./audit-log.ts";

let database: Database;
beforeAll(async () => {
	database = await createTestDatabase();
	await database.sql`
		insert into audit_log (via, actor, token, action, object_kind, object, outcome, at)
		select 'api', case when n % 2 = 0 then 'Ada' else 'Grace_%' end, case when n % 5 = 0 then 'nightly' end,
			case when n % 3 = 0 then 'runs.apply' else 'runs-of-others.x' end, 'run', n::text,
			case when n % 10 = 0 then 'failed' else 'done' end, timestamptz '2026-01-01T00:00:00Z' + make_interval(hours => n)
		from generate_series(1, 2500) as g(n) order by g.n`;
});
afterAll(() => database.close());

const list = (query: object) => listAudit(database, auditQuery.parse(query));

describe("the list", () => {
	it("begins with the newest, and comes in pages without gaps", async () => {
		const seen: (string | null)[] = [];
		let after: string | null = null;
		do {
			const page: Awaited<ReturnType<typeof list>> = await list({ limit: 999, after });
			expect(page.total).toBe(after === null ? 2500 : -1);
			seen.push(...page.rows.map(({ object }) => object));
			after = page.next;
		} while (after !== null);
		expect(seen).toEqual(Array.from({ length: 2500 }, (_, n) => String(2500 - n)));
	});

	it.each([
		[{ who: "ada" }, 1250],
		[{ who: "night" }, 500],
		[{ who: "_%" }, 1250],
		[{ who: "' or true --" }, 0],
		[{ area: "runs" }, 833],
		[{ object: "2500" }, 1],
		[{ outcome: "failed", who: "ada" }, 250],
		[{ begin: "2026-01-01T10:00:00Z", end: "2026-01-01T12:00:00Z" }, 3],
	])("of %j", async (filter, total) => {
		const page = await list(filter);
		expect(page.total).toBe(total);
		expect(page.rows).toHaveLength(Math.min(total, 200));
	});

	it.each([{ area: "a b" }, { outcome: "x" }, { begin: "yesterday" }, { limit: 0 }, { who: "x".repeat(301) }])(
		"cannot be of %j",
		(query) => expect(auditQuery.safeParse(query).success).toBe(false),
	);
});

describe("the export", () => {
	async function text(format: "csv" | "ndjson", filter: object) {
		let all = "";
		for await (const part of exportText(everyAudit(database, auditFilter.parse(filter)), format)) all += part;
		return all;
	}

	it("has every entry as NDJSON", async () => {
		const lines = (await text("ndjson", {})).trimEnd().split("\n");
		expect(lines).toHaveLength(2500);
		expect(JSON.parse(lines[0] ?? "")).toMatchObject({ object: "2500", actor: "Ada", details: {} });
	});

	it("has every entry as CSV, with a header", async () => {
		const lines = (await text("csv", { area: "runs" })).trimEnd().split("\r\n");
		expect(lines).toHaveLength(834);
		expect(lines[0]).toBe("id,at,via,actor,token,action,objectKind,object,outcome,error,address,details");
		expect(lines[1]).toMatch(/^\d+,2026-04-15T03:00:00Z,api,Grace_%,,runs.apply,run,2499,done,,,\{\}$/);
		expect(await text("csv", { who: "nobody" })).toBe(`${lines[0]}\r\n`);
	});
});
