import { describe, expect, test } from "vitest";
import type { FileFingerprint } from "#lib/catalog/json-columns.ts";
import { type CompareOptions, compare, type RegisteredDataset } from "./compare.ts";
import type { Stability } from "./stability.ts";

const files = (mtime: number, name = "a.tif"): readonly FileFingerprint[] => [
	{ name, role: "data", size: 1, mtime, etag: null, inode: "1:1" },
];
const found = (
	mtime: number | null,
	{ elsewhere = false, matched = true, stability = "stable" as Stability } = {},
) => ({
	data: mtime !== null && matched ? [{ path: "a.tif", files: files(mtime), stability }] : [],
	has: () => mtime !== null,
	isUndecided: () => false,
	matchedElsewhere: () => elsewhere,
});
const dataset = (link: RegisteredDataset["link"], mtime = 1, rule = "r"): RegisteredDataset => ({
	id: 7,
	eoId: "A",
	path: "a.tif",
	files: files(mtime),
	rule,
	now: null,
	link,
});
const rejection = (mtime: number, { rule = "r", sourceId = 1 } = {}) => ({
	path: "a.tif",
	files: files(mtime),
	rule,
	sourceId,
});
const options: CompareOptions = {
	sourceId: 1,
	ruleOf: () => "r",
	full: false,
	activeSources: new Set([1, 2]),
	ownsOrphans: true,
};
const own = { sourceId: 1 };
const other = { sourceId: 2 };
const byHand = { sourceId: null };
const retired = { sourceId: 9 };

describe("compare", () => {
	test.each([
		["nothing new", found(1), [dataset(own)], [], {}, []],
		["new", found(1), [], [], {}, ["added, to read"]],
		["touched", found(2), [dataset(own)], [], {}, ["updated, to read"]],
		["other rules", found(1), [dataset(own, 1, "old")], [], {}, ["updated, to read"]],
		["full", found(1), [dataset(own)], [], { full: true }, ["updated, to read"]],
		["through another source", found(1), [dataset(other)], [], {}, []],
		["of another container", found(1), [dataset("elsewhere")], [], {}, ["linked"]],
		["of another container, touched", found(2), [dataset("elsewhere")], [], {}, ["linked, to read"]],
		["archived, unchanged", found(1), [dataset("archived")], [], {}, ["added"]],
		["archived, unchanged, full", found(1), [dataset("archived")], [], { full: true }, ["added, to read"]],
		["archived, touched", found(2), [dataset("archived")], [], {}, ["added, to read"]],
		["archived, other rules", found(1), [dataset("archived", 1, "old")], [], {}, ["added, to read"]],
		["gone", found(null), [dataset(own)], [], {}, ["removed"]],
		["gone, of another source", found(null), [dataset(other)], [], {}, []],
		["gone, by hand", found(null), [dataset(byHand)], [], {}, ["removed"]],
		["gone, by hand, not ours to tell", found(null), [dataset(byHand)], [], { ownsOrphans: false }, []],
		["gone, of a retired source", found(null), [dataset(retired)], [], {}, ["removed"]],
		["gone, of another container", found(null), [dataset("elsewhere")], [], {}, []],
		["gone, archived", found(null), [dataset("archived")], [], {}, []],
		["matched no more", found(1, { matched: false }), [dataset(own)], [], {}, ["unlinked"]],
		["matched by another source", found(1, { matched: false, elsewhere: true }), [dataset(own)], [], {}, []],
		["matched no more, by hand", found(1, { matched: false }), [dataset(byHand)], [], {}, []],
		["matched no more, of another source", found(1, { matched: false }), [dataset(other)], [], {}, []],
		["rejected still", found(1), [], [rejection(1)], {}, []],
		["rejected, touched", found(2), [], [rejection(1)], {}, ["added, to read"]],
		["rejected, other rules", found(1), [], [rejection(1, { rule: "old" })], {}, ["added, to read"]],
		["rejected, full", found(1), [], [rejection(1)], { full: true }, ["added, to read"]],
		["rejected, gone", found(null), [], [rejection(1)], {}, ["refreshed"]],
		["rejected, gone, of another source", found(null), [], [rejection(1, { sourceId: 2 })], {}, []],
		["rejected, gone, of a retired source", found(null), [], [rejection(1, { sourceId: 9 })], {}, ["refreshed"]],
		["rejected, matched no more", found(1, { matched: false }), [], [rejection(1)], {}, ["refreshed"]],
		["rejected, matched by another source", found(1, { matched: false, elsewhere: true }), [], [rejection(1)], {}, []],
		["registered, its new version rejected", found(2), [dataset(own)], [rejection(2)], {}, []],
		["registered, as it was before the rejected version", found(1), [dataset(own)], [rejection(2)], {}, ["refreshed"]],
		["too new", found(5, { stability: "waits" }), [], [], {}, ["waiting"]],
		[
			"too new, but as it was, under other rules",
			found(1, { stability: "waits" }),
			[dataset(own, 1, "old")],
			[],
			{},
			["updated, to read"],
		],
		["too new, registered", found(5, { stability: "waits" }), [dataset(own)], [], {}, ["waiting"]],
		["too new, but nothing to read", found(5, { stability: "waits" }), [dataset("archived", 5)], [], {}, ["added"]],
		["to be asked for again", found(4, { stability: "ask" }), [], [], {}, ["added, to read, to ask"]],
	])("%s", (_, folder, datasets, rejections, more: Partial<CompareOptions>, expected) => {
		const { candidates, waiting } = compare(folder, { datasets, rejections }, { ...options, ...more });
		const outcomes = candidates.map(
			({ action, toRead, toAsk }) => `${action}${toRead ? ", to read" : ""}${toAsk ? ", to ask" : ""}`,
		);
		expect([...outcomes, ...waiting.map(() => "waiting")]).toEqual(expected);
	});

	test("a dataset of another home is compared by what its home's rules find", () => {
		const elsewhere = { ...dataset("elsewhere", 1, "home"), now: { rule: "home", files: files(1) } };
		const { candidates } = compare(found(9), { datasets: [elsewhere], rejections: [] }, options);
		expect(candidates).toMatchObject([{ action: "linked", toRead: false, rule: "home", files: files(1) }]);
	});
});
