import { expect, it } from "vitest";
import { safeReturnPath, signInPath } from "./return-path.ts";

it.each([
	["/runs/12", "/runs/12"],
	["/runs/12?action=added&search=a%20b", "/runs/12?action=added&search=a%20b"],
	["/containers/a%2Fb", "/containers/a%2Fb"],
	["https://evil.example", "/containers"],
	["//evil.example", "/containers"],
	["/\\evil.example", "/containers"],
	["/\t/evil.example", "/containers"],
	["/..//evil.example", "/containers"],
	["/.//evil.example", "/containers"],
	["javascript:alert(1)", "/containers"],
	["/", "/containers"],
	["runs", "/containers"],
	["/sign-in?next=/runs", "/containers"],
	["/api/containers", "/containers"],
	[`/${"a".repeat(3000)}`, "/containers"],
	[["/runs", "/x"], "/containers"],
	[undefined, "/containers"],
])("leads from %j to %s", (wanted, path) => {
	expect(safeReturnPath(wanted)).toBe(path);
});

it("remembers the page in the sign-in page's address", () => {
	expect(signInPath("/runs/3?action=added")).toBe("/sign-in?next=%2Fruns%2F3%3Faction%3Dadded");
	expect(signInPath("//evil.example")).toBe("/sign-in");
});
