import { expect, test } from "vitest";
import { readSearchBody } from "./search-request.ts";

test("members that a search does not know may not be nested without end", () => {
	const deep: unknown = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);
	const body = { intersects: { type: "Point", coordinates: [0, 0], more: deep } };
	expect(() => readSearchBody(body)).toThrow("The search is nested too deeply.");
});

test("a search by a property or an operator called __proto__ is refused, not answered with everything", () => {
	for (const query of ['{ "__proto__": { "eq": 1 } }', '{ "gsd": { "__proto__": 1 } }'])
		expect(() => readSearchBody({ query: JSON.parse(query) })).toThrow("Nothing can be called __proto__");
});
