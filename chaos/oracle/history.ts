import fc from "fast-check";

/**
 * What operators and archives do, as plain values over a small world, so that names, EO IDs and folders collide often. Every
 * step can be carried out in any state of the world: where it makes no sense it does nothing, so a history can be shortened
 * by leaving steps out.
 */
export type Step = ArchiveStep | OperatorStep;

/** A scene is a GeoTIFF with an EO-O&M document beside it. */
export interface Place {
	readonly folder: string;
	readonly stem: string;
}

export interface Content {
	/** null: the metadata has none, so the file's name decides. */
	readonly eoId: string | null;
	/** A day; null: none, so that the file is rejected. */
	readonly day: number | null;
}

export type ArchiveStep =
	| { readonly do: "write scene"; readonly at: Place; readonly content: Content; readonly east: number }
	| { readonly do: "edit metadata"; readonly at: Place; readonly content: Content }
	| { readonly do: "remove"; readonly at: Place; readonly what: "scene" | "data" | "metadata" }
	| { readonly do: "rename"; readonly from: Place; readonly to: Place }
	| { readonly do: "swap"; readonly from: Place; readonly to: Place }
	| { readonly do: "touch"; readonly at: Place }
	| { readonly do: "write range type"; readonly at: Place; readonly forFolder: boolean; readonly name: string }
	| { readonly do: "hard link"; readonly from: Place; readonly to: Place }
	| { readonly do: "link folder"; readonly from: string; readonly to: string }
	| { readonly do: "make folder"; readonly folder: string }
	| { readonly do: "remove folder"; readonly folder: string }
	| { readonly do: "rename folder"; readonly from: string; readonly to: string }
	| { readonly do: "swap folders"; readonly from: string; readonly to: string }
	/** A name that cannot be expressed: its folder is not known completely. */
	| { readonly do: "cloud folder"; readonly folder: string; readonly isClouded: boolean }
	| { readonly do: "unmount"; readonly isGone: boolean }
	/** A folder that cannot be entered. */
	| { readonly do: "forbid folder"; readonly folder: string; readonly isForbidden: boolean }
	/** A scene that can be listed and not read. */
	| { readonly do: "forbid scene"; readonly at: Place; readonly isForbidden: boolean };

/** M is a mosaic, P a part that A was split into. */
export type ContainerName = "A" | "B" | "M" | "P";

interface RunRequest<Kind> {
	readonly do: Kind;
	readonly container: ContainerName;
	readonly full: boolean;
	readonly approved: boolean;
}

/** What is left out of a plan, and for how long. */
export interface LeftOut {
	readonly what:
		| { readonly by: "except" | "only"; readonly pattern: string }
		| { readonly by: "folder"; readonly folder: string }
		/** Those changes of the plan, in its order, whose bit is set; the ninth has that of the first again. */
		| { readonly by: "changes"; readonly bits: number };
	/** null: it is left for later. */
	readonly keptOut: "until-changed" | "for-good" | null;
}

export type OperatorStep =
	| RunRequest<"sync">
	| RunRequest<"check">
	/** A run whose process is killed before the n-th of its statements; it may be taken over later. */
	| { readonly do: "kill amid sync"; readonly container: ContainerName; readonly statements: number }
	| { readonly do: "apply plan"; readonly container: ContainerName; readonly leaves: LeftOut | null }
	/** The next sync finds what they kept out. */
	| { readonly do: "end exceptions"; readonly container: ContainerName }
	| { readonly do: "cancel"; readonly container: ContainerName }
	/** Of the datasets that are gone the n-th newest. */
	| { readonly do: "restore dataset"; readonly newest: number }
	/** A part of A becomes P, what fits the pattern. */
	| { readonly do: "split"; readonly pattern: string }
	/** It becomes part of A. */
	| { readonly do: "merge"; readonly container: ContainerName }
	/** Of the runs that were applied the n-th newest. */
	| { readonly do: "revert"; readonly newest: number }
	| {
			readonly do: "configure";
			readonly container: ContainerName;
			readonly sources: readonly number[];
			/** Removals ripen. */
			readonly ripens: boolean;
	  }
	/** Makes suspects older. */
	| { readonly do: "let hours pass" }
	| { readonly do: "back up" }
	/** Of the backup made last. */
	| { readonly do: "restore backup" }
	| { readonly do: "delete container"; readonly container: ContainerName }
	| { readonly do: "restore container"; readonly container: ContainerName }
	| { readonly do: "move storage root"; readonly root: string };

/** Sources as an operator may write them; index 0 is what container A begins with. */
export const sourceVariants: readonly object[] = [
	{ path: "" },
	{ path: "a" },
	{ path: "b" },
	{ path: "a/c" },
	{ path: "", include: ["s1*.tif", "s2*.tif"] },
	{ path: "", exclude: ["s3*.tif"] },
	{ path: "", include: ["a/**/*.tif"] },
	{ path: "a", symlinks: "follow" },
	{ path: "", exclude: ["b/**/*.tif", "b/*.tif"] },
	{ path: "b", metadata: ["{name}.xml", "{stem}.xml"] },
	{ path: "", rangeType: "GRAY" },
	{ storage: "second", path: "" },
	{ path: "", stableFor: 3600 },
	{ path: "b", stableFor: 3600 },
];

const folders = ["", "a", "b", "a/c", "b/d"] as const;
const stems = ["s1", "s2", "s3", "s4"] as const;

const folder = fc.constantFrom(...folders);
const subfolder = fc.constantFrom("a", "b", "a/c", "b/d", "e");
const at = fc.record({ folder, stem: fc.constantFrom(...stems) });
const content = fc.record({
	eoId: fc.oneof(
		{ weight: 3, arbitrary: fc.constantFrom("E1", "E2", "E3", "E4", "E5", "E6", "E7", "E8", "E9") },
		{ weight: 1, arbitrary: fc.constant(null) },
	),
	day: fc.oneof({ weight: 7, arbitrary: fc.integer({ min: 1, max: 9 }) }, { weight: 1, arbitrary: fc.constant(null) }),
});
const container = fc.constantFrom<ContainerName>("A", "A", "A", "B", "B", "M", "P");

function step<Name extends Step["do"]>(
	name: Name,
	weight: number,
	parts: { [Key in keyof Omit<Extract<Step, { do: Name }>, "do">]: fc.Arbitrary<Extract<Step, { do: Name }>[Key]> },
) {
	return { weight, arbitrary: fc.record({ do: fc.constant(name), ...parts }) as unknown as fc.Arbitrary<Step> };
}

const edit = fc.oneof(
	step("write scene", 7, { at, content, east: fc.integer({ min: 0, max: 6 }) }),
	step("edit metadata", 2, { at, content }),
	step("remove", 3, { at, what: fc.constantFrom("scene", "scene", "data", "metadata") }),
	step("rename", 4, { from: at, to: at }),
	step("swap", 1, { from: at, to: at }),
	step("touch", 1, { at }),
	step("write range type", 1, { at, forFolder: fc.boolean(), name: fc.constantFrom("RGB", "GRAY") }),
	step("hard link", 1, { from: at, to: at }),
	step("link folder", 1, { from: fc.constant("e"), to: subfolder }),
	step("make folder", 1, { folder: subfolder }),
	step("remove folder", 4, { folder: subfolder }),
	step("rename folder", 5, { from: subfolder, to: subfolder }),
	step("swap folders", 1, { from: subfolder, to: subfolder }),
	step("cloud folder", 1, { folder, isClouded: fc.boolean() }),
	step("unmount", 1, { isGone: fc.boolean() }),
	step("forbid folder", 1, { folder, isForbidden: fc.boolean() }),
	step("forbid scene", 1, { at, isForbidden: fc.boolean() }),
);

const request = step("sync", 10, {
	container,
	full: fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, fc.constant(true)),
	approved: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.constant(false)),
});
const pattern = fc.constantFrom("s1.tif", "s2.tif", "s[34].tif", "a/**", "b/**", "c/*", "*");
const leftOut = fc.record({
	what: fc.oneof(
		fc.record({ by: fc.constantFrom("except" as const, "only" as const), pattern }),
		fc.record({ by: fc.constant("folder" as const), folder }),
		{
			weight: 3,
			arbitrary: fc.record({ by: fc.constant("changes" as const), bits: fc.integer({ min: 1, max: 254 }) }),
		},
	),
	keptOut: fc.constantFrom(null, null, "until-changed" as const, "for-good" as const),
});
const operatorAction = fc.oneof(
	request,
	step("check", 2, { container, full: fc.constant(false), approved: fc.constant(false) }),
	step("kill amid sync", 3, { container, statements: fc.integer({ min: 1, max: 60 }) }),
	step("apply plan", 5, { container, leaves: fc.option(leftOut, { freq: 2 }) }),
	step("end exceptions", 1, { container }),
	step("cancel", 1, { container }),
	step("restore dataset", 3, { newest: fc.integer({ min: 0, max: 2 }) }),
	step("split", 3, { pattern }),
	step("merge", 3, { container: fc.constantFrom<ContainerName>("B", "P") }),
	step("revert", 7, { newest: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3 })) }),
	step("configure", 5, {
		container: fc.constantFrom<ContainerName>("A", "A", "A", "B", "B", "M"),
		sources: fc.uniqueArray(fc.nat({ max: sourceVariants.length - 1 }), { minLength: 1, maxLength: 3, size: "max" }),
		ripens: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.constant(true)),
	}),
	step("let hours pass", 1, {}),
	step("back up", 1, {}),
	step("restore backup", 1, {}),
	step("delete container", 2, { container }),
	step("restore container", 2, { container }),
	step("move storage root", 1, { root: fc.constantFrom("a", "b") }),
);

/** Enough changes that something of them can be chosen. */
const chosenPart = fc.tuple(
	fc.array(edit, { minLength: 4, maxLength: 8, size: "max" }),
	step("apply plan", 1, { container: fc.constantFrom<ContainerName>("A", "A", "B"), leaves: leftOut }).arbitrary,
);
const round = fc.tuple(fc.array(edit, { maxLength: 3, size: "max" }), operatorAction);

/** A history, oldest step first: operators' actions, each after a few changes of the archive. */
export const histories: fc.Arbitrary<readonly Step[]> = fc
	.array(fc.oneof({ weight: 4, arbitrary: round }, { weight: 1, arbitrary: chosenPart }), {
		maxLength: 10,
		size: "max",
	})
	.map((rounds) => rounds.flatMap(([edits, one]) => [...edits, one]));
