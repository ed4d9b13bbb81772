import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LocalStorage } from "#lib/storage/local/local.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { matcherOf } from "#lib/sync/match/match.ts";
import { withMetadata } from "./with-metadata.ts";

const signal = new AbortController().signal;
const options = { symlinks: "skip", signal } as const;
const rules = {
	path: "",
	include: ["*.tif"],
	exclude: [],
	metadata: ["{stem}.xml", "{name}.eop"],
	metadataStorage: "eo",
};

let root: string;
let asked: string[];
let opened: LocalStorage[];
beforeEach(async () => {
	root = await mkdtemp(join(tmpdir(), "eosync-metadata-"));
	[asked, opened] = [[], []];
});
afterEach(async () => {
	for (const storage of opened) await storage[Symbol.asyncDispose]();
	await rm(root, { recursive: true });
});

async function write(path: string, content = path): Promise<void> {
	await mkdir(dirname(join(root, path)), { recursive: true });
	await writeFile(join(root, path), content);
	await utimes(join(root, path), 0, content.length);
}

/** The real storage, and a line for each question it is asked. */
function observed(storage: Storage): Storage {
	return {
		type: storage.type,
		parallel: storage.parallel,
		timeGrain: storage.timeGrain,
		list: (path, more) => {
			asked.push(`list ${path}`);
			return storage.list(path, more);
		},
		stat: (path, more) => {
			asked.push(`stat ${path}`);
			return storage.stat(path, more);
		},
		open: (path, more) => {
			asked.push(`open ${path}`);
			return storage.open(path, more);
		},
		facts: (more) => storage.facts(more),
		[Symbol.asyncDispose]: () => storage[Symbol.asyncDispose](),
	};
}

function both(template: string): Storage {
	const [data, eo] = ["data", "eo"].map((name) => new LocalStorage({ type: "local", root: join(root, name) }));
	opened.push(data as LocalStorage, eo as LocalStorage);
	const matcher = matcherOf(rules);
	const metadata = { storage: observed(eo as LocalStorage), name: "eo", template, sourcePath: "", matcher };
	return withMetadata(data as LocalStorage, metadata);
}

test("a folder of metadata is listed once, however many files and folders it serves, and no file is looked at by itself", async () => {
	for (const folder of ["2006", "2007"]) for (const name of ["a", "b", "c"]) await write(`data/${folder}/${name}.tif`);
	await write("data/2008/readme.txt");
	for (const name of ["a.xml", "b.xml", "b.tif.eop", "unrelated.xml"]) await write(`eo/all/${name}`);
	const storage = both("all");
	const { files } = await storage.list("2006", options);
	expect(files?.map(({ name }) => name)).toEqual([
		".@metadata/a.xml",
		".@metadata/b.tif.eop",
		".@metadata/b.xml",
		"a.tif",
		"b.tif",
		"c.tif",
	]);
	for (const folder of ["2007", "2008", ""]) await storage.list(folder, options);
	expect(asked).toEqual(["list all"]);
});

test("the digest is that of both, and is known again", async () => {
	await write("data/2006/a.tif");
	await write("eo/2006/a.xml");
	const { digest } = await both("{folder}").list("2006", options);
	await write("eo/2006/unrelated.xml");
	expect(await both("{folder}").list("2006", { ...options, knownDigest: digest })).toMatchObject({
		digest,
		files: null,
	});
	await write("eo/2006/a.xml", "another");
	expect((await both("{folder}").list("2006", { ...options, knownDigest: digest })).files).toHaveLength(2);
	await write("data/2006/b.tif");
	expect((await both("{folder}").list("2006", { ...options, knownDigest: digest })).files).toHaveLength(3);
});

test("files there are looked at and read there, as they are now", async () => {
	await write("data/2006/a.tif");
	await write("data/2006/a.xml", "beside");
	await write("eo/2006/a.xml", "there");
	const storage = both("{folder}");
	await storage.list("2006", options);
	await write("eo/2006/a.xml", "changed");
	expect(await storage.stat("2006/.@metadata/a.xml", options)).toMatchObject({ name: "a.xml", size: 7 });
	expect((await storage.list("2006/.@metadata", options)).files).toMatchObject([{ name: "a.xml", size: 7 }]);
	await using file = await storage.open("2006/.@metadata/a.xml", options);
	expect(new TextDecoder().decode(await file.read(0, 10, { signal }))).toBe("changed");
	expect(await storage.stat("2006/.@metadata/b.xml", options)).toBeNull();
	await expect(storage.open("2006/.@metadata/b.xml", options)).rejects.toMatchObject({ code: "not-found" });
});

test("a metadata file that is a link to nowhere is unclear, not absent", async () => {
	await write("data/a.tif");
	await write("data/b.tif");
	await write("eo/a.xml");
	await symlink("nowhere", join(root, "eo/b.xml"));
	await symlink("nowhere", join(root, "eo/unrelated.xml"));
	const { files, unclear } = await both("").list("", { symlinks: "follow", signal });
	expect(files?.map(({ name }) => name)).toEqual([".@metadata/a.xml", "a.tif", "b.tif"]);
	expect(unclear).toMatchObject([{ name: ".@metadata/b.xml", kind: "special" }]);
});

test.each<[what: string, template: string, make: readonly string[], outcome: number | string]>([
	["a fixed folder that is missing", "eo", ["eo/x"], "unreachable"],
	["a folder that is missing in one that is there", "{folder}", ["eo/x"], 1],
	["a folder missing two levels down", "v1/{folder}", ["eo/v1/x"], 1],
	["the part that is the same for all missing", "v1/{folder}", ["eo/x"], "unreachable"],
	["a file where the folder should be", "{folder}", ["eo/deep/2006"], 1],
])("of a folder of data with %s: %s %j %j", async (_, template, make, outcome) => {
	await write("data/deep/2006/a.tif");
	for (const path of make) await write(path);
	const listing = both(template).list("deep/2006", options);
	if (typeof outcome === "number") expect((await listing).files).toHaveLength(outcome);
	else
		await expect(listing).rejects.toMatchObject({
			code: outcome,
			path: "deep/2006",
			message: expect.stringContaining("eo"),
		});
});
