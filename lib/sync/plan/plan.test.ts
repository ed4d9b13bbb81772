import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type EoIdClaim, type EoIdHolder, isPureRename, type Movable, pairMoves, settleEoIds } from "./plan.ts";

const file = (
	path: string,
	key: number,
	more: Partial<Movable> & { inode?: string | null; etag?: string | null } = {},
): Movable => {
	const { inode = `1:${key}`, etag = null, ...rest } = more;
	const files = [{ name: path, role: "data", size: 1, mtime: key, etag, inode } as const];
	return { changeId: nextId++, path, files, rule: "r", eoId: null, ...rest };
};
let nextId = 1;
const movesOf = (removed: Movable[], added: Movable[]) =>
	pairMoves(removed, added).map((move) => `${move.removed.path} → ${move.added.path}`);

describe("pairMoves", () => {
	test.each([
		["the same inode and time", [file("a", 1)], [file("b", 1)], ["a → b"]],
		["another inode", [file("a", 1)], [file("b", 1, { inode: "1:9" })], []],
		["another time", [file("a", 1)], [file("b", 2, { inode: "1:1" })], []],
		[
			"the same etag, no inode",
			[file("a", 1, { inode: null, etag: "x" })],
			[file("b", 1, { inode: null, etag: "x" })],
			["a → b"],
		],
		["neither etag nor inode", [file("a", 1, { inode: null })], [file("b", 1, { inode: null })], []],
		[
			"twins, in the order of their paths",
			[file("b", 1), file("a", 1)],
			[file("y", 1), file("x", 1)],
			["a → x", "b → y"],
		],
		["more added than removed", [file("a", 1)], [file("y", 1), file("x", 1)], ["a → x"]],
		[
			"a sidecar is not the same",
			[file("a", 1)],
			[{ ...file("b", 1), files: [...file("b", 1).files, ...file("c", 2).files] }],
			[],
		],
	])("%s", (_, removed, added, expected) => expect(movesOf(removed, added)).toEqual(expected));

	test("uses each file at most once, and only for one like it", () => {
		const files = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 8 });
		fc.assert(
			fc.property(files, files, (from, to) => {
				const removed = from.map((key, i) => file(`r${i}`, key));
				const added = to.map((key, i) => file(`a${i}`, key));
				const moves = pairMoves(removed, added);
				expect(new Set(moves.flatMap((move) => [move.removed.changeId, move.added.changeId])).size).toBe(
					moves.length * 2,
				);
				for (const move of moves) expect(move.removed.files[0]?.mtime).toBe(move.added.files[0]?.mtime);
				const pairs = [0, 1, 2, 3].map((key) =>
					Math.min(from.filter((other) => other === key).length, to.filter((other) => other === key).length),
				);
				expect(moves).toHaveLength(pairs.reduce((sum, count) => sum + count, 0));
			}),
		);
	});
});

describe("isPureRename", () => {
	test.each([
		["to another folder", "in/a.tif", "out/a.tif", "a", {}, false, true],
		["renamed, the EO ID is not the name's", "a.tif", "b.tif", "ID", {}, false, true],
		["renamed, the EO ID may be the name's", "1 a.tif", "b.tif", "_1_a", {}, false, false],
		["renamed, where names tell", "a.tif", "b.tif", "ID", {}, true, false],
		["to another folder, where names tell", "in/a.tif", "out/a.tif", "ID", {}, true, true],
		["to other rules", "in/a.tif", "out/a.tif", "ID", { rule: "other" }, false, false],
	])("%s", (_, from, to, eoId, more, hasPattern, expected) => {
		expect(isPureRename({ removed: file(from, 1, { eoId }), added: file(to, 1, more) }, { hasPattern })).toBe(expected);
	});
});

describe("settleEoIds", () => {
	const claim = (changeId: number, eoId: string, path = `${changeId}`): EoIdClaim => ({ changeId, eoId, path });
	const holder = (eoId: string, releasedBy: EoIdHolder["releasedBy"]): EoIdHolder => ({
		eoId,
		what: `holder of ${eoId}`,
		releasedBy,
	});
	test.each([
		["a free ID", [claim(1, "A")], [], []],
		["the first path wins", [claim(1, "A", "z"), claim(2, "A", "b")], [], [1]],
		["a holder keeps it", [claim(1, "A")], [holder("A", null)], [1]],
		["a removed holder", [claim(1, "A")], [holder("A", "gone")], []],
		["two for a removed holder's", [claim(1, "A"), claim(2, "A")], [holder("A", "gone")], [2]],
		["a swap", [claim(1, "B"), claim(2, "A")], [holder("A", 1), holder("B", 2)], []],
		["a chain", [claim(1, "B"), claim(2, "C")], [holder("A", 1), holder("B", 2)], []],
		[
			"a chain whose end is taken",
			[claim(1, "B"), claim(2, "C")],
			[holder("A", 1), holder("B", 2), holder("C", null)],
			[1, 2],
		],
		[
			"a swap, one of which loses",
			[claim(1, "B"), claim(2, "A", "9"), claim(3, "A", "0")],
			[holder("A", 1), holder("B", 2)],
			[1, 2, 3],
		],
	])("%s", (_, claims, holders, rejected) => {
		const settled = settleEoIds(claims, holders);
		expect([...settled.keys()].sort()).toEqual(rejected);
		for (const reason of settled.values()) expect(reason).toMatch(/^duplicate EO ID [ABC]: .+ has it$/);
	});

	test("whatever is claimed, no ID has two datasets afterwards, and who keeps silent keeps its ID", () => {
		const ids = fc.constantFrom("A", "B", "C", "D");
		const datasets = fc.uniqueArray(fc.record({ id: ids, to: fc.option(fc.oneof(ids, fc.constant("gone"))) }), {
			selector: ({ id }) => id,
		});
		fc.assert(
			fc.property(datasets, fc.array(ids, { maxLength: 4 }), (held, added) => {
				const claims: EoIdClaim[] = [];
				const holders = held.map(({ id, to }, i): EoIdHolder => {
					if (to === null || to === id) return holder(id, null);
					if (to === "gone") return holder(id, "gone");
					claims.push(claim(i, to));
					return holder(id, i);
				});
				for (const [i, id] of added.entries()) claims.push(claim(100 + i, id));
				const rejected = settleEoIds(claims, holders);
				const after = [
					...held.flatMap(({ id, to }, i) => (to === "gone" ? [] : [to === null || rejected.has(i) ? id : to])),
					...added.flatMap((id, i) => (rejected.has(100 + i) ? [] : [id])),
				];
				expect(new Set(after).size).toBe(after.length);
			}),
		);
	});
});
