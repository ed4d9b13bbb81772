import { describe, expect, it } from "vitest";
import "#lib/validation-messages.ts";
import { parseConfiguration } from "./config-file.ts";

const variables: Readonly<Record<string, string>> = {
	ARCHIVE: "/data/archive",
	TITLE: "from the environment",
	EMPTY: "",
};
const parse = (text: string) =>
	parseConfiguration({ text, file: "/etc/eosync.yaml", variable: (name) => variables[name] });

const container = "{ id: MER, kind: dataset-series, sources: [{ storage: archive, include: ['*.tif'] }] }";

it("reads the format of the contract", () => {
	const { storages, containers } = parse(`
storages:
  - { name: archive, type: local, root: /data/archive }
containers:
  - id: MER_FRS_1P_RGB
    kind: dataset-series
    title: MERIS full resolution, RGB
    schedule: "0 3 * * *"
    guard: { maxRemovals: "20%" }
    sources:
      - { storage: archive, path: meris, include: ["*.tif"], exclude: ["*_tmp.tif"], metadata: ["{stem}.xml"], rangeType: RGB }
  - id: mosaic_MER_FRS_1P_RGB
    kind: rectified-stitched-mosaic
    grid: { crs: "EPSG:4326", origin: [11.6, 46.3], resolution: [0.031, 0.031], size: [541, 449] }
    rangeType: RGB
    sources: [ { storage: archive, path: meris, include: ["mosaic_*.tif"] } ]
`);
	expect(storages).toEqual([{ name: "archive", type: "local", root: "/data/archive" }]);
	expect(containers[0]).toMatchObject({
		schedule: { cron: "0 3 * * *", zone: "UTC", kind: "sync", jitter: 0 },
		sources: [{ exclude: ["*_tmp.tif"], rangeType: "RGB" }],
	});
	expect(containers[1]).toMatchObject({
		grid: { size: [541, 449] },
		sources: [{ metadata: ["{stem}.xml"], symlinks: "skip" }],
	});
});

it("takes an empty file for no storages and no containers", () => {
	expect(parse("# nothing yet\n")).toMatchObject({ storages: [], containers: [] });
});

describe("variables of the environment", () => {
	it("stand anywhere in a value, and literally after $$", () => {
		const { storages, containers } = parse(
			`storages: [{ name: a, type: local, root: "\${ARCHIVE}/x" }]\ncontainers: [{ id: B, kind: dataset-series, title: "\${TITLE}\${EMPTY}, $\${TITLE} $1" }]`,
		);
		expect(storages[0]).toMatchObject({ root: "/data/archive/x" });
		expect(containers[0]?.title).toBe("from the environment, \u0024{TITLE} $1");
	});

	it("are named with their place when they are missing", () => {
		expect(() => parse('storages:\n  - name: a\n    type: local\n    root: "\u0024{PARTNER_PW}"\n')).toThrow(
			"/etc/eosync.yaml:4:11: storages[0].root: It needs the environment variable PARTNER_PW, which is not set.",
		);
	});
});

it.each([
	["../archive", "/archive"],
	[".", "/etc"],
	["/data", "/data"],
])("takes the root %s of a local storage as relative to the file", (root, absolute) => {
	expect(parse(`storages: [{ name: a, type: local, root: ${root} }]`).storages).toMatchObject([{ root: absolute }]);
});

it.each([
	["no YAML", "storages: [\n", /eosync\.yaml:\d+:\d+: /],
	["the same key twice", "storages: []\nstorages: []\n", /:2:1: .*unique/],
	[
		"an unknown key",
		"storages: []\ncontainer: []\n",
		/:2:1: container: There is no such key here\. Did you mean containers\?/,
	],
	["a list where a mapping belongs", "- a\n", /:1:1: Give settings/],
	[
		"an unknown option of a source",
		`containers:\n  - id: A\n    kind: dataset-series\n    sources:\n      - storage: a\n        include: [x]\n        recursive: true\n`,
		/:7:9: containers\[0\]\.sources\[0\]\.recursive: There is no such key here\. Keys are storage, path/,
	],
	["a bad EO ID", "containers:\n  - { id: 1A, kind: dataset-series }\n", /:2:11: containers\[0\]\.id: /],
	["no kind", "containers:\n  - id: A\n", /:2:5: containers\[0\]\.kind: /],
	[
		"a grid of a series",
		"containers:\n  - id: A\n    kind: dataset-series\n    grid: { crs: 'EPSG:4326', origin: [0, 0], resolution: [1, 1], size: [1, 1] }\n",
		/:4:11: containers\[0\]\.grid: /,
	],
	[
		"an option of another type",
		"storages:\n  - { name: a, type: rasdaman, url: 'http://x', host: x }\n",
		/:2:49: storages\[0\]\.host: There is no such key here\./,
	],
	[
		"a slip in a key of a storage",
		"storages:\n  - { name: a, type: http, url: 'http://x', lising: html }\n",
		/:2:\d+: storages\[0\]\.lising: There is no such key here\. Did you mean listing\?/,
	],
	[
		"a slip in a choice",
		"containers:\n  - { id: A, kind: dataset-serie }\n",
		/:2:20: containers\[0\]\.kind: .*mosaic\. Did you mean dataset-series\?/,
	],
	[
		"a slip in a schedule",
		"containers:\n  - { id: A, kind: dataset-series, schedule: { cron: '0 3 * * *', jiter: 3 } }\n",
		/:2:\d+: containers\[0\]\.schedule\.jiter: .*Did you mean jitter\?/,
	],
	["a type that is none", "storages:\n  - { name: a, type: floppy }\n", /:2:22: storages\[0\]\.type: /],
	[
		"a storage twice",
		"storages:\n  - { name: a, type: local, root: / }\n  - { name: a, type: local, root: / }\n",
		/:3:13: storages\[1\]\.name: a is there twice/,
	],
	[
		"a container twice",
		`containers:\n  - ${container}\n  - ${container}\n`,
		/:3:11: containers\[1\]\.id: MER is there twice/,
	],
	[
		"an alias inside of what it names",
		"storages: &all [*all]",
		/^\/etc\/eosync\.yaml: an alias \(\*name\) stands inside of what it names\.$/,
	],
	[
		"a bomb of aliases",
		`a: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [${"*a, ".repeat(9)}*a]\nc: &c [${"*b, ".repeat(9)}*b]\nd: [${"*c, ".repeat(9)}*c]\n`,
		/alias/i,
	],
])("refuses %s, and says where", (_, text, message) => {
	expect(() => parse(text)).toThrow(message);
});

it("tells all faults at once, in the order of the file", () => {
	expect(() =>
		parse(
			"containers:\n  - { id: A, knd: dataset-series }\n  - { id: A, kind: dataset-series, title: '\u0024{NOWHERE}' }\nstorages: [{ name: a, type: flopy }]",
		),
	).toThrow(
		/:2:5: containers\[0\]\.kind: This is missing[\s\S]*:2:14: containers\[0\]\.knd: .*Did you mean kind\?\n.*:3:11: containers\[1\]\.id: A is there twice[\s\S]*:3:\d+: containers\[1\]\.title: .*NOWHERE[\s\S]*:4:\d+: storages\[0\]\.type/,
	);
	expect(() => parse("storages: [{ name: 'a b', type: local, root: / }]\ncontainers: [{ id: 1, kind: x }]")).toThrow(
		/storages\[0\]\.name[\s\S]*containers\[0\]\.id[\s\S]*containers\[0\]\.kind/,
	);
});

it("prints nothing of its own about keys that are lists or mappings, but refuses them", async () => {
	const warnings: Error[] = [];
	const note = (warning: Error) => void warnings.push(warning);
	process.on("warning", note);
	try {
		expect(() => parse("storages: [{ name: a, type: local, root: /, { b: c }: d }]")).toThrow(
			"There is no such key here",
		);
		await new Promise((resolve) => setImmediate(resolve));
	} finally {
		process.off("warning", note);
	}
	expect(warnings).toEqual([]);
});
