import { afterAll, beforeAll, expect, it } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { StatementDescriber } from "./described.ts";

let database: Database;
let describer: StatementDescriber;
beforeAll(async () => {
	database = await createTestDatabase();
	describer = new StatementDescriber(database);
});
afterAll(() => database.close());

const columnIsNullable = "its column may be null";
const isOuter = "it comes from the other side of an outer join";
const isAggregate = "it is an aggregate, perhaps of no rows";
const isSubquery = "it is a subquery, perhaps of no rows";

it.each<[string, readonly (string | null)[]]>([
	["select id, eo_id, begin_time from containers", [null, null, columnIsNullable]],
	["select begin_time from containers where begin_time is not null", [null]],
	["select c.eo_id, d.eo_id from containers c left join datasets d on d.id = c.id", [null, isOuter]],
	["select c.eo_id, d.eo_id from containers c right join datasets d on d.id = c.id", [isOuter, null]],
	["select c.eo_id, coalesce(d.eo_id, '') from containers c left join datasets d on d.id = c.id", [null, null]],
	["select max(id), count(*) from runs", [isAggregate, null]],
	["select state, max(id) from runs group by state", [null, null]],
	["select (select id from runs limit 1), (select count(*) from runs)", [isSubquery, null]],
	["select (select max(r.id) from runs r where r.container_id = c.id) from containers c", [isSubquery]],
	[
		"select exists (select from runs), exists (select from runs r where r.container_id = c.id) from containers c",
		[null, null],
	],
])("%s", async (text, reasons) => {
	const columns = await describer.describe({ text, types: [], nulls: [] });
	expect(columns?.map(({ nullBecause }) => nullBecause)).toEqual(reasons);
});

it("what was null in a test may be null", async () => {
	const [column] = (await describer.describe({ text: "select id from runs", types: [], nulls: ["id"] })) ?? [];
	expect(column).toMatchObject({ type: "int8", kind: "number", nullBecause: "it was null in a test" });
});

it("types are what the driver makes of them", async () => {
	const text =
		"select state, array[id], progress, created_at, started_at is null as waits, 1.5::numeric from runs where id = $1 and state = $2";
	const columns = await describer.describe({ text, types: [20, 99_999], nulls: [] });
	expect(columns?.map(({ kind }) => kind)).toEqual([
		"string",
		"number array",
		"anything",
		"string",
		"boolean",
		"string",
	]);
	expect(columns?.[0]?.labels).toContain("queued");
});

it("a statement that PostgreSQL refuses is refused", async () => {
	await expect(describer.describe({ text: "select nothing from runs", types: [], nulls: [] })).rejects.toThrow(
		'column "nothing" does not exist',
	);
});
