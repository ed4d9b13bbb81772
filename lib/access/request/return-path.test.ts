import { expect, it } from "vitest";
import { safeReturnPath, signInPath } from "./return-path.ts";

it.each([
	["/runs/12", "/runs/12"],
	["/runs/12?action=added&search=a%20b", "/runs/12?action=added&search=a%20b"],
	["/containers/a%2Fb", "/containers/a%2Fb"],
	["https://evil.example", "/"],
	["//evil.example", "/"],
	["/\\evil.example", "/"],
	["/\t/evil.example", "/"],
	["/..//evil.example", "/"],
	["/.//evil.example", "/"],
	["javascript:alert(1)", "/"],
	["/", "/"],
	["/?by=kind", "/?by=kind"],
	["runs", "/"],
	["/sign-in?next=/runs", "/"],
	["/api/containers", "/"],
	[`/${"a".repeat(3000)}`, "/"],
	[["/runs", "/x"], "/"],
	[undefined, "/"],
])("leads from %j to %s", (wanted, path) => {
	expect(safeReturnPath(wanted)).toBe(path);
});

it("remembers the page in the sign-in page's address", () => {
	expect(signInPath("/runs/3?action=added")).toBe("/sign-in?next=%2Fruns%2F3%3Faction%3Dadded");
	expect(signInPath("//evil.example")).toBe("/sign-in");
});
