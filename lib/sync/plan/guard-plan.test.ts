import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { saveStorage } from "#lib/catalog/configuration.ts";
import type { Transaction } from "#lib/catalog/database/database.ts";
import { inTransaction } from "#lib/catalog/database/in-transaction.ts";
import { type ChangeAction, storageInput } from "#lib/catalog/inputs.ts";
import { createRun } from "#lib/catalog/runs/run-lifecycle.ts";
import { loadRun } from "#lib/sync/loaded-run.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { guardCounts } from "./guard-plan.ts";

/** Rule 12: each condition of the guard's statements, on plans that are written by hand into one catalogue. */

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
	const bare = { metadata: null, dateTime: "2006:08:16 09:09:29" };
	for (const path of ["in/a/a1", "in/a/a2", "in/b/b1", "in/old/o1", "two/t1", "two/c/c1", "other/a/x1"])
		await bench.archive.scene(`${path}.tif`, bare);
	await saveStorage(bench.database, storageInput.parse({ name: "second", type: "local", root: bench.archive.root }));
	await bench.container("S", [{ path: "in/old" }, { path: "in" }, { path: "two" }]);
	await bench.container("OTHER", [{ path: "in/a" }, { path: "other" }]);
	for (const id of ["S", "OTHER"]) expect((await bench.run(id)).view.state).toBe("succeeded");
	// The dataset in/old/o1 came through a source that was taken out since.
	await bench.container("S", [{ path: "in" }, { path: "two" }]);
	await sql()`truncate run_directories, problems`;
	await sql()`delete from changes`;
});
afterAll(() => bench[Symbol.asyncDispose]());

const sql = () => bench.database.sql;

type Staged = readonly [
	action: ChangeAction | "refreshed",
	/** The file's path, without its ending. */
	path: string,
	more?: {
		/** The path of the source that found it; default: "in". */
		readonly source?: string;
		readonly outcome?: "planned" | "skipped";
		readonly storage?: string;
		readonly code?: string;
		readonly fields?: object;
		/** The change is about no dataset. */
		readonly unregistered?: true;
		/** It is of another run. */
		readonly before?: true;
	},
];

let rollBack: (() => Promise<void>) | null = null;
afterEach(async () => {
	await rollBack?.();
	rollBack = null;
});

/** A plan of S, in a transaction that is taken back after the test. */
async function plan(...changes: readonly Staged[]) {
	const began = Promise.withResolvers<Transaction>();
	const over = Promise.withResolvers<void>();
	const transaction = sql()
		.begin(async (tx) => {
			began.resolve(tx);
			await over.promise;
			throw new RolledBack();
		})
		.catch((error: unknown) => {
			if (!(error instanceof RolledBack)) throw error;
		});
	rollBack = async () => {
		over.resolve();
		await transaction;
	};
	const tx = await began.promise;
	const database = inTransaction(bench.database, tx);
	const request = { container: "S", kind: "check", trigger: "command-line", actor: "tester" } as const;
	const before = (await createRun(database, request)).run;
	await tx`update runs set state = 'cancelled', finished_at = now() where id = ${before}`;
	const { run } = await createRun(database, request);
	const sourceId = async (path: string) =>
		(
			await tx`select s.id from sources s join containers c on c.id = s.container_id
				where c.eo_id = 'S' and s.path = ${path} and not s.retired`
		)[0]?.id;
	for (const [action, name, more = {}] of changes) {
		const { source = "in", outcome = "planned", storage = "archive", code = null, fields = null } = more;
		const path = `${name}.tif`;
		await tx`
			insert into changes (run_id, action, outcome, source_id, storage_id, directory, path, dataset_id, code, fields)
			select ${more.before ? before : run}, ${action}, ${outcome}, ${await sourceId(source)}, st.id,
				${path.slice(0, Math.max(0, path.lastIndexOf("/")))}, ${path},
				(select id from datasets where path = ${path} and ${more.unregistered === undefined}), ${code}, ${tx.json({ ...fields })}
			from storages st where st.name = ${storage}`;
	}
	return {
		tx,
		run,
		before,
		sourceId,
		counts: async () => guardCounts({ database, loaded: await loadRun(database, run) }),
		/** What a run saw of a folder. */
		async folder(path: string, { source = "in", digest = "seen" as string | null, of = run } = {}) {
			await tx`insert into run_directories (run_id, source_id, path, digest, rule) values (${of}, ${await sourceId(source)}, ${path}, ${digest}, '')`;
		},
		async problem({ source = "in", of = run, isNote = false } = {}) {
			await tx`insert into problems (run_id, source_id, path, code, message, is_note) values (${of}, ${await sourceId(source)}, 'in/x', 'odd', '', ${isNote})`;
		},
		async rejection(name: string, { source = "in", storage = "archive" } = {}) {
			const path = `${name}.tif`;
			await tx`
				insert into rejections (container_id, storage_id, path, directory, source_id, files, rule, code, reason, run_id)
				select c.id, st.id, ${path}, ${path.slice(0, path.lastIndexOf("/"))}, ${await sourceId(source)}, '[]', '', 'odd', '', ${run}
				from containers c, storages st where c.eo_id = 'S' and st.name = ${storage}`;
		},
	};
}

class RolledBack extends Error {}

test("changes are counted by what they are; others' runs, and what is left out, do not count", async () => {
	const { counts } = await plan(
		["removed", "in/a/a1"],
		["removed", "in/a/a2", { outcome: "skipped" }],
		["unlinked", "in/b/b1"],
		["unlinked", "two/t1", { source: "two" }],
		["updated", "two/c/c1", { source: "two" }],
		["updated", "in/a/a2", { code: "reread", fields: { title: 1 } }],
		["rejected", "in/old/o1"],
		// One dataset of another container, and one of none.
		["rejected", "other/a/x1"],
		["rejected", "in/new", { unregistered: true }],
		["added", "in/new", { unregistered: true }],
		["moved", "in/b/b1"],
		["refreshed", "in/b/b1"],
		["removed", "in/b/b1", { before: true }],
		["unlinked", "in/a/a1", { before: true }],
		["updated", "in/a/a1", { before: true }],
		["rejected", "in/a/a1", { before: true }],
	);
	expect(await counts()).toMatchObject({ datasets: 6, removed: 1, unlinked: 2, updates: 1, rejections: 1 });
});

const all: readonly Staged[] = [
	["removed", "in/a/a1"],
	["removed", "in/a/a2"],
	["removed", "in/b/b1"],
];
const inIsEmptied = { emptied: ["archive:in"] };
const none = { emptied: [] };

test.each<[string, readonly Staged[], { readonly emptied: readonly string[] }]>([
	["all that it had is removed", all, inIsEmptied],
	[
		"some of it is only unlinked",
		[
			["removed", "in/a/a1"],
			["unlinked", "in/a/a2"],
			["unlinked", "in/b/b1"],
		],
		inIsEmptied,
	],
	[
		"some of it moved to another source",
		[
			["removed", "in/a/a1"],
			["moved", "in/a/a2", { source: "two" }],
			["moved", "in/b/b1", { source: "two" }],
		],
		inIsEmptied,
	],
	[
		"another source found something",
		[...all, ["added", "two/new", { source: "two", unregistered: true }]],
		inIsEmptied,
	],
	[
		"an earlier run had found something",
		[...all, ["added", "in/new", { before: true, unregistered: true }]],
		inIsEmptied,
	],
])("a source is emptied when %s", async (_, changes, expected) => {
	const { counts } = await plan(...changes);
	expect(await counts()).toMatchObject(expected);
});

const unlinkedFromIn: readonly Staged[] = [
	["unlinked", "in/a/a1"],
	["unlinked", "in/a/a2"],
	["unlinked", "in/b/b1"],
];

test.each<[string, readonly Staged[]]>([
	["one of its datasets stays", all.slice(1)],
	["one of its datasets was removed by another run", [...all.slice(1), ["removed", "in/a/a1", { before: true }]]],
	["one of its datasets is only refreshed", [...all.slice(1), ["refreshed", "in/a/a1"]]],
	["none of its files is gone", [...unlinkedFromIn, ["removed", "two/t1", { source: "two" }]]],
	[
		"another run missed its files",
		[...unlinkedFromIn, ["removed", "two/t1", { source: "two" }], ["removed", "in/a/a1", { before: true }]],
	],
	[
		"the only removal of it is left out",
		[...unlinkedFromIn, ["removed", "in/a/a1", { outcome: "skipped" }], ["removed", "two/t1", { source: "two" }]],
	],
	["what it lost is no dataset of its container", [...unlinkedFromIn, ["removed", "other/a/x1"]]],
	["it has a new file", [...all, ["added", "in/new", { unregistered: true }]]],
	["it has a file of another container", [...all, ["linked", "other/a/x1"]]],
	["it has a file that another source brought in", [...all, ["updated", "two/t1"]]],
	["a file moved to it", [...all, ["moved", "two/t1"]]],
	["it has a file that is rejected", [...all, ["rejected", "in/bad", { unregistered: true }]]],
])("a source is not emptied when %s", async (_, changes) => {
	const { counts } = await plan(...changes);
	expect(await counts()).toMatchObject(none);
});

test("a source is not emptied by what was linked by hand", async () => {
	const { tx, counts } = await plan(["removed", "in/a/a1"], ...unlinkedFromIn.slice(1));
	await tx`update container_datasets set source_id = null where dataset_id = (select id from datasets where path = 'in/a/a1.tif')`;
	expect(await counts()).toMatchObject({ removed: 1, ...none });
});

/** It hangs on a source that was taken out, and passes over to the one in its place. */
const passing = (more: Staged[2] = {}): Staged => ["refreshed", "in/old/o1", more];

test.each<[string, Staged, (of: Awaited<ReturnType<typeof plan>>) => Promise<void>, object]>([
	["listed", passing(), ({ folder }) => folder("in/old"), none],
	["perhaps where it could not be listed", passing(), ({ problem }) => problem(), none],
	["neither", passing(), async () => {}, inIsEmptied],
	["of no dataset", passing({ unregistered: true }), ({ folder }) => folder("in/old"), inIsEmptied],
	["of another run", passing({ before: true }), ({ folder }) => folder("in/old"), inIsEmptied],
	[
		"told by another run",
		passing({ before: true }),
		({ folder, before }) => folder("in/old", { of: before }),
		inIsEmptied,
	],
	["of another source", passing({ source: "two" }), ({ problem }) => problem(), inIsEmptied],
	["listed by another run", passing(), ({ folder, before }) => folder("in/old", { of: before }), inIsEmptied],
	["listed by another source", passing(), ({ folder }) => folder("in/old", { source: "two" }), inIsEmptied],
	["not listed, as its neighbour was", passing(), ({ folder }) => folder("in/a"), inIsEmptied],
	["in a folder that is gone", passing(), ({ folder }) => folder("in/old", { digest: null }), inIsEmptied],
	["of a run without problems", passing(), ({ problem, before }) => problem({ of: before }), inIsEmptied],
	["of a source without problems", passing(), ({ problem }) => problem({ source: "two" }), inIsEmptied],
	["beside what is only noted", passing(), ({ problem }) => problem({ isNote: true }), inIsEmptied],
	[
		"removed itself, in a folder that was listed",
		["removed", "in/old/o1"],
		({ folder }) => folder("in/old"),
		inIsEmptied,
	],
])("a source is emptied unless it has what hung on another source: %s", async (_, change, happened, expected) => {
	const staged = await plan(...all, change);
	await happened(staged);
	expect(await staged.counts()).toMatchObject(expected);
});

test.each<[string, readonly Staged[], (of: Awaited<ReturnType<typeof plan>>) => Promise<void>, object]>([
	["a file is rejected as before", [], ({ rejection }) => rejection("in/bad"), none],
	["one of another source is", [], ({ rejection }) => rejection("two/bad", { source: "two" }), inIsEmptied],
	[
		"one was rejected, and is no more",
		[["refreshed", "in/bad", { unregistered: true }]],
		({ rejection }) => rejection("in/bad"),
		inIsEmptied,
	],
	[
		"an earlier run said so",
		[["refreshed", "in/bad", { unregistered: true, before: true }]],
		({ rejection }) => rejection("in/bad"),
		none,
	],
	[
		"it was so of the file of that path on another storage",
		[["refreshed", "in/bad", { unregistered: true, storage: "second" }]],
		({ rejection }) => rejection("in/bad"),
		none,
	],
	[
		"it was so of another file of the folder",
		[["refreshed", "in/worse", { unregistered: true }]],
		({ rejection }) => rejection("in/bad"),
		none,
	],
])("a source that lost all it had: %s", async (_, changes, happened, expected) => {
	const staged = await plan(...all, ...changes);
	await happened(staged);
	expect(await staged.counts()).toMatchObject(expected);
});

test.each([
	["it", "in", none],
	["another source", "two", inIsEmptied],
])("a file of %s waits until it is stable", async (_, source, expected) => {
	const { tx, sourceId, counts } = await plan(...all);
	await tx`
		insert into waiting_files (container_id, storage_id, path, directory, source_id, files, since)
		select c.id, st.id, 'in/w.tif', 'in', ${await sourceId(source)}, '[]', now() from containers c, storages st
		where c.eo_id = 'S' and st.name = 'archive'`;
	expect(await counts()).toMatchObject(expected);
});

const gone = (path: string, datasets: number) => ({ path, datasets });

test.each<[string, readonly Staged[], readonly { readonly path: string; readonly datasets: number }[]]>([
	["one stays", [["removed", "in/a/a1"]], []],
	[
		"all are removed, though other containers have datasets there or elsewhere",
		all,
		[gone("in/a", 2), gone("in/b", 1)],
	],
	[
		"the others are moved",
		[
			["removed", "in/a/a1"],
			["moved", "in/a/a2"],
		],
		[gone("in/a", 1)],
	],
	[
		"the others are unlinked or updated",
		[
			["removed", "in/a/a1"],
			["unlinked", "in/a/a2"],
		],
		[],
	],
	[
		"another run removes the others",
		[
			["removed", "in/a/a1"],
			["removed", "in/a/a2", { before: true }],
		],
		[],
	],
	[
		"what another run removed, or is left out, does not count",
		[
			["removed", "in/b/b1"],
			["removed", "in/b/b1", { before: true }],
			["removed", "in/a/a1", { before: true }],
			["removed", "in/a/a2", { before: true }],
			["removed", "two/t1", { outcome: "skipped" }],
		],
		[gone("in/b", 1)],
	],
	[
		"what is unlinked does not count",
		[
			["removed", "in/b/b1"],
			["unlinked", "two/t1"],
			["added", "two/c/new", { unregistered: true }],
		],
		[gone("in/b", 1)],
	],
	["the folder of that name is another storage's", [["removed", "in/b/b1", { storage: "second" }]], [gone("in/b", 1)]],
])("a folder whose listing lacks files loses all it had: %s", async (_, changes, expected) => {
	const { counts } = await plan(...changes);
	expect((await counts()).goneFolders).toEqual(expected);
});

test("of the folder of that name on another storage it does not matter what stays", async () => {
	const { tx, counts } = await plan(["removed", "in/b/b1"]);
	await tx`
		update datasets set directory = 'in/b', storage_id = (select id from storages where name = 'second') where path = 'two/t1.tif'`;
	expect((await counts()).goneFolders).toEqual([gone("in/b", 1)]);
});

test("what another container has in the folder does not matter", async () => {
	const { tx, counts } = await plan(["removed", "in/b/b1"]);
	await tx`update datasets set directory = 'in/b' where path = 'other/a/x1.tif'`;
	expect((await counts()).goneFolders).toEqual([gone("in/b", 1)]);
});

test("folders that are gone are told by the highest of them, the largest first, each storage's for itself", async () => {
	const { counts, folder } = await plan(
		["removed", "in/a/a1"],
		["removed", "in/b/b1"],
		["removed", "in/b/deep/d1", { unregistered: true }],
		["removed", "two/t1", { source: "two" }],
		["unlinked", "in/b/b2", { unregistered: true }],
		["removed", "in/b/deep/d2", { storage: "second", unregistered: true }],
	);
	for (const path of ["in/a", "in/b", "in/b/deep"]) await folder(path, { digest: null });
	expect((await counts()).goneFolders).toEqual([
		gone("in/b", 2),
		gone("in/a", 1),
		gone("in/b/deep", 1),
		gone("two", 1),
	]);
});

test("folders that another run missed, or that are listed, are not gone", async () => {
	const { counts, folder, before } = await plan(["removed", "in/a/a1"]);
	await folder("in/a", { digest: null, of: before });
	await folder("in/a");
	expect((await counts()).goneFolders).toEqual([]);
});
