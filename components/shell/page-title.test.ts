import { globSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { pageTitle } from "./page-title.ts";

describe("a page", () => {
	test.each([
		["/", "Health"],
		["/containers/new", "Add container"],
		["/containers/MER%2FRR%20%C3%A9", "MER/RR é"],
		["/containers/100%", "100%"],
		["/containers/A/reshape", "Split or merge A"],
		["/runs/12", "Run 12"],
		["/runs/compare", "Compare runs"],
		["/datasets/12", "Dataset 12"],
		["/datasets/12A", "12A"],
		["/datasets/12/more", "Not found"],
		["/constructor", "Not found"],
	])("%s has the title %s", (path, title) => {
		expect(pageTitle(path)).toBe(title);
	});

	const paths = globSync("app/**/page.tsx").map((file) => file.slice("app".length, -"/page.tsx".length) || "/");

	test("has a title of its own, each of them", () => {
		const all = paths.map((path) => pageTitle(path.replaceAll(/\[\w+\]/g, "7")));
		expect(all).not.toContain("Not found");
		expect(new Set(all).size).toBeGreaterThan(20);
	});
});
