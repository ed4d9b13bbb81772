import fc from "fast-check";
import { expect, test } from "vitest";
import { baseName } from "#lib/paths.ts";
import { parseGlob } from "./glob.ts";
import { below, intersectGlobs, literalGlob } from "./intersect-globs.ts";

/** As sources do: a pattern without `/` is for the base name. */
function fits(pattern: string, path: string): boolean {
	const glob = parseGlob(pattern);
	if (!("test" in glob)) throw new Error(`${pattern} is beyond`);
	return glob.test(pattern.includes("/") ? path : baseName(path));
}

test("common patterns", () => {
	expect(intersectGlobs("*.tif", "*2006*")).toEqual(["*2006*.tif"]);
	expect(intersectGlobs("*.tif", "2006/**")).toEqual(["2006/**/*.tif"]);
	expect(intersectGlobs("*/x?.tif", "ab/**")).toEqual(["ab/x?.tif"]);
	expect(intersectGlobs("*.{tif,jp2}", "S2*")).toEqual(["S2*.tif", "S2*.jp2"]);
	expect(intersectGlobs("*.tif", "*.jp2")).toEqual([]);
	expect(intersectGlobs("2006/**", "2007/**")).toEqual([]);
	expect(intersectGlobs("@(a|b)*", "*")).toBeNull();
	expect(intersectGlobs("*a*b*c*d*e*", "*f*g*h*i*j*k*")).toBeNull();
});

const letter = fc.constantFrom("a", "b", "*", "?", "[ab]", "[!a]", "\\*");
const name = fc.array(letter, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(""));
const segment = fc.oneof({ weight: 3, arbitrary: name }, { weight: 1, arbitrary: fc.constant("**") });
const pattern = fc
	.array(segment, { minLength: 1, maxLength: 4 })
	.map((segments) => segments.join("/"))
	.chain((text) => fc.constantFrom(text, `{${text.replaceAll("/", "")},b}`));
const plainName = fc
	.array(fc.constantFrom("a", "b", "c", "*"), { minLength: 1, maxLength: 4 })
	.map((letters) => letters.join(""));
const path = fc.array(plainName, { minLength: 1, maxLength: 4 }).map((names) => names.join("/"));

test("property: the patterns fit what both fit, and nothing else", () => {
	fc.assert(
		fc.property(pattern, pattern, fc.array(path, { minLength: 20, maxLength: 20 }), (a, b, paths) => {
			const both = intersectGlobs(a, b);
			if (both === null) return;
			for (const one of paths)
				expect([one, both.some((each) => fits(each, one))]).toEqual([one, fits(a, one) && fits(b, one)]);
		}),
		{ numRuns: 500 },
	);
});

test("property: what a pattern fits below a folder", () => {
	fc.assert(
		fc.property(pattern, plainName, fc.array(path, { minLength: 20, maxLength: 20 }), (a, folder, paths) => {
			const inside = intersectGlobs(a, `${literalGlob(folder)}/**`);
			if (inside === null) return;
			const moved = inside.map((each) => below(folder, each));
			if (moved.includes(null)) return;
			for (const one of paths)
				expect([one, moved.some((each) => fits(each ?? "", one))]).toEqual([one, fits(a, `${folder}/${one}`)]);
		}),
		{ numRuns: 300 },
	);
});
