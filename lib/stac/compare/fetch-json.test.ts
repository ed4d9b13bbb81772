import { expect, test } from "vitest";
import { whyNotFollowed } from "./fetch-json.ts";

test.each([
	["https://stac.example.org/a", "https://stac.example.org/b", null],
	["http://stac.example.org/a", "https://stac.example.org/a", null],
	["https://stac.example.org/a", "http://stac.example.org/a", "it redirects to http://, which is not encrypted"],
	["https://stac.example.org/a", "https://other.example.org/a", "it redirects to another server, other.example.org"],
])("a redirect from %s to %s", (from, to, why) => {
	expect(whyNotFollowed(new URL(from), new URL(to))).toBe(why);
});
