import { expect, test } from "vitest";
import type { Entry } from "#lib/storage/storage.ts";
import { exactListing, mayShow, shownEntry } from "./coarse-times.ts";
import type { HtmlRow } from "./html.ts";

const minute = 60_000_000;
const listedAt = 30_000_000;

test.each<[text: string, size: number, may: boolean]>([
	["345", 345, true],
	["345", 346, false],
	["1.2K", 1200, true],
	["1.2K", 1229, true],
	["1.2K", 1500, false],
	["12K", 12_288, true],
	["12K", 12_900, true],
	["12K", 14_000, false],
	["4.7G", 5_046_586_573, true],
	["4.7G", 4_700_000_000, true],
	["4.7G", 5_300_000_000, false],
	["0", 0, true],
])("an index may show %s for %i bytes: %j", (text, size, may) => {
	expect(mayShow(text, size)).toBe(may);
});

test.each<[row: Partial<HtmlRow>, size: number, mtime: number | null]>([
	[{ size: "345", minute: 7 }, 345, 7 * minute],
	[{ size: "1.5K", minute: null }, 1536, null],
	[{ size: "2M" }, 2_097_152, 0],
	[{ size: null }, 0, 0],
])("a file that may not be asked for is as %j shows it", (row, size, mtime) => {
	expect(shownEntry({ name: "a", size: null, minute: 0, ...row })).toMatchObject({ name: "a", size, mtime });
});

const file = (name: string, at: number, size = 10): Entry => ({
	name,
	size,
	mtime: at * minute + 1,
	etag: name,
	inode: null,
});

/** The server's index is `ahead` minutes of UTC; `files` are as they are now. */
async function list(files: readonly Entry[], known: readonly Entry[], ahead = (_: Entry) => 0) {
	const rows = files.map((entry) => ({
		name: entry.name,
		size: String(entry.size),
		minute: Math.floor((entry.mtime ?? 0) / minute) + ahead(entry),
	}));
	const looked: string[] = [];
	const look = async ({ name }: HtmlRow) => {
		looked.push(name);
		return files.find((entry) => entry.name === name) ?? null;
	};
	const listing = await exactListing(
		{ folders: [], rows, unclear: [], listedAt },
		{ look },
		{ knownFiles: async () => known },
	);
	expect(listing.files).toEqual(files);
	return looked.toSorted();
}

test.each([0, 60, -300, 345, 14 * 60])("%i minutes ahead, the oldest and the newest are looked at", async (ahead) => {
	const files = [file("a", 1000), file("b", 2000), file("c", 3000), file("d", 4000)];
	expect(await list(files, files, () => ahead)).toEqual(["a", "d"]);
});

test("summer and winter are two time zones", async () => {
	const files = ["a", "b", "c", "d", "e", "f"].map((name, i) => file(name, 1000 * (i + 1)));
	const ahead = ({ name }: Entry) => (name < "d" ? 120 : 60);
	expect(await list(files, files, ahead)).toEqual(["a", "c", "d", "f"]);
});

test.each<[what: string, now: Entry]>([
	["a minute later", file("b", 2001)],
	["of another size", file("b", 2000, 11)],
	["a day later", file("b", 2000 + 24 * 60)],
	["an hour later, which may be another time zone", file("b", 2060)],
])("a file that is %s is looked at", async (_, now) => {
	const others = [file("a", 1000), file("c", 3000), file("d", 4000)];
	const files = [...others, now].toSorted((x, y) => (x.name < y.name ? -1 : 1));
	for (const ahead of [0, 60]) {
		expect(await list(files, [...others, file("b", 2000)], () => ahead)).toContain("b");
		expect(await list(files, others, () => ahead)).toContain("b");
	}
	// Among files of which some are shown in another zone.
	expect(await list(files, [...others, file("b", 2000)], ({ name }) => (name < "c" ? 60 : 0))).toContain("b");
});

test("a file that vanishes before it is looked at is not there", async () => {
	const rows = [{ name: "a", size: "10", minute: 1000 }];
	const looking = { look: async () => null };
	expect((await exactListing({ folders: [], rows, unclear: [], listedAt }, looking, {})).files).toEqual([]);
});

test.each<[what: string, more: { readonly future?: boolean; readonly digest?: boolean }]>([
	["its digest known", {}],
	["another file written in the future", { future: true }],
	["no digest known: the folder is looked at again, or part of a product", { digest: false }],
	["both", { future: true, digest: false }],
])(
	"a file that is rewritten in the minute in which it was listed is looked at: %s",
	async (_, { future, digest = true }) => {
		const now = new Map<string, Entry>();
		const write = (name: string, at: number, size: number) =>
			now.set(name, { name, size, mtime: at * minute + size, etag: `${name} of ${size}`, inode: null });
		write("old.tif", listedAt - 9000, 7);
		write("x.tif", listedAt, 1_240_000);
		if (future) write("y.tif", listedAt + 500, 1000);
		let looked: string[] = [];
		const look = async ({ name }: HtmlRow) => {
			looked.push(name);
			return now.get(name) ?? null;
		};
		let known: readonly Entry[] = [];
		let knownDigest: string | null = null;
		const listAt = async (time: number) => {
			looked = [];
			const rows = [...now.values()].map(({ name, size, mtime }) => ({
				name,
				size: size > 1_000_000 ? "1.2M" : String(size),
				minute: Math.floor((mtime ?? 0) / minute),
			}));
			const index = { folders: [], rows, unclear: [], listedAt: time };
			const listing = await exactListing(index, { look }, { knownDigest, knownFiles: async () => known });
			known = listing.files ?? known;
			knownDigest = digest ? listing.digest : null;
			return listing;
		};
		const sizeOf = (name: string) => known.find((entry) => entry.name === name)?.size;
		await listAt(listedAt);
		write("x.tif", listedAt, 1_250_000);
		await listAt(listedAt + 1);
		expect(looked).toContain("x.tif");
		expect(sizeOf("x.tif")).toBe(1_250_000);
		// Written again: still within a minute of the listing before.
		write("x.tif", listedAt, 1_230_000);
		await listAt(listedAt + 60);
		expect(sizeOf("x.tif")).toBe(1_230_000);
		// From now on it is settled.
		await listAt(listedAt + 120);
		const { files } = await listAt(listedAt + 180);
		if (digest && !future) expect(files).toBeNull();
	},
);

test.each<[what: string, answer: Partial<Entry>]>([
	["of another size than the index shows", { size: 0 }],
	["without a time, as a page that says that the server is busy", { mtime: null, etag: null }],
])("a file that is answered for %s is asked for again, though nothing looks different", async (_, answer) => {
	const files = [file("a", 1000), file("b", 2000), file("c", 3000)];
	const rows = files.map(({ name, size, mtime }) => ({
		name,
		size: String(size),
		minute: Math.floor((mtime ?? 0) / minute),
	}));
	const index = { folders: [], rows, unclear: [], listedAt };
	const odd = files.map((entry) => (entry.name === "b" ? { ...entry, ...answer } : entry));
	const lookAmong = (all: readonly Entry[]) => async (row: HtmlRow) =>
		all.find(({ name }) => name === row.name) ?? null;
	const during = await exactListing(index, { look: lookAmong(odd) }, {});
	expect(during.files).toEqual(odd);
	const after = await exactListing(
		index,
		{ look: lookAmong(files) },
		{ knownDigest: during.digest, knownFiles: async () => odd },
	);
	expect(after.files).toEqual(files);
	expect(after.digest).toBe((await exactListing(index, { look: lookAmong(files) }, {})).digest);
	// A server whose sizes are not understood, or that reports no times, is none that contradicts itself.
	const blocks = { ...index, rows: rows.map((row) => ({ ...row, size: "1" })) };
	const untimed = files.map((entry) => ({ ...entry, mtime: null }));
	for (const [of, all] of [
		[blocks, files],
		[index, untimed],
	] as const)
		expect((await exactListing(of, { look: lookAmong(all) }, {})).digest).not.toMatch(/!$/);
});
