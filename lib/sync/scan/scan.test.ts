import { describe, expect, test } from "vitest";
import { StorageError } from "#lib/errors.ts";
import type { Listable } from "#lib/storage/storage.ts";
import { type ScanOptions, scan } from "./scan.ts";

const options = (more: Partial<ScanOptions> = {}): ScanOptions => ({
	root: "",
	symlinks: "skip",
	known: async () => new Map(),
	signal: new AbortController().signal,
	...more,
});

/** Folders by path: the names below them. `wait` holds a listing back. */
function storage(folders: Readonly<Record<string, readonly string[]>>, wait = async (_: string) => {}, parallel = 2) {
	const listed: string[] = [];
	let atOnce = 0;
	let most = 0;
	const listable: Listable = {
		parallel,
		async list(path, { signal }) {
			signal.throwIfAborted();
			most = Math.max(most, ++atOnce);
			try {
				await wait(path);
				if (!(path in folders)) throw new StorageError("forbidden", path, "no");
				listed.push(path);
				return { digest: path, folders: folders[path] ?? [], files: [], unclear: [] };
			} finally {
				atOnce--;
			}
		},
	};
	return { listable, listed, most: () => most };
}

const names = (count: number) => Array.from({ length: count }, (_, i) => `f${100 + i}`);
const flat = (count: number) => Object.fromEntries([["", names(count)], ...names(count).map((name) => [name, []])]);
const tick = () => new Promise<void>((resolve) => setTimeout(resolve, 5));

describe("scan", () => {
	test("lists every folder once, never more at once than the storage wants", async () => {
		const tree = { ...flat(50), f100: ["a", "b"], "f100/a": ["c"], "f100/a/c": [], "f100/b": [] };
		const { listable, listed, most } = storage(tree, tick, 3);
		const found: string[] = [];
		for await (const { folders } of scan(listable, options())) found.push(...folders.map(({ path }) => path));
		expect(found.toSorted()).toEqual(Object.keys(tree).toSorted());
		expect(listed.toSorted()).toEqual(found.toSorted());
		expect(most()).toBe(3);
	});

	test("lists the next batch while the slowest folder of this one holds it up", async () => {
		const slow = Promise.withResolvers<void>();
		const { listable, listed } = storage(flat(40), async (path) => {
			if (path === "f100") await slow.promise;
		});
		const batches = scan(listable, options());
		await batches.next();
		const next = batches.next();
		while (listed.length < 20) await tick();
		expect(listed).not.toContain("f100");
		slow.resolve();
		expect((await next).value?.folders.map(({ path }: { path: string }) => path)).toContain("f100");
		await batches.return(undefined);
	});

	test("lists nothing more when the rest is not wanted", async () => {
		const { listable, listed } = storage(flat(100), tick);
		for await (const { folders } of scan(listable, options())) if (folders.length > 1) break;
		const count = listed.length;
		for (let i = 0; i < 5; i++) await tick();
		expect(listed.length).toBeLessThanOrEqual(count + 2);
	});

	test("below what could not be listed nothing is known; the root must be", async () => {
		const { f103: _, ...others } = flat(10);
		const unclear: string[] = [];
		for await (const batch of scan(storage(others).listable, options())) {
			unclear.push(...batch.failures.map(({ problem }) => problem.path));
			for (const { problem, folder } of batch.failures) expect(folder?.path).toBe(problem.path);
		}
		expect(unclear).toEqual(["f103"]);
		await expect(scan(storage({}).listable, options()).next()).rejects.toMatchObject({ code: "forbidden" });
	});

	test("folders that are taken out before a batch are not listed, but what is below those under way is found", async () => {
		const given: string[] = [];
		let batches = 0;
		const rebalance: ScanOptions["rebalance"] = async (pending) => {
			// The root, and the first of its sub-folders, are listed.
			if (++batches > 2) given.push(...pending.splice(0).map(({ path }) => path));
		};
		const found: string[] = [];
		for await (const { folders } of scan(
			storage({ ...flat(60), f100: ["x"], "f100/x": [] }).listable,
			options({ rebalance }),
		))
			found.push(...folders.map(({ path }) => path));
		expect([...found, ...given].toSorted()).toEqual(["", ...names(60), "f100/x"].toSorted());
		expect(found).toContain("f100");
		expect(given).toContain("f100/x");
	});
});
