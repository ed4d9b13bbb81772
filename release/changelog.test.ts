import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { nextVersion, unreleased, withVersion } from "./changelog.ts";

const root = join(import.meta.dirname, "..");
const changelog =
	"# Changelog\n\n## Unreleased\n\n### Added\n\n- A thing.\n\n## 0.1.0 - 2026-11-23\n\nThe first version.\n";

it("what is unreleased comes under the new version, and the heading for what is next stays", () => {
	expect(unreleased(changelog)).toBe("### Added\n\n- A thing.");
	const released = withVersion(changelog, "0.2.0", "2026-12-01");
	expect(released).toBe(changelog.replace("## Unreleased", "## Unreleased\n\n## 0.2.0 - 2026-12-01"));
	expect(unreleased(released)).toBe("");
	expect(() => withVersion(released, "0.3.0", "2026-12-02")).toThrow(/nothing unreleased/);
	expect(() => withVersion(changelog, "0.1.0", "2026-12-02")).toThrow(/has 0\.1\.0 already/);
	expect(() => unreleased("# Changelog\n")).toThrow(/no heading/);
});

it.each([
	["0.1.0", "patch", "0.1.1"],
	["0.1.9", "minor", "0.2.0"],
	["0.9.3", "major", "1.0.0"],
	["0.9.3", "0.10.0", "0.10.0"],
])("after %s comes, by %s, %s", (current, asked, next) => {
	expect(nextVersion(current, asked)).toBe(next);
});

it.each(["0.1.0", "0.0.9", "1.0", "v1.0.0", "01.0.0", "1.0.0-beta", "", "--help"])(
	"%j is no version after 0.1.0",
	(asked) => {
		expect(() => nextVersion("0.1.0", asked)).toThrow(/no (later )?version/);
	},
);

it("the changelog has the version that the package has, and sections as Keep a Changelog names them", () => {
	const text = readFileSync(join(root, "CHANGELOG.md"), "utf8");
	const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
	const [first] = /^## \d.*$/m.exec(text) ?? [];
	expect(first).toMatch(new RegExp(`^## ${version.replaceAll(".", "\\.")} - \\d{4}-\\d{2}-\\d{2}$`));
	const sections = new Set(text.match(/^### .*$/gm));
	expect([...sections].filter((name) => !/^### (Added|Changed|Deprecated|Removed|Fixed|Security)$/.test(name))).toEqual(
		[],
	);
});
