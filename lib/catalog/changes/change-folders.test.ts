import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { coarsenFolders, rollUpRun } from "#lib/sync/plan/roll-up.ts";
import { childFolders } from "./change-folders.ts";
import { folderCounts, listChanges } from "./changes.ts";
import { changesQuery, folderTreeQuery } from "./changes-query.ts";
import { listViewedFolders, markViewed } from "./viewed-folders.ts";

let database: Database;
let run: number;

const changed: readonly (readonly [action: string, path: string])[] = [
	["added", "top.tif"],
	["added", "a/b/c/1.tif"],
	["removed", "a/b/c/2.tif"],
	["updated", "a/b/d/1.tif"],
	["refreshed", "a/x/1.tif"],
	["added", "m/n/1.tif"],
	["added", "m/n!o/1.tif"],
	["added", "m/n/p/1.tif"],
	["removed", "z/1.tif"],
	["unlinked", "z/2.tif"],
	["rejected", "z/3.tif"],
	["added", "ü😀/100%/1.tif"],
	["added", "ü😀/100%/2/1.tif"],
];

beforeAll(async () => {
	database = await createTestDatabase();
	const { sql } = database;
	const [ids] = await sql<{ storage: number; run: number }[]>`
		with st as (insert into storages (name, type, config) values ('archive', 'local', '{}') returning id),
			c as (insert into containers (eo_id, kind) values ('Series', 'dataset-series') returning id),
			r as (insert into runs (container_id, kind, trigger, actor, state) select id, 'check', 'dashboard', 'test', 'planned' from c returning id)
		select st.id as storage, r.id as run from st, r`;
	if (!ids) throw new Error("not set up");
	run = ids.run;
	for (const [action, path] of changed)
		await sql`
			insert into changes (run_id, action, storage_id, directory, path)
			values (${run}, ${action}::change_action, ${ids.storage}, ${path.slice(0, Math.max(0, path.lastIndexOf("/")))}, ${path})`;
	await sql`insert into users (id, name, role, email) values ('u', 'Uli', 'viewer', 'u@users.invalid'), ('v', 'Vic', 'viewer', 'v@users.invalid')`;
});
afterAll(() => database.close());

const children = (query: object = {}, user = "u") => childFolders(database, run, user, folderTreeQuery.parse(query));
const named = async (query: object = {}) =>
	(await children(query)).rows.map(({ name, folders, isLeaf }) => [name, folders, isLeaf]);

describe("the folder tree", () => {
	test("has the sums of all below, and one line for a chain of folders", async () => {
		const { rows, total } = await children();
		expect(total).toBe(4);
		expect(rows.map(({ directory, name }) => [directory, name])).toEqual([
			["a/b", "a/b"],
			["m", "m"],
			["z", "z"],
			["ü😀/100%", "ü😀/100%"],
		]);
		expect(rows[0]).toMatchObject({ counts: { added: 1, removed: 1, updated: 1 }, folders: 2, isLeaf: false });
		expect(rows[2]).toMatchObject({ counts: { removed: 1, unlinked: 1, rejected: 1 }, folders: 1, isLeaf: true });
	});

	test.each([
		[
			"a/b",
			[
				["c", 1, true],
				["d", 1, true],
			],
		],
		[
			"m",
			[
				["n", 2, false],
				["n!o", 1, true],
			],
		],
		["m/n", [["p", 1, true]]],
		["ü😀/100%", [["2", 1, true]]],
		["z", []],
		["nowhere", []],
	])("below %s", async (parent, expected) => expect(await named({ parent })).toEqual(expected));

	test("counts what the filter leaves", async () => {
		expect(await named({ action: "removed" })).toEqual([
			["a/b/c", 1, true],
			["z", 1, true],
		]);
		expect(await named({ search: "n!O" })).toEqual([["m/n!o", 1, true]]);
	});

	test("what loses most comes first, if asked; a portion at a time", async () => {
		expect((await named({ order: "removals" })).map(([name]) => name)).toEqual(["z", "a/b", "m", "ü😀/100%"]);
		expect((await children({ limit: 2, offset: 3 })).rows.map(({ name }) => name)).toEqual(["ü😀/100%"]);
	});
});

test("a run that is rolled up has the same tree, and says more of what is below where the roll-up is cut off", async () => {
	const { sql } = database;
	const levels = async () => [await children(), await children({ parent: "m" }), await children({ parent: "a/b/c" })];
	const counted = await levels();
	await sql.begin((tx) => rollUpRun(tx, run));
	expect(await levels()).toEqual(counted);
	const within = await folderCounts(database, run, changesQuery.parse({ folder: "m/n" }));
	expect(within.map(({ directory }) => directory)).toEqual(["m/n", "m/n/p"]);
	await sql.begin((tx) => coarsenFolders(tx, run, 7));
	expect(await named()).toEqual([
		["a/b", 1, false],
		["m", 2, false],
		["z", 1, true],
		["ü😀/100%", 1, false],
	]);
	expect(await named({ parent: "a/b" })).toEqual([
		["c", 1, true],
		["d", 1, true],
	]);
	await sql`delete from run_roll_ups where run_id = ${run}`;
});

test.each([
	["a/b", 3],
	["m/n", 2],
	["m/n!o", 1],
	["ü😀", 2],
	["a/b/c/", 0],
	["m/%", 0],
	["", 12],
])("the changes in %s and below", async (folder, count) => {
	const query = changesQuery.parse({ folder });
	expect(await listChanges(database, run, query)).toMatchObject({ total: count });
	const folders = await folderCounts(database, run, query);
	const sum = folders.flatMap(({ counts }) => Object.values(counts)).reduce((all, each) => all + each, 0);
	expect(sum).toBe(count);
});

test("compared with another run: what only one has, and what both have, by action and path", async () => {
	const { sql } = database;
	const [other] = await sql<{ id: number }[]>`
		insert into runs (container_id, kind, trigger, actor, state) select container_id, kind, trigger, actor, 'planned' from runs where id = ${run} returning id`;
	await sql`
		insert into changes (run_id, action, storage_id, directory, path)
		select ${other?.id ?? 0}, case when path = 'm/n/1.tif' then 'updated' else action end::change_action, storage_id, directory, path from changes
		where run_id = ${run} and directory in ('m/n', 'z')`;
	const paths = async (side: "only" | "both", of = run, than = other?.id) => {
		const query = changesQuery.parse({ other: than, side });
		const { rows, total } = await listChanges(database, of, query);
		expect(total).toBe(rows.length);
		const folders = await folderCounts(database, of, query);
		expect(new Set(folders.map(({ directory }) => directory)).size).toBe(new Set(rows.map(folderOf)).size);
		return rows.map(({ path }) => path);
	};
	const folderOf = ({ path }: { readonly path: string }) => path.slice(0, Math.max(0, path.lastIndexOf("/")));
	expect(await paths("both")).toEqual(["z/1.tif", "z/2.tif", "z/3.tif"]);
	expect(await paths("only")).toHaveLength(9);
	expect(await paths("only", other?.id, run)).toEqual(["m/n/1.tif"]);
	expect(await named({ other: other?.id, side: "both" })).toEqual([["z", 1, true]]);
});

describe("marks of what was viewed", () => {
	const mark = (folder: string, more: { below?: boolean; viewed?: boolean; user?: string } = {}) =>
		markViewed(database, { run, user: "u", folder, below: false, viewed: true, ...more });
	const viewed = async (user = "u") => [...(await listViewedFolders(database, run, user))].sort();

	test("are of one folder or of all below, of those with changes, and of one user", async () => {
		await mark("m/n");
		await mark("a", { below: true });
		await mark("no such folder");
		await mark("z", { user: "v" });
		expect(await viewed()).toEqual(["a/b/c", "a/b/d", "m/n"]);
		expect(await viewed("v")).toEqual(["z"]);
		expect((await children()).rows.map(({ name, viewed }) => [name, viewed])).toEqual([
			["a/b", 2],
			["m", 1],
			["z", 0],
			["ü😀/100%", 0],
		]);
		await mark("a/b/c", { viewed: false });
		expect(await viewed()).toEqual(["a/b/d", "m/n"]);
		await mark("", { below: true, viewed: false });
		expect(await viewed()).toEqual([]);
		await mark("", { below: true });
		expect(await viewed()).toHaveLength(9);
	});

	test("go with the user and with the run", async () => {
		await database.sql`delete from users where id = 'v'`;
		expect(await viewed("v")).toEqual([]);
		await database.sql`delete from runs where id = ${run}`;
		expect(await viewed()).toEqual([]);
	});
});
