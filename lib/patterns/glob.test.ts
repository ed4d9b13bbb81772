import fc from "fast-check";
import picomatch from "picomatch";
import { expect, test } from "vitest";
import { UsageError } from "#lib/errors.ts";
import { parseGlob } from "./glob.ts";

function globTest(pattern: string) {
	const glob = parseGlob(pattern);
	if ("beyond" in glob) throw new Error(`${pattern} is beyond: ${glob.beyond}`);
	return glob.test;
}

test.each<[pattern: string, fits: readonly string[], others: readonly string[]]>([
	["*.tif", ["a.tif", "a.b.tif", "\n.tif", "🛰️.tif", ".tif"], ["a.TIF", "a.tiff", "tif", "d/a.tif"]],
	["*", ["a", " "], ["d/a"]],
	["a.tif", ["a.tif"], ["axtif", "a.tif ", "ba.tif"]],
	["a*b*c", ["abc", "axbxc", "abcbc"], ["ac", "acb", "abcd"]],
	["*ab", ["ab", "aab", "abab"], ["aba"]],
	["a*a", ["aa", "aba"], ["a"]],
	["a**b", ["ab", "axb"], ["a/b"]],
	["?.tif", ["a.tif", "é.tif", "🛰.tif"], [".tif", "ab.tif"]],
	["*?", ["a", "ab"], []],
	["S2[AB]_*_[0-9][0-9]", ["S2A_x_07", "S2B__00"], ["S2C_x_07", "S2A_x_7"]],
	["[!a-c]*", ["d", "-"], ["a", "bc"]],
	["[^a]", ["b"], ["a"]],
	["[]a]", ["]", "a"], ["b"]],
	["[a\\^]", ["a", "^"], ["b"]],
	["*.{tif,tiff}", ["a.tif", "a.tiff"], ["a.{tif,tiff}", "a.t"]],
	["{a,b{c,d}}", ["a", "bc", "bd"], ["b", "bcd"]],
	["copy (1).tif", ["copy (1).tif"], ["copy 1.tif"]],
	["@(a|b).tif", ["a.tif", "b.tif"], ["c.tif"]],
	["?(a)b", ["b", "ab"], ["aab"]],
	["+(a|bc)", ["a", "bc", "abca"], ["", "b", "ac"]],
	["*(a|b)c", ["c", "abac"], ["ab", "xc"]],
	["@(a|b*)_@(x|)", ["a_", "bb_x"], ["a_y"]],
	["@(a|@(b|c)+(d))", ["a", "bd", "cdd"], ["b", "ad"]],
	["S2*@(_10|_20)m.@(jp2|tif)", ["S2A_10m.jp2", "S2_20m.tif"], ["S2A_60m.tif"]],
	["**/@(a|b).tif", ["x/a.tif", "b.tif"], ["x/c.tif"]],
	["{a,b/@(c|d)}", ["a", "b/c", "b/d"], ["b", "d"]],
	["{a}", ["{a}"], ["a"]],
	["a|b)", ["a|b)"], ["a"]],
	["[^[:digit:]a-c]", ["d", "!"], ["1", "b"]],
	["[\\]]", ["]"], ["\\"]],
	["[a-]", ["a", "-"], ["b"]],
	["[[:digit:]].tif", ["1.tif"], ["a.tif"]],
	["a\\*.tif", ["a*.tif"], ["ab.tif"]],
	["!a", ["!a"], ["b"]],
	["#$^+|.tif", ["#$^+|.tif"], ["a.tif"]],
	["é", ["\u00e9", "e\u0301"], ["e"]],
	["2006/*.tif", ["2006/a.tif"], ["a.tif", "2006/08/a.tif", "x/2006/a.tif"]],
	["2006/**/*.tif", ["2006/a.tif", "2006/08/a.tif", "2006/08/16/a.tif"], ["a.tif", "2007/a.tif"]],
	["**/tmp/**", ["tmp/a", "x/tmp/a", "x/y/tmp/a/b"], ["a", "tmp2/a"]],
	["a/**", ["a/b", "a/b/c"], ["a", "b/a"]],
	["**", ["a", "a/b"], []],
	["a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["ab", "a/xb"]],
	["*/*/a", ["x/y/a"], ["x/a", "x/y/z/a"]],
])("%j fits", (pattern, fits, others) => {
	const matches = globTest(pattern);
	expect([...fits, ...others].filter(matches)).toEqual(fits);
});

test.each([
	"[",
	"a]",
	"[]",
	"[!]",
	"[z-a]",
	"{a",
	"a}",
	"@(a",
	"{a,[}",
	"@(a|b",
	"@(a|+(b)",
	"a\\",
	"[[:nonsense:]]",
	"[a",
	`${"{a,b}".repeat(7)}`,
])("%j is no pattern", (pattern) => {
	expect(() => globTest(pattern)).toThrow(UsageError);
});

test.each(["!(a)", "a!(b|c)", "{1..9}", "@(a/b)", "[a/b]", "a\\/b"])(
	"%j is understood by picomatch only",
	(pattern) => {
		expect(parseGlob(pattern)).toEqual({ beyond: expect.stringMatching(/./) });
	},
);

test("no pattern is slow, whatever it nests", () => {
	for (const pattern of [
		"@(a|a)".repeat(160),
		"+(a|a)".repeat(160),
		`${"+(".repeat(300)}a${")".repeat(300)}`,
		`${"*(a|".repeat(200)}a${")".repeat(200)}`,
		"*(*(*(*(*(a)*)*)*)*)*b",
		`${"*?(a)".repeat(150)}b`,
	])
		expect(globTest(pattern)(`${"a".repeat(250)}!`), pattern.slice(0, 20)).toBe(false);
});

test("no name makes it slow", () => {
	for (const pattern of [
		"*_*_*_*_*_*_*_*.tif",
		"*?_*?_*?_*?_*?_*?_*.tif",
		"**/**/**/**/**/**/**/x",
		"*{_,__}*{_,__}*{_,__}*.tif",
	])
		expect(globTest(pattern)(`${"_".repeat(250)}/${"_/".repeat(100)}`)).toBe(false);
});

test("groups and classes are what they are as regular expressions, and for picomatch where it takes them as groups", () => {
	const text = fc.string({ unit: fc.constantFrom("a", "b", "1", "."), minLength: 1, maxLength: 4 });
	interface Both {
		readonly glob: string;
		readonly expression: string;
	}
	const leaf = fc.constantFrom<Both>(
		{ glob: "a", expression: "a" },
		{ glob: "b", expression: "b" },
		{ glob: ".", expression: "\\." },
		{ glob: "[ab]", expression: "[ab]" },
		{ glob: "[!a]", expression: "[^a]" },
		{ glob: "[[:digit:]]", expression: "\\d" },
		{ glob: "\\*", expression: "\\*" },
		{ glob: "*", expression: "[^]*" },
	);
	const node = fc.letrec<{ any: Both }>((tie) => ({
		any: fc.oneof(
			{ depthSize: "small", withCrossShrink: true },
			leaf,
			fc.tuple(fc.constantFrom("@", "?", "+", "*"), fc.array(tie("any"), { minLength: 1, maxLength: 3 })).map(
				([times, choices]): Both => ({
					glob: `${times}(${choices.map(({ glob }) => glob).join("|")})`,
					expression: `(?:${choices.map(({ expression }) => expression).join("|")})${times === "@" ? "" : times}`,
				}),
			),
		),
	})).any;
	fc.assert(
		fc.property(fc.array(node, { minLength: 1, maxLength: 4 }), fc.array(text, { minLength: 8 }), (parts, texts) => {
			const pattern = parts.map(({ glob }) => glob).join("");
			// A star before a group begins it.
			fc.pre(!/\*\(/.test(pattern.replace(/\*\((?=[^)]*\))/g, "")) && !/\*[@?+*]\(|\*\*/.test(pattern));
			const expression = new RegExp(`^${parts.map((part) => part.expression).join("")}$`, "u");
			const found = texts.filter(globTest(pattern));
			expect(found, pattern).toEqual(texts.filter((each) => expression.test(each)));
			// It takes repeated groups and stars within groups for letters, against endless backtracking, and dots for folders.
			if (/[+*]|\?\(|\)\W|\[:/.test(pattern)) return;
			const theirs = picomatch(pattern, { dot: true, nonegate: true, posix: true });
			const plain = (each: string) => !each.startsWith(".");
			expect(found.filter(plain), pattern).toEqual(texts.filter(plain).filter((each) => theirs(each)));
		}),
		{ numRuns: 2000, seed: 1 },
	);
});

test("the bounded way and picomatch agree", () => {
	const part = fc.constantFrom("a", "b", ".", "*", "?", "[ab]", "[!a]", "{a,b}", "(", "+");
	const segment = fc.oneof(
		fc.array(part, { minLength: 1, maxLength: 6 }).map((p) => p.join("")),
		fc.constant("**"),
	);
	const patterns = fc.array(segment, { minLength: 1, maxLength: 3 }).map((s) => s.join("/"));
	const name = fc.string({ unit: fc.constantFrom("a", "b", "c", "(", "+"), minLength: 1, maxLength: 6 });
	const paths = fc.array(
		fc.array(name, { minLength: 1, maxLength: 4 }).map((n) => n.join("/")),
		{ minLength: 5 },
	);
	fc.assert(
		fc.property(patterns, paths, (pattern, texts) => {
			// What picomatch does differently: `+(` and the like are groups, `a/**` fits `a`, a leading `./` is taken away,
			// `**` beside other characters may cross folders.
			fc.pre(![/[@?*+!]\(/, /\/\*\*$/, /^\.\//, /[^/]\*\*|\*\*[^/]/].some((special) => special.test(pattern)));
			const theirs = picomatch(pattern.replaceAll("(", "\\(").replaceAll("+", "\\+"), {
				dot: true,
				nonegate: true,
				posix: true,
			});
			expect(texts.filter(globTest(pattern))).toEqual(texts.filter((text) => theirs(text)));
		}),
		{ numRuns: 2000, seed: 1 },
	);
});
