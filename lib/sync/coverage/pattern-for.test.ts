import { expect, it } from "vitest";
import { parseGlob } from "#lib/patterns/glob.ts";
import { patternFor } from "./pattern-for.ts";

const paths = [
	"a/b/c.tif",
	"a/b/[x] {y}(1)!+@*?.tif",
	"a/b/line\nbreak.tif",
	"a/b/ blank .tif ",
	'a/it\'s \\ "q"/ü.tif',
	"a/no ending",
	"c.tif",
];

it.each(paths)("a pattern for %j fits it, from each root above it", (path) => {
	for (const root of ["", "a"]) {
		for (const reach of ["file", "folder", "below"] as const) {
			const pattern = patternFor(path, root, reach);
			if (root === "a" && path === "c.tif") expect(pattern).toBeNull();
			else {
				expect(pattern?.trim().split("\n")).toEqual([pattern]);
				const glob = parseGlob(pattern ?? "");
				const below = root === "" ? path : path.slice(2);
				expect("test" in glob && glob.test(below)).toBe(true);
			}
		}
	}
});

it("reaches no further than it says", () => {
	const fits = (reach: "file" | "folder" | "below", path: string) => {
		const glob = parseGlob(patternFor("a/b/c.tif", "a", reach) ?? "");
		return "test" in glob && glob.test(path);
	};
	expect(["b/c.tif", "b/d.tif", "b/e/d.tif", "x/c.tif"].map((path) => fits("file", path))).toEqual([
		true,
		false,
		false,
		false,
	]);
	expect(["b/c.tif", "b/d.tif", "b/e/d.tif", "b/d.xml"].map((path) => fits("folder", path))).toEqual([
		true,
		true,
		false,
		false,
	]);
	expect(["b/c.tif", "b/e/d.tif", "x/d.tif"].map((path) => fits("below", path))).toEqual([true, true, false]);
});
