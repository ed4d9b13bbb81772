import { expect, test } from "vitest";
import { keptFields } from "#lib/targets/compare/compare.ts";
import type { Finding, OwnedObject, ThereObject, Wanted } from "#lib/targets/compare/sides.ts";
import type { TargetObject } from "#lib/targets/compare/target-object.ts";
import { walk } from "./walk.ts";

const object = (
	identifier: string,
	file: string | null = `/data/${identifier}.tif`,
	more: Partial<TargetObject> = {},
): TargetObject => ({
	kind: "coverage",
	identifier,
	beginTime: "2006-08-16T09:09:29Z",
	endTime: "2006-08-16T09:12:46Z",
	footprint: null,
	coverageType: "RGB",
	grid: null,
	origin: [],
	size: [10, 10],
	files: file === null ? [] : [{ place: file, format: "image/tiff", fieldIndex: 0, bandCount: 3 }],
	metadata: [],
	collections: [],
	visibility: {},
	properties: {},
	...more,
});
const dataset = (datasetId: number, its: TargetObject, more: Partial<Wanted> = {}): Wanted => ({
	eoId: its.identifier,
	datasetId,
	containerId: null,
	part: "",
	problem: null,
	nameProblem: null,
	...more,
	object: its,
});
const series = (containerId: number, identifier: string, more: Partial<Wanted> = {}): Wanted =>
	dataset(0, object(identifier, null, { kind: "series", coverageType: null, size: [] }), {
		datasetId: null,
		containerId,
		...more,
	});
const there = (pk: number, its: TargetObject, kind: ThereObject["kind"] = its.kind): ThereObject => ({
	pk,
	identifier: its.identifier,
	kind,
	object: kind === its.kind ? its : null,
});
const own = (targetPk: number, its: TargetObject, more: Partial<OwnedObject> = {}): OwnedObject => ({
	id: targetPk,
	kind: its.kind,
	datasetId: targetPk,
	containerId: null,
	part: "",
	identifier: its.identifier,
	targetPk,
	written: keptFields(its),
	desired: null,
	differing: [],
	...more,
});

interface Scene {
	readonly wanted?: readonly Wanted[];
	readonly there?: readonly ThereObject[];
	readonly owned?: readonly OwnedObject[];
	/** Objects a portion. */
	readonly portion?: number;
}

/** What was found of each, `class identifier = EO ID: message`. */
async function found({ wanted = [], there = [], owned = [], portion = 2 }: Scene): Promise<readonly string[]> {
	const all: Finding[] = [];
	async function* portions<Item>(items: readonly Item[]) {
		for (let i = 0; i < items.length; i += portion) yield items.slice(i, i + portion);
	}
	const ofDatasets = wanted.filter(({ containerId }) => containerId === null);
	const ids = [...new Set(ofDatasets.map(({ datasetId }) => datasetId ?? 0))];
	const findings = walk(
		{
			wanted: {
				datasetIds: () => portions(ids),
				load: async (some) => ofDatasets.filter(({ datasetId }) => some.includes(datasetId ?? -1)),
				containers: async () => wanted.filter(({ containerId }) => containerId !== null),
			},
			there: {
				all: () => portions(there),
				byNumbers: async (pks) => there.filter(({ pk }) => pks.includes(pk)),
				existing: async (pks) => new Set(there.map(({ pk }) => pk).filter((pk) => pks.includes(pk))),
				byIdentifiers: async (names) => there.filter(({ identifier }) => names.includes(identifier)),
			},
			owned: {
				byNumbers: async (pks) => owned.filter(({ targetPk }) => pks.includes(targetPk)),
				byDatasets: async (some) => owned.filter(({ datasetId }) => some.includes(datasetId ?? -1)),
				containers: async () => owned.filter(({ containerId }) => containerId !== null),
				all: () => portions(owned),
			},
		},
		{ signal: new AbortController().signal },
	);
	for await (const some of findings) all.push(...some);
	return all.map(
		({ class: of, identifier, wanted, fields, message }) =>
			`${of} ${identifier}${wanted === null ? "" : ` = ${wanted.eoId}`}${fields.length === 0 ? "" : ` (${fields.map(({ field }) => field)})`}${message === null ? "" : `: ${message}`}`,
	);
}

test.each<readonly [string, Scene, readonly string[]]>([
	["nothing on either side", {}, []],
	["the same, by file and name", { wanted: [dataset(1, object("A"))], there: [there(7, object("A"))] }, ["same A = A"]],
	[
		"by its file under another name, by its name with another file",
		{
			wanted: [dataset(1, object("A")), dataset(2, object("B"))],
			there: [there(7, object("X", "/data/A.tif")), there(8, object("B", "/elsewhere.tif"))],
		},
		["same X = A", "differs B = B (files)"],
	],
	[
		"a file comes before a name, whatever the order",
		{
			wanted: [dataset(1, object("A")), dataset(2, object("B"))],
			there: [there(7, object("A", "/data/B.tif")), there(8, object("B", "/data/A.tif"))],
		},
		["same A = B", "same B = A"],
	],
	[
		"two of one file: the one of its name, wherever it comes",
		{
			wanted: [dataset(1, object("A"))],
			there: [there(6, object("X", "/data/A.tif")), there(7, object("Y", "/data/A.tif")), there(8, object("A"))],
		},
		["foreign X: It is of the same file as A.", "foreign Y: It is of the same file as A.", "same A = A"],
	],
	[
		"two of one file under other names: the first",
		{
			wanted: [dataset(1, object("A"))],
			there: [there(6, object("X", "/data/A.tif")), there(7, object("Y", "/data/A.tif"))],
			portion: 1,
		},
		["same X = A", "foreign Y: It is of the same file as what A is there already."],
	],
	[
		"missing, and its name taken by others",
		{
			wanted: [
				dataset(1, object("A")),
				dataset(2, object("B")),
				dataset(3, object("C")),
				dataset(4, object("D"), { problem: "No." }),
			],
			there: [there(5, object("B"), "product"), there(6, object("C"), null)],
		},
		[
			"missing A = A",
			"conflict B = B: Its identifier is that of a product there.",
			"conflict C = C: Its identifier is that of something else there.",
			"conflict D = D: No.",
		],
	],
	[
		"what could not be written is the same all the same",
		{ wanted: [dataset(1, object("A"), { problem: "No." })], there: [there(5, object("A"))] },
		["same A = A"],
	],
	[
		"foreign, without files",
		{ there: [there(5, object("X", null)), there(6, object("S", null, { kind: "series" }))] },
		["foreign X", "foreign S"],
	],
	[
		"ours: changed there, removed there, no longer here, no longer on either side",
		{
			wanted: [dataset(1, object("A")), dataset(2, object("B"))],
			there: [there(1, object("A", "/changed.tif")), there(3, object("C"))],
			owned: [own(1, object("A")), own(2, object("B")), own(3, object("C")), own(4, object("D"))],
		},
		[
			"changed there A = A (files)",
			"gone C: It is no longer in the catalogue, or in no container of this target.",
			"changed there B = B: It was removed there.",
		],
	],
	[
		"registered anew there, under whatever name",
		{
			wanted: [dataset(1, object("A")), series(2, "S")],
			there: [
				there(8, object("X", "/data/A.tif")),
				there(9, object("S", null, { kind: "series", coverageType: null, size: [] })),
			],
			owned: [own(1, object("A")), own(2, object("S", null, { kind: "series" }), { datasetId: null, containerId: 2 })],
		},
		[
			"changed there S = S: It was registered anew there; an adoption takes it over again.",
			"changed there X = A: It was registered anew there; an adoption takes it over again.",
		],
	],
	[
		"what a push that was killed had only reserved is missing",
		{ wanted: [dataset(1, object("A"))], owned: [own(1, object("A"), { written: {} })] },
		["missing A = A"],
	],
	[
		"what is ours under another name is not looked for by its own",
		{
			wanted: [dataset(1, object("A"))],
			there: [there(1, object("X", "/data/A.tif")), there(2, object("A"))],
			owned: [own(1, object("X", "/data/A.tif"))],
		},
		["same X = A", "foreign A: It is of the same file as what A is there already."],
	],
	[
		"containers: by name, by a former name with its members, taken, gone there",
		{
			wanted: [
				series(1, "S"),
				series(2, "NEW", { formerIds: ["OLD"] }),
				series(3, "A"),
				series(4, "T"),
				dataset(1, object("A", undefined, { collections: ["NEW", "S"] })),
			],
			there: [
				there(10, object("S", null, { kind: "series", coverageType: null, size: [] })),
				there(11, object("OLD", null, { kind: "series", coverageType: null, size: [] })),
				there(12, object("A", undefined, { collections: ["OLD", "S", "THEIRS"] })),
				there(13, object("THEIRS", null, { kind: "series" })),
			],
			owned: [own(20, object("T", null, { kind: "series" }), { datasetId: null, containerId: 4 })],
		},
		[
			"same S = S",
			"same OLD = NEW",
			"conflict A = A: Its identifier is that of another coverage there.",
			"changed there T = T: It was removed there.",
			"same A = A",
			"foreign THEIRS",
		],
	],
	[
		"a dataset of several objects",
		{
			wanted: [
				dataset(1, object("A_10m", "/data/A/10.jp2"), { part: "10m" }),
				dataset(1, object("A_20m", "/data/A/20.jp2"), { part: "20m" }),
			],
			there: [there(5, object("X", "/data/A/20.jp2"))],
		},
		["same X = A_20m", "missing A_10m = A_10m"],
	],
])("%s", async (_, scene, findings) => {
	expect(await found(scene)).toEqual(findings);
});
