import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { digestOf } from "#lib/storage/listing/digest.ts";
import type { Listing, Storage } from "#lib/storage/storage.ts";
import { filesByName, rejectsWith, signal } from "./bench.ts";

/** A folder of a storage whose names and bytes the server chooses, and functions that change its contents. */
interface FixedWorkbench extends AsyncDisposable {
	readonly storage: Storage;
	/** The folder that the functions change; empty at first. */
	readonly folder: string;
	/** Puts a file there; returns its name. */
	add(): Promise<string>;
	/** Gives a file other content. */
	change(name: string): Promise<void>;
	remove(name: string): Promise<void>;
	/** Changes something in another folder. */
	changeElsewhere(): Promise<void>;
	/** From now on the server answers nothing; the storage's time-out is below a second. */
	stall(): void;
}

/** The contract of `Storage`, as far as it can be tested where tests cannot choose names and bytes. */
export function fixedStorageConformance(name: string, make: () => Promise<FixedWorkbench>): void {
	describe(`storage: ${name}`, () => {
		let bench: FixedWorkbench;
		let storage: Storage;
		beforeEach(async () => {
			bench = await make();
			storage = bench.storage;
		});
		afterEach(() => bench[Symbol.asyncDispose]());
		const list = (path: string, knownDigest: string | null = null): Promise<Listing> =>
			storage.list(path, { symlinks: "skip", knownDigest, signal });
		const pathOf = (file: string) => `${bench.folder}/${file}`;
		const bytesOf = async (path: string) => {
			await using file = await storage.open(path, { signal });
			return file.read(0, 1 << 20, { signal });
		};

		test("an empty folder is empty, and is listed above", async () => {
			expect(await list(bench.folder)).toMatchObject({ folders: [], files: [], unclear: [] });
			const above = bench.folder.split("/").slice(0, -1).join("/");
			expect((await list(above)).folders).toContain(bench.folder.split("/").at(-1));
		});

		test("files are listed in order as stat shows them, and are as long as that", async () => {
			const names = [await bench.add(), await bench.add(), await bench.add()];
			const { files } = await list(bench.folder);
			expect(files?.map((file) => file.name)).toEqual(names.toSorted());
			for (const file of files ?? []) {
				expect(await storage.stat(pathOf(file.name), { signal })).toEqual(file);
				expect(await bytesOf(pathOf(file.name))).toHaveLength(file.size);
			}
		});

		test("a folder with many files is complete", async () => {
			const names: string[] = [];
			for (let i = 0; i < 400; i++) names.push(await bench.add());
			expect(filesByName(await list(bench.folder))).toEqual(names.toSorted());
		});

		test("files that stay are listed while others come and go", async () => {
			const lasting = [await bench.add(), await bench.add()];
			const churn = async () => {
				for (let i = 0; i < 15; i++) await bench.remove(await bench.add());
			};
			const listings: Listing[] = [];
			const watch = async () => {
				for (let i = 0; i < 10; i++) listings.push(await list(bench.folder));
			};
			await Promise.all([churn(), watch()]);
			for (const listing of listings) expect(filesByName(listing)).toEqual(expect.arrayContaining(lasting));
		});

		test("the digest is the hash of what is listed, and stays while nothing changes here", async () => {
			await bench.add();
			const before = await list(bench.folder);
			expect(before.digest).toBe(digestOf(before.folders, before.files ?? []));
			await bench.changeElsewhere();
			expect(await list(bench.folder, before.digest)).toEqual({ ...before, files: null });
			expect(await list(bench.folder, "other")).toEqual(before);
		});

		test.each<[string, (file: string) => Promise<unknown>]>([
			["added", () => bench.add()],
			["removed", (file) => bench.remove(file)],
			["changed", (file) => bench.change(file)],
		])("the digest is another one when a file is %s", async (_, act) => {
			const file = await bench.add();
			await bench.add();
			const { digest } = await list(bench.folder);
			await act(file);
			const after = await list(bench.folder, digest);
			expect(after.digest).not.toBe(digest);
			expect(after.files).not.toBeNull();
		});

		test("what is not there, or not a folder, cannot be listed", async () => {
			const file = pathOf(await bench.add());
			for (const path of ["missing", "missing/deeper", file, `${file}/deeper`])
				await rejectsWith(list(path), "not-found", path);
		});

		test("files that are not there are null to stat, and an error to open", async () => {
			const file = pathOf(await bench.add());
			const gone = await bench.add();
			await bench.remove(gone);
			for (const path of [
				"missing",
				bench.folder,
				`${file}/deeper`,
				"missing/file",
				"",
				pathOf(gone),
				pathOf("a\nb.json"),
			]) {
				expect(await storage.stat(path, { signal })).toBeNull();
				await rejectsWith(storage.open(path, { signal }), "not-found", path);
			}
		});

		test.each(["..", "a/../b", "/etc", "a//b", "nul\0"])("%j is refused", async (path) => {
			await rejectsWith(list(path), "invalid-path", path);
			await rejectsWith(storage.stat(path, { signal }), "invalid-path", path);
			await rejectsWith(storage.open(path, { signal }), "invalid-path", path);
		});

		test("parts of a file are read, none beyond its end, several at once", async () => {
			const path = pathOf(await bench.add());
			const whole = Buffer.from(await bytesOf(path));
			await using file = await storage.open(path, { signal });
			const ranges = [
				[0, 10],
				[5, 20],
				[file.size - 3, 3],
				[file.size - 3, 100],
				[file.size, 10],
				[file.size * 2, 5],
				[7, 0],
				[1, 2 ** 40],
			] as const;
			const parts = await Promise.all(ranges.map(([offset, length]) => file.read(offset, length, { signal })));
			for (const [i, [offset, length]] of ranges.entries())
				expect(Buffer.from(parts[i] as Uint8Array).equals(whole.subarray(offset, offset + length))).toBe(true);
		});

		test.each([
			[-1, 1],
			[0, -1],
			[0, 0.5],
			[2 ** 53, 1],
		])("from %d, %d bytes are no part of a file", async (offset, length) => {
			await using file = await storage.open(pathOf(await bench.add()), { signal });
			await expect(file.read(offset, length, { signal })).rejects.toThrow(RangeError);
		});

		test.each<[string, (file: string) => Promise<void>]>([
			["changed", (file) => bench.change(file)],
			["removed", (file) => bench.remove(file)],
		])("a file that is %s after it was opened is not read on", async (_, act) => {
			const name = await bench.add();
			await using file = await storage.open(pathOf(name), { signal });
			await act(name);
			await rejectsWith(file.read(0, 6, { signal }), "changed", pathOf(name));
		});

		const callsOn = (path: string, aborting: AbortSignal): readonly Promise<unknown>[] => [
			storage.list(bench.folder, { symlinks: "skip", signal: aborting }),
			storage.stat(path, { signal: aborting }),
			storage.open(path, { signal: aborting }),
		];

		test("cancelling ends calls with its reason: before, and while no answer comes", async () => {
			const path = pathOf(await bench.add());
			const reason = new Error("the operator pressed Cancel");
			for (const call of callsOn(path, AbortSignal.abort(reason))) await expect(call).rejects.toBe(reason);
			bench.stall();
			const controller = new AbortController();
			const calls = callsOn(path, controller.signal).map((call) => expect(call).rejects.toBe(reason));
			controller.abort(reason);
			await Promise.all(calls);
		});

		test("a server that does not answer is given up in time", async () => {
			const path = pathOf(await bench.add());
			bench.stall();
			const calls = callsOn(path, signal);
			await Promise.all(calls.map((call, i) => rejectsWith(call, "timeout", i === 0 ? bench.folder : path)));
		});

		test("disposing ends calls under way, and later ones", async () => {
			const path = pathOf(await bench.add());
			bench.stall();
			const calls = callsOn(path, signal).map((call) =>
				rejectsWith(call, "io", path).catch(() => rejectsWith(call, "io", bench.folder)),
			);
			await storage[Symbol.asyncDispose]();
			await Promise.all(calls);
			await rejectsWith(list(bench.folder), "io", bench.folder);
			await storage[Symbol.asyncDispose]();
		});
	});
}
