import { describe, expect, it } from "vitest";
import { z } from "zod";
import { urlProblem } from "#lib/access/request/url-problem.ts";
import { validatedInput } from "./validated-input.ts";

describe("what a server action is given", () => {
	const anything = z.strictObject({ a: z.any() });

	it.each(["\0", "a\ud800", "\udfff"])("is refused with %j in it, wherever, and whatever the schema", (text) => {
		for (const a of [text, [text], { b: [{ c: text }] }, { [text]: 1 }])
			expect(() => validatedInput(anything, { a })).toThrow(/cannot be kept/);
	});

	it("names the field", () => {
		expect(() => validatedInput(anything, { a: ["x", "\0"] })).toThrow(
			expect.objectContaining({ fields: { "a.1": "This holds a NUL character, which cannot be kept" } }),
		);
	});

	it("may hold itself, and one part of it many times", () => {
		const circle: Record<string, unknown> = { text: "x" };
		circle.self = [circle, circle];
		expect(validatedInput(anything, { a: circle })).toEqual({ a: circle });
	});
});

it.each([
	["/containers/A?q=x", null],
	["/containers/%C3%A9%20", null],
	["/containers/A%00", /NUL/],
	["/containers?q=%00", /NUL/],
	["/containers?%00=x", /NUL/],
	["/containers/%", /two hexadecimal digits/],
	["/containers/%ED%A0%80", /UTF-8/],
	// A query string is decoded leniently: what is no UTF-8 is U+FFFD, which can be stored.
	["/containers?q=%ED%A0%80", null],
])("the address %s", (url, fault) => {
	const found = urlProblem(new URL(url, "http://127.0.0.1"));
	if (fault === null) expect(found).toBeNull();
	else expect(found).toMatch(fault);
});
