import { readdirSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createRun } from "#lib/catalog/runs/run-lifecycle.ts";
import { runView } from "#lib/catalog/runs/runs.ts";
import { storageAccess } from "#lib/catalog/storages/storage-access.ts";
import { randomFrom } from "#lib/demo/random.ts";
import { readEnv } from "#lib/env.ts";
import type { Listing, Storage } from "#lib/storage/storage.ts";
import { type Lie, lyingStorage, tracedLies, withFiles } from "#lib/storage/testing/lying-storage.ts";
import { wrapStorage } from "#lib/storage/wrap-storage.ts";
import { executeRun } from "#lib/sync/execute.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";

/** Rule 17: what a listing does not say, or says wrongly, is never taken for absence. */

let bench: Bench;
beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

async function syncThrough(aroundAdapter?: (adapter: Storage) => Storage) {
	const access = {
		...storageAccess(readEnv({ EOSYNC_HOME: bench.archive.at(".home") })),
		...(aroundAdapter ? { aroundAdapter } : {}),
	};
	const request = { container: "S", kind: "sync", trigger: "command-line", actor: "tester" } as const;
	const { run } = await createRun(bench.database, request);
	await executeRun(bench.database, run, { signal: new AbortController().signal, access });
	const [view, changes] = [await runView(bench.database, run), await bench.changes(run)];
	if (view === null) throw new Error(`There is no run ${run}.`);
	return { view, gone: changes.filter(({ action }) => action === "removed" || action === "unlinked") };
}

/** Changes what the adapter says of one folder. */
function saying(folder: string, change: (listing: Listing) => Partial<Listing>) {
	return (adapter: Storage) =>
		wrapStorage(adapter, {
			async call({ operation, path, signal }, run) {
				const result = await run();
				if (operation !== "list" || path !== folder) return result;
				const listing = await withFiles(adapter, path, result as Listing, signal);
				return { ...listing, digest: `${listing.digest}, changed`, ...change(listing) } as typeof result;
			},
		});
}

const without = (listing: Listing, name: string) => listing.files?.filter((file) => file.name !== name) ?? null;
const unclear = (name: string, kind: "unknown" | "special" | "folder", code: "io" | "invalid-path" = "io") => ({
	...{ name, kind, code, message: `${name} is unclear.` },
	...(code === "io" ? {} : { hides: name === "" ? ("any" as const) : ("non-ascii" as const) }),
});

describe("an entry that is unclear", () => {
	beforeEach(async () => {
		for (const path of ["a.tif", "b.tif", "sub/c.tif", "é.tif"]) await bench.archive.scene(path);
		await bench.container("S", [{}]);
		expect((await syncThrough()).view).toMatchObject({ state: "succeeded", added: 4, notes: 0 });
	});

	test.each<[what: string, change: (listing: Listing) => Partial<Listing>, problems: number, notes: number]>([
		[
			"a registered file of no type",
			(l) => ({ files: without(l, "a.tif"), unclear: [unclear("a.tif", "unknown")] }),
			1,
			0,
		],
		[
			"a registered file that is a socket now",
			(l) => ({ files: without(l, "a.tif"), unclear: [unclear("a.tif", "special")] }),
			1,
			0,
		],
		[
			"what belongs to a registered file",
			(l) => ({ files: without(l, "a.xml"), unclear: [unclear("a.xml", "unknown")] }),
			1,
			0,
		],
		["a file that a pattern matches", () => ({ unclear: [unclear("new.tif", "unknown")] }), 1, 0],
		["what may belong to a file that is there", () => ({ unclear: [unclear("a.tif.aux.xml", "unknown")] }), 1, 0],
		["a socket, though a pattern matches it", () => ({ unclear: [unclear("new.tif", "special")] }), 0, 1],
		["a name that no rule needs", () => ({ unclear: [unclear("readme", "unknown")] }), 0, 1],
		["a folder of no type", (l) => ({ folders: [], unclear: [unclear("sub", "unknown")], files: l.files }), 1, 0],
		["a folder that became a link to nowhere", () => ({ folders: [], unclear: [unclear("sub", "special")] }), 1, 0],
		[
			"a folder whose name no path can express",
			() => ({ unclear: [unclear("s\\xfcb", "folder", "invalid-path")] }),
			1,
			0,
		],
		[
			"a name that was lost",
			(l) => ({ files: without(l, "a.tif"), unclear: [unclear("", "unknown", "invalid-path")] }),
			1,
			0,
		],
		[
			"a name in another encoding",
			(l) => ({ files: without(l, "é.tif"), unclear: [unclear("\\xe9.tif", "unknown", "invalid-path")] }),
			1,
			0,
		],
		[
			"a size that is none",
			(l) => ({ files: l.files?.map((f) => (f.name === "a.tif" ? { ...f, size: Number.NaN } : f)) ?? null }),
			1,
			0,
		],
		[
			"a time that is none",
			(l) => ({ files: l.files?.map((f) => ({ ...f, mtime: f.name === "a.tif" ? Number.NaN : f.mtime })) ?? null }),
			1,
			0,
		],
		[
			"a file that is there twice, differently",
			(l) => ({ files: l.files?.flatMap((f) => (f.name === "a.tif" ? [f, { ...f, size: 1 }] : [f])) ?? null }),
			1,
			0,
		],
	])("%s: nothing is removed, and it is reported", async (_, change, problems, notes) => {
		const { view, gone } = await syncThrough(saying("", change));
		expect(gone).toEqual([]);
		expect(view).toMatchObject({ state: problems > 0 ? "partial" : "succeeded", problems, notes });
		expect(await syncThrough(saying("", change))).toMatchObject({ view: { problems, notes }, gone: [] });
		expect(await syncThrough()).toMatchObject({ view: { state: "succeeded", problems: 0, notes: 0 }, gone: [] });
		expect(await bench.registered()).toHaveLength(4);
	});

	test("is reported again where the folder is as it was, also when no rule needs it", async () => {
		await bench.archive.write("readme", "");
		const withoutSize = (adapter: Storage) =>
			wrapStorage(adapter, {
				async call({ operation, path }, run) {
					const result = await run();
					if (operation !== "list" || path !== "") return result;
					const { files, ...listing } = result as Listing;
					const changed = files?.map((file) => (file.name === "readme" ? { ...file, size: Number.NaN } : file));
					return { ...listing, files: changed ?? null } as typeof result;
				},
			});
		for (let again = 0; again < 3; again++)
			expect((await syncThrough(withoutSize)).view).toMatchObject({ state: "succeeded", problems: 0, notes: 1 });
		expect((await syncThrough()).view).toMatchObject({ state: "succeeded", notes: 0 });
	});

	test("costs nothing else: what is gone beside it is removed", async () => {
		await bench.archive.remove("b.tif");
		const { view, gone } = await syncThrough(
			saying("", (l) => ({ files: l.files, unclear: [unclear("a.txt", "unknown")] })),
		);
		expect(gone.map(({ path }) => path)).toEqual(["b.tif"]);
		expect(view).toMatchObject({ state: "succeeded", notes: 1 });
	});
});

describe.each([1, 2, 3, 4, 5, 6])("a storage that lies, history %i", (seed) => {
	test("lies that leave a trace never remove; once it tells the truth the catalogue is true", async () => {
		const random = randomFrom(seed);
		const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
		for (let i = 0; i < 8; i++) await bench.archive.scene(`f${i % 3}/s${i}.tif`, { at: [i, i] });
		await bench.container("S", [{}], { guard: { maxRemovals: null } });
		await syncThrough();
		for (let round = 0; round < 5; round++) {
			const lies: string[] = [];
			const lying = (adapter: Storage) =>
				lyingStorage(adapter, {
					random,
					lie: (path): Lie | null => (path !== "" && random() < 0.5 ? pick(tracedLies) : null),
					onLie: (lie, path, name) => lies.push(`${lie} ${path}/${name}`),
				});
			const { gone } = await syncThrough(lying);
			const there = new Set(filesIn(bench.archive.root));
			expect(
				gone.filter(({ path }) => there.has(path)),
				`seed ${seed}, round ${round}: ${lies.join(", ")}`,
			).toEqual([]);
			const victim = pick([...there].filter((path) => path.endsWith(".tif")));
			if (random() < 0.6) await bench.archive.remove(victim);
			else await bench.archive.scene(`f${round % 3}/n${seed}${round}.tif`, { at: [20 + round, seed] });
		}
		expect((await syncThrough()).view).toMatchObject({ state: "succeeded", problems: 0 });
		const paths = (await bench.registered()).map((line) => line.slice(0, line.indexOf(": ")));
		expect(paths).toEqual(
			filesIn(bench.archive.root)
				.filter((path) => path.endsWith(".tif"))
				.toSorted(),
		);
	});
});

function filesIn(root: string): readonly string[] {
	return readdirSync(root, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => `${entry.parentPath}/${entry.name}`.slice(root.length + 1))
		.filter((path) => !path.startsWith("."));
}
