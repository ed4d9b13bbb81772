import { expect, test } from "vitest";
import { readSearchBody } from "./search-request.ts";

test("members that a search does not know may not be nested without end", () => {
	const deep: unknown = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);
	const body = { intersects: { type: "Point", coordinates: [0, 0], more: deep } };
	expect(() => readSearchBody(body)).toThrow("The search is nested too deeply.");
});
