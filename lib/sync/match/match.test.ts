import { describe, expect, test } from "vitest";
import { UsageError } from "#lib/errors.ts";
import { classify, type MatchRules, matcherOf } from "./match.ts";

const rules: MatchRules = { path: "meris", include: ["*.tif"], exclude: [], metadata: ["{stem}.xml"] };
const entryOf = (name: string) => ({ name, size: 1, mtime: 0, etag: null, inode: null });

test.each<[Partial<MatchRules>, fits: readonly string[], others: readonly string[]]>([
	[{}, ["meris/a.tif", "meris/2006/08/a.tif"], ["a.tif", "merisx/a.tif", "meris/a.xml", "meris", "other/meris/a.tif"]],
	[{}, [], ["meris/.a.tif", "meris/.git/a.tif", "meris/x/.y/a.tif"]],
	[{ include: ["*", ".*", "**/*", "**/.*"] }, ["meris/a"], ["meris/.a", "meris/.x/a"]],
	[{ path: "" }, ["a.tif", "x/a.tif"], [".x/a.tif"]],
	[{ path: "./meris/" }, ["meris/a.tif"], ["a.tif"]],
	[{ path: ".archive" }, [".archive/a.tif"], [".archive/.a.tif"]],
	[{ exclude: ["*_tmp.tif"] }, ["meris/a.tif"], ["meris/a_tmp.tif", "meris/x/a_tmp.tif"]],
	[{ exclude: ["tmp/**"] }, ["meris/a.tif", "meris/x/tmp/a.tif"], ["meris/tmp/a.tif", "meris/tmp/x/a.tif"]],
	[{ include: ["2006/*.tif"] }, ["meris/2006/a.tif"], ["meris/a.tif", "meris/2006/08/a.tif", "2006/a.tif"]],
	[{ include: ["a*", "b*"] }, ["meris/a", "meris/b"], ["meris/c"]],
	[{ include: [] }, [], ["meris/a.tif"]],
	[{ path: "o[d]d", include: ["x/*"] }, ["o[d]d/x/a"], ["odd/x/a"]],
])("the rules %j", (some, fits, others) => {
	const { matches } = matcherOf({ ...rules, ...some });
	expect([...fits, ...others].filter(matches)).toEqual(fits);
});

test.each<Partial<MatchRules>>([
	{ path: "../x" },
	{ path: "/x" },
	{ include: [""] },
	{ include: ["/a/*.tif"] },
	{ include: ["../*.tif"] },
	{ include: ["./*.tif"] },
	{ exclude: ["tmp/"] },
	{ exclude: ["[a"] },
	{ metadata: [""] },
	{ metadata: ["../{stem}.xml"] },
	{ metadata: [".{stem}.xml"] },
	{ metadata: ["{step}.xml"] },
	{ metadata: ["*.xml"] },
])("the rules %j are refused", (some) => {
	expect(() => matcherOf({ ...rules, ...some })).toThrow(UsageError);
});

test.each<[rule: readonly string[], dataName: string, names: readonly string[]]>([
	[["{stem}.xml"], "a.tif", ["a.xml"]],
	[["{stem}.xml"], "a.b.tif", ["a.b.xml"]],
	[["{stem}.xml"], "noextension", ["noextension.xml"]],
	[["{name}.xml", "{stem}_meta.xml"], "a.tif", ["a.tif.xml", "a_meta.xml"]],
	[["{stem}.xml", "{stem}.xml"], "a.tif", ["a.xml"]],
	[["{stem}.tif", "{name}"], "a.tif", []],
	[["MTD.xml"], "a.tif", ["MTD.xml"]],
	[["{stem}.xml"], "$&$1{name}.tif", ["$&$1{name}.xml"]],
])("metadata %j of %j: %j", (metadata, dataName, names) => {
	expect(matcherOf({ ...rules, metadata }).metadataNames(dataName)).toEqual(names);
});

test("sidecars are named as GDAL and the range type rule name them", () => {
	const { metadata, conf, other } = matcherOf(rules).sidecarNames("a.tif");
	expect(metadata).toEqual(["a.xml"]);
	expect(conf).toEqual(["a.conf", "__default__.conf"]);
	expect(other).toEqual(
		expect.arrayContaining([
			"a.tif.aux.xml",
			"a.aux.xml",
			"a.tfw",
			"a.tifw",
			"a.wld",
			"a.TFW",
			"a.tif.ovr",
			"a.tif.msk",
		]),
	);
	expect(matcherOf(rules).sidecarNames("a.jpg").other).toContain("a.jgw");
});

describe("classify", () => {
	const filesOf = (names: readonly string[], some: Partial<MatchRules> = {}) => {
		const { data } = classify("meris", names.map(entryOf), matcherOf({ ...rules, ...some }));
		return Object.fromEntries(
			data.map(({ entry, metadata, conf, other }) => [entry.name, [...metadata, ...conf, ...other].map((e) => e.name)]),
		);
	};

	test.each<[names: readonly string[], some: Partial<MatchRules>, expected: Record<string, readonly string[]>]>([
		[[], {}, {}],
		[
			["a.aux.tif", "a.aux.xml", "b", "b.xml"],
			{ include: ["*.tif", "b"] },
			{ "a.aux.tif": ["a.aux.xml"], b: ["b.xml"] },
		],
		[["a.tif", "a_meta"], { metadata: ["{stem}_meta"] }, { "a.tif": ["a_meta"] }],
		[["a.tif", "a.tif.d.hdr"], { metadata: ["{name}.d.hdr"] }, { "a.tif": ["a.tif.d.hdr"] }],
		[["a.tif", "b.tif", "b.xml", "c.xml"], {}, { "a.tif": [], "b.tif": ["b.xml"] }],
		[
			["__default__.conf", "a.aux.xml", "a.conf", "a.tfw", "a.tif", "a.tif.aux.xml", "a.tif.ovr", "a.xml"],
			{},
			{
				"a.tif": ["a.xml", "a.conf", "__default__.conf", "a.tif.aux.xml", "a.aux.xml", "a.tif.ovr", "a.tfw"],
			},
		],
		// A sidecar is no data file though the pattern matches it; one that belongs to nothing is.
		[
			["a.hdr", "a.jpg", "a.jgw", "a.img", "a.img.hdr", "a.prj"],
			{ include: ["*"] },
			{ "a.img": ["a.prj", "a.img.hdr", "a.hdr"], "a.jpg": ["a.prj", "a.hdr", "a.jgw"] },
		],
		[
			["a.tif", "a.tif.aux.xml", "a.xml", "lone.xml"],
			{ include: ["*"] },
			{ "a.tif": ["a.xml", "a.tif.aux.xml"], "lone.xml": [] },
		],
		// What a sidecar would claim is free.
		[["a.tif", "a.tif.ovr", "a.tif.ovr.ovr"], { include: ["*"] }, { "a.tif": ["a.tif.ovr"], "a.tif.ovr.ovr": [] }],
		// Two files that would belong to each other.
		[["a.dat", "a.tif"], { include: ["*"], metadata: ["{stem}.dat", "{stem}.tif"] }, { "a.dat": ["a.tif"] }],
		[
			["a.hdr", "a.img", "b.img"],
			{ include: ["*.img"], metadata: ["{stem}.hdr"] },
			{ "a.img": ["a.hdr"], "b.img": [] },
		],
		[
			["MTD.xml", "a.tif", "b.tif"],
			{ include: ["*"], metadata: ["MTD.xml"] },
			{ "a.tif": ["MTD.xml"], "b.tif": ["MTD.xml"] },
		],
		[
			["__proto__", "constructor.tif"],
			{ include: ["*"] },
			Object.fromEntries([
				["__proto__", []],
				["constructor.tif", []],
			]),
		],
	])("%j by %j", (names, some, expected) => {
		expect(filesOf(names, some)).toEqual(expected);
	});

	test("takes patterns from the source's root, wherever the folder is", () => {
		const matcher = matcherOf({ ...rules, include: ["2006/*.tif"] });
		expect(classify("meris/2006", [entryOf("a.tif")], matcher).data).toHaveLength(1);
		expect(classify("meris/2007", [entryOf("a.tif")], matcher).data).toHaveLength(0);
		expect(classify("", [entryOf("a.tif")], matcherOf({ ...rules, path: "" })).data).toHaveLength(1);
	});
});
