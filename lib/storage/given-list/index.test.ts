import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { randomFrom } from "#lib/demo/random.ts";
import { buildIndex } from "./build-index.ts";
import { FolderIndex } from "./folder-index.ts";
import { rowOf } from "./index-lines.ts";
import { type FoundList, indexOf } from "./keep-index.ts";
import type { Row } from "./rows.ts";

const signal = new AbortController().signal;
let folder: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), "eosync-index-"));
});
afterEach(() => rm(folder, { recursive: true }));

const row = (path: string, name: string): Row => ({
	...{ kind: "file", folder: path, name, size: name.length, mtime: 5, etag: null },
});

test("finds the rows of every folder, in whatever order they came, and the folders above", async () => {
	const random = randomFrom(7);
	const folders = ["", "a", "a b", "a/b", "a\n", "a\x01", "b/c/d", "é/ü", "\u{1f6f0}"];
	const expected = new Map(folders.map((path) => [path, new Set<string>()]));
	const rows: Row[] = [];
	for (let i = 0; i < 6000; i++) {
		const path = folders[Math.floor(random() * folders.length)] ?? "";
		const name = `${Math.floor(random() * 900)}\n.tif`;
		rows.push(row(path, name));
		expected.get(path)?.add(name);
	}
	async function* portions() {
		for (let at = 0; at < rows.length; at += 100) yield rows.slice(at, at + 100);
	}
	const place = join(folder, "index");
	expect(await buildIndex(place, portions(), { charactersPerRun: 10_000, signal })).toBe(6000);
	expect((await readdir(place)).sort()).toEqual(["blocks.json", "lines"]);
	await using index = await FolderIndex.open(place);
	for (const [path, names] of expected) {
		const found = (await index.linesIn(path)).map(rowOf);
		const files = found.flatMap((one) => (one.kind === "file" ? [one] : []));
		expect(files.every((one) => one.folder === path && one.size === one.name.length && one.mtime === 5)).toBe(true);
		expect(files.map(({ name }) => name).sort()).toEqual([...names].sort());
	}
	const below = async (path: string) =>
		(await index.linesIn(path)).map(rowOf).flatMap(({ kind, name }) => (kind === "folder" ? [name] : []));
	expect((await below("")).sort()).toEqual(["a", "a b", "a\n", "a\x01", "b", "é", "\u{1f6f0}"].sort());
	expect(await below("b")).toEqual(["c"]);
	expect(await index.linesIn("nowhere")).toEqual([]);
});

function found(id: string, time: number, rows: readonly Row[] = [row("a", "x")]): FoundList & { reads: number } {
	return {
		...{ name: `${id}.txt`, id, time, reads: 0 },
		async *rows() {
			this.reads++;
			yield rows;
		},
		requireUnchanged: async () => {},
	};
}

test("an index is made once for a list, and a newer list takes its place", async () => {
	const first = found("one", 1_000_000);
	for (let i = 0; i < 2; i++) {
		const { index, rows } = await indexOf(folder, first, signal);
		await index[Symbol.asyncDispose]();
		expect(rows).toBe(1);
	}
	expect(first.reads).toBe(1);
	await (await indexOf(folder, found("two", 2_000_000), signal)).index[Symbol.asyncDispose]();
	expect(await readdir(folder)).toEqual(["two"]);
	await expect(indexOf(folder, first, signal)).rejects.toThrow(/older than the one used last \(two.txt/);
	expect(await readdir(folder)).toEqual(["two"]);
});

test("what a failed list leaves behind is nothing", async () => {
	const list = found("bad", 1);
	const failing: FoundList = {
		...list,
		async *rows() {
			yield [row("a", "x")];
			throw new Error("line 2");
		},
	};
	await expect(indexOf(folder, failing, signal)).rejects.toThrow("line 2");
	expect(await readdir(folder)).toEqual([]);
});
