import { expect, test } from "vitest";
import { treeMove } from "./tree-keys.ts";

/** all ▸ a ▸ (a1, a2), b (closed), c (nothing below) */
const lines = [
	{ level: 1, isOpen: true },
	{ level: 2, isOpen: true },
	{ level: 3, isOpen: null },
	{ level: 3, isOpen: null },
	{ level: 2, isOpen: false },
	{ level: 2, isOpen: null },
];

test.each([
	["ArrowDown", 0, { kind: "focus", index: 1 }],
	["ArrowDown", 5, null],
	["ArrowUp", 4, { kind: "focus", index: 3 }],
	["ArrowUp", 0, null],
	["Home", 5, { kind: "focus", index: 0 }],
	["Home", 0, null],
	["End", 1, { kind: "focus", index: 5 }],
	["ArrowRight", 1, { kind: "focus", index: 2 }],
	["ArrowRight", 4, { kind: "open", index: 4 }],
	["ArrowRight", 5, null],
	["ArrowLeft", 1, { kind: "close", index: 1 }],
	["ArrowLeft", 3, { kind: "focus", index: 1 }],
	["ArrowLeft", 4, { kind: "focus", index: 0 }],
	["ArrowLeft", 5, { kind: "focus", index: 0 }],
	["Enter", 4, { kind: "choose", index: 4 }],
	[" ", 5, { kind: "choose", index: 5 }],
	["j", 1, null],
	["Enter", 9, null],
])("%s at line %i", (key, index, move) => expect(treeMove(key, index, lines)).toEqual(move));

test("does not leave an open folder for its neighbour while what is below is still on its way", () => {
	const waiting = [
		{ level: 1, isOpen: true },
		{ level: 2, isOpen: true },
		{ level: 2, isOpen: null },
	];
	expect(treeMove("ArrowRight", 1, waiting)).toBeNull();
});
