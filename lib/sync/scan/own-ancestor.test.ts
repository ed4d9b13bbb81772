import { expect, test } from "vitest";
import { digestOf } from "#lib/storage/listing/digest.ts";
import type { Entry, Listable } from "#lib/storage/storage.ts";
import { scan } from "./scan.ts";

/** Files by their sizes. */
interface Folder {
	[name: string]: Folder | number;
}

const signal = new AbortController().signal;

/** A server that cannot distinguish a link from a folder. */
function serverOf(root: Folder): Listable & { readonly calls: number } {
	let calls = 0;
	return {
		parallel: 4,
		get calls() {
			return calls;
		},
		async list(path) {
			if (++calls > 2000) throw new Error("The walk has no end.");
			let at = root;
			for (const name of path === "" ? [] : path.split("/")) at = at[name] as Folder;
			const names = Object.keys(at).sort();
			const folders = names.filter((name) => typeof at[name] !== "number");
			const files = names.flatMap((name): readonly Entry[] => {
				const size = at[name];
				return typeof size === "number" ? [{ name, size, mtime: 1, etag: null, inode: null }] : [];
			});
			return { digest: digestOf(folders, files), folders, files, unclear: [] };
		},
	};
}

async function walk(root: Folder, digests: ReadonlyMap<string, string> = new Map()) {
	const server = serverOf(root);
	const [folders, notes, problems]: [string[], string[], string[]] = [[], [], []];
	for await (const batch of scan(server, { root: "", symlinks: "skip", known: async () => digests, signal })) {
		folders.push(...batch.folders.map(({ path }) => path));
		notes.push(...batch.notes.map(({ path }) => path));
		problems.push(...batch.failures.map(({ problem }) => problem.path));
	}
	return { folders: folders.toSorted(), notes: notes.toSorted(), problems, calls: server.calls };
}

const data = (): Folder => ({ y2020: { "a.tif": 1, "b.tif": 2 }, y2021: { "c.tif": 3 } });
const dataFolders = ["", "data", "data/y2020", "data/y2021"];

test.each<[what: string, own: Folder, links: readonly string[]]>([
	["one link, beside folders alone", { data: data() }, ["pub"]],
	["two links, beside folders alone", { data: data() }, ["alias", "pub"]],
	["two links, beside a file", { data: data(), readme: 1 }, ["alias", "pub"]],
])("a folder that contains itself is not entered: %s", async (_, own, links) => {
	const root: Folder = { ...own };
	for (const link of links) root[link] = root;
	expect(await walk(root)).toMatchObject({ folders: dataFolders, notes: links, problems: [] });
});

test("nor one that leads further up, nor one with nothing but links in it", async () => {
	const sub: Folder = { "s.tif": 1 };
	const root: Folder = { "r.tif": 1, sub };
	sub.up = root;
	expect(await walk(root)).toMatchObject({ folders: ["", "sub"], notes: ["sub/up"] });
	const links: Folder = {};
	links.a = links;
	links.b = links;
	expect(await walk(links)).toMatchObject({ folders: [""], notes: ["a", "b"] });
});

test("what was found below it before is a problem: it is not gone", async () => {
	const root: Folder = { "r.tif": 1 };
	root.pub = root;
	expect(await walk(root, new Map([["pub", "known"]]))).toMatchObject({ notes: [], problems: ["pub"] });
});

test("folders that look alike by chance are entered, and looked into once", async () => {
	const tiles = (levels: number): Folder =>
		levels === 0 ? { "t.tif": 1 } : Object.fromEntries(["0", "1", "2"].map((name) => [name, tiles(levels - 1)]));
	const { folders, notes, calls } = await walk(tiles(4));
	expect(folders).toHaveLength(1 + 3 + 9 + 27 + 81);
	expect(notes).toEqual([]);
	expect(calls).toBeLessThan(folders.length + 50);
});

test("64 levels are walked; what is deeper is told", async () => {
	const root: Folder = {};
	let at = root;
	for (let level = 1; level <= 70; level++) {
		const below: Folder = { "f.tif": level };
		at.x = below;
		at = below;
	}
	const { folders, problems } = await walk(root);
	expect(folders).toHaveLength(65);
	expect(problems).toEqual([Array(65).fill("x").join("/")]);
});
