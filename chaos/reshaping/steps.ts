import fc from "fast-check";
import type { SplitBy } from "#lib/sync/reshape/propose-parts.ts";

/**
 * What operators do to containers, and what happens to files in an archive, as plain values over a small world. Steps name containers by
 * their number among those that exist, so that every step can be tried in any state; one that makes no sense is refused and changes nothing.
 */
export type Step =
	| { readonly do: "write"; readonly file: number; readonly isBad: boolean }
	| { readonly do: "remove"; readonly file: number }
	| { readonly do: "create"; readonly id: string; readonly shape: number }
	| { readonly do: "rename"; readonly container: number; readonly to: string }
	| {
			readonly do: "split";
			readonly container: number;
			readonly how: number;
			readonly kill: number | null;
			readonly only: boolean;
	  }
	| {
			readonly do: "merge";
			readonly containers: readonly number[];
			readonly into: string;
			readonly kill: number | null;
	  }
	/** Takes back the n-th newest of the applied splits and merges. */
	| { readonly do: "revert"; readonly newest: number; readonly kill: number | null }
	/** Applies the configuration file that was exported so many steps ago; 0: the newest. */
	| { readonly do: "configure"; readonly ago: number; readonly prune: boolean }
	/** Ignores all rejections of the container. */
	| { readonly do: "ignore"; readonly container: number };

/** Every file that a history may write: years in folders or in names, and names with characters that patterns have to escape. */
export const files: readonly { readonly path: string; readonly year: number }[] = [
	...["", "a", "a/q", "c d{e}*"].flatMap((folder) =>
		[2006, 2007].flatMap((year) => ["x", "y"].map((name) => ({ path: inFolder(folder, `${name}_${year}.tif`), year }))),
	),
	...["2006", "a/2006", "b/2006/08", "a/2007", "b/2007-x", "2008"].flatMap((folder) => {
		const year = Number(/\d{4}/.exec(folder)?.[0]);
		return ["x", "z"].map((name) => ({ path: `${folder}/${name}_${year}.tif`, year }));
	}),
];

function inFolder(folder: string, name: string): string {
	return folder === "" ? name : `${folder}/${name}`;
}

export const shapes: readonly (readonly object[])[] = [
	[{ path: "" }],
	[{ path: "a" }],
	[{ path: "", exclude: ["a/**"] }],
	[{ path: "a" }, { path: "b" }],
	[{ path: "a" }, { path: "", include: ["*.tif"], exclude: ["z*"] }],
	[{ path: "", include: ["*/*.tif", "x*.tif", "b/**/*.tif"] }],
	[{ path: "", include: ["{x,y}_*.tif"], rangeType: "RGB" }],
	[{ path: "c d{e}*" }, { path: "b/2006" }],
];

export const ways: readonly SplitBy[] = [
	{ by: "folder", depth: 1 },
	{ by: "folder", depth: 2 },
	{ by: "year" },
	{
		by: "pattern",
		parts: [
			{ key: "x", patterns: ["x*"] },
			{ key: "a", patterns: ["a/**"] },
		],
	},
	{
		by: "pattern",
		parts: [
			{ key: "old", patterns: ["*2006*"] },
			{ key: "y", patterns: ["**/y*"] },
		],
	},
	{ by: "pattern", parts: [{ key: "some", patterns: ["[xz]_*", "?/**/*_2007.tif"] }] },
];

const names = ["S", "T", "U", "S_2006", "S_a", "ALL"] as const;
const container = fc.nat({ max: 7 });
const id = fc.constantFrom(...names);
/** The process dies after so many statements; null: it lives. */
const kill = fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, fc.integer({ min: 0, max: 40 }));

function step<Name extends Step["do"]>(
	name: Name,
	weight: number,
	parts: { [Key in keyof Omit<Extract<Step, { do: Name }>, "do">]: fc.Arbitrary<Extract<Step, { do: Name }>[Key]> },
) {
	return { weight, arbitrary: fc.record({ do: fc.constant(name), ...parts }) as unknown as fc.Arbitrary<Step> };
}

const file = fc.nat({ max: files.length - 1 });
const any = fc.oneof(
	step("write", 5, { file, isBad: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)) }),
	step("remove", 2, { file }),
	step("create", 2, { id, shape: fc.nat({ max: shapes.length - 1 }) }),
	step("rename", 2, { container, to: id }),
	step("split", 7, { container, how: fc.nat({ max: ways.length - 1 }), kill, only: fc.boolean() }),
	step("merge", 4, { containers: fc.uniqueArray(container, { minLength: 2, maxLength: 3 }), into: id, kill }),
	step("revert", 5, { newest: fc.constantFrom(0, 0, 0, 1, 2), kill }),
	step("configure", 3, { ago: fc.constantFrom(0, 1, 2, 3, 5), prune: fc.boolean() }),
	step("ignore", 1, { container }),
);

/** A history, oldest step first; it begins with some files and two containers. */
export const histories: fc.Arbitrary<readonly Step[]> = fc
	.tuple(
		fc.uniqueArray(file, { minLength: 5, maxLength: 14, size: "max" }),
		fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: shapes.length - 1 })),
		fc.array(any, { minLength: 4, maxLength: 10, size: "max" }),
	)
	.map(([written, [first, second], rest]) => [
		...written.map((one, index): Step => ({ do: "write", file: one, isBad: index === 3 })),
		{ do: "create", id: "S", shape: first },
		{ do: "create", id: "T", shape: second },
		...rest,
	]);

/** A history in which every step does something. */
export const fullHistory: readonly Step[] = [
	...[0, 2, 5, 8, 16, 18, 20, 22].map((one): Step => ({ do: "write", file: one, isBad: one === 18 })),
	{ do: "create", id: "S", shape: 0 },
	{ do: "create", id: "T", shape: 1 },
	{ do: "ignore", container: 0 },
	{ do: "split", container: 0, how: 2, kill: 12, only: false },
	{ do: "revert", newest: 0, kill: 9 },
	{ do: "split", container: 0, how: 0, kill: null, only: true },
	{ do: "write", file: 17, isBad: false },
	{ do: "rename", container: 0, to: "U" },
	{ do: "configure", ago: 0, prune: true },
	{ do: "merge", containers: [0, 1, 2], into: "ALL", kill: 15 },
	{ do: "configure", ago: 1, prune: false },
	{ do: "revert", newest: 0, kill: null },
	{ do: "merge", containers: [1, 2], into: "U", kill: null },
	{ do: "remove", file: 16 },
	{ do: "configure", ago: 2, prune: true },
];

/** A merge gives a container a name that it had before, and is taken back. */
export const ownNameAgain: readonly Step[] = [
	{ do: "create", id: "S", shape: 0 },
	{ do: "create", id: "T", shape: 2 },
	{ do: "write", file: 4, isBad: false },
	{ do: "write", file: 16, isBad: false },
	{ do: "rename", container: 0, to: "S_a" },
	{ do: "merge", containers: [0, 1], into: "S", kill: null },
	{ do: "revert", newest: 0, kill: null },
];

/** A merge of containers without datasets is taken back. */
export const emptyMerge: readonly Step[] = [
	{ do: "create", id: "S", shape: 1 },
	{ do: "create", id: "T", shape: 4 },
	{ do: "merge", containers: [0, 1], into: "S_a", kill: null },
	{ do: "revert", newest: 0, kill: null },
];

/** Both reject a file, by different rules; the source of the one that is merged comes first. */
export const sharedRejection: readonly Step[] = [
	{ do: "write", file: 22, isBad: true },
	{ do: "create", id: "S", shape: 5 },
	{ do: "create", id: "T", shape: 6 },
	{ do: "merge", containers: [1, 0], into: "S", kill: null },
	{ do: "revert", newest: 0, kill: null },
];

/** A file comes and is rejected while two containers that both look for it are merged. */
export const rejectedWhileMerged: readonly Step[] = [
	{ do: "create", id: "S", shape: 0 },
	{ do: "create", id: "T", shape: 4 },
	{ do: "merge", containers: [0, 1], into: "ALL", kill: null },
	{ do: "write", file: 12, isBad: true },
	{ do: "revert", newest: 0, kill: null },
];

/** A container gets the name of one that was merged into it: files of then and of before are told apart. */
export const mergedNameAgain: readonly Step[] = [
	{ do: "create", id: "S", shape: 1 },
	{ do: "create", id: "T", shape: 2 },
	{ do: "write", file: 4, isBad: false },
	{ do: "merge", containers: [0, 1], into: "S", kill: null },
	{ do: "rename", container: 0, to: "T" },
	{ do: "configure", ago: 0, prune: false },
	{ do: "configure", ago: 3, prune: false },
];
