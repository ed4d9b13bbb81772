import { expect, test } from "vitest";
import type { Entry } from "#lib/storage/storage.ts";
import { exactListing, mayShow, shownEntry } from "./coarse-times.ts";
import type { Row } from "./html.ts";

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

test.each<[row: Partial<Row>, size: number, mtime: number | null]>([
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
async function list(files: readonly Entry[], known: readonly Entry[], { ahead = 0, offsets = new Set<number>() } = {}) {
	const rows = files.map(({ name, size, mtime }) => ({
		name,
		size: String(size),
		minute: Math.floor((mtime ?? 0) / minute) + ahead,
	}));
	const looked: string[] = [];
	const look = async ({ name }: Row) => {
		looked.push(name);
		return files.find((entry) => entry.name === name) ?? null;
	};
	const listing = await exactListing(
		{ folders: [], rows, unclear: [], listedAt },
		{ look, offsets },
		{ knownFiles: async () => known },
	);
	expect(listing.files).toEqual(files);
	return looked.toSorted();
}

test("in any time zone, one look at what is known is enough; and none when the zone is known", async () => {
	const files = [file("a", 1000), file("b", 2000), file("c", 3000)];
	for (const ahead of [0, 60, -300, 345, 14 * 60]) {
		const offsets = new Set<number>();
		expect(await list(files, files, { ahead, offsets })).toHaveLength(1);
		expect([...offsets]).toEqual([ahead]);
		expect(await list(files, files, { ahead, offsets })).toEqual([]);
	}
});

test("summer and winter are two time zones", async () => {
	const winter = [file("a", 1000), file("b", 2000)];
	const offsets = new Set([60]);
	expect(await list(winter, winter, { ahead: 60, offsets })).toEqual([]);
	expect(await list(winter, winter, { ahead: 120, offsets })).toHaveLength(1);
	expect(offsets).toEqual(new Set([60, 120]));
});

test.each<[what: string, now: Entry, looks: readonly string[]]>([
	["a minute later", file("a", 1001), ["a"]],
	["of another size", file("a", 1000, 11), ["a"]],
	["a day later", file("a", 1000 + 24 * 60), ["a"]],
	["new", file("z", 1000), ["z"]],
	["an hour later, which may be another time zone", file("a", 1060), ["a"]],
])("a file that is %s is looked at", async (_, now, looks) => {
	const offsets = new Set([0]);
	expect(
		await list(
			[file("b", 2000), now].sort((a, b) => (a.name < b.name ? -1 : 1)),
			[file("a", 1000), file("b", 2000)],
			{ offsets },
		),
	).toEqual(looks);
	expect(offsets).toEqual(new Set([0]));
});

test("a file that vanishes before it is looked at is not there", async () => {
	const rows = [{ name: "a", size: "10", minute: 1000 }];
	const looking = { look: async () => null, offsets: new Set<number>() };
	expect((await exactListing({ folders: [], rows, unclear: [], listedAt }, looking, {})).files).toEqual([]);
});
