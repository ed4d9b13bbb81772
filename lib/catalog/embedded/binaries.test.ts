import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { prepareBinaries } from "./binaries.ts";
import { choosePlace } from "./place.ts";

let folder: string;
let installed: string;
/** A copy of what npm installed with `--ignore-scripts`: without links. */
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "eosync-binaries-"));
	chmodSync(folder, 0o755);
	installed = join(folder, "package", "native");
	const original = dirname(prepareBinaries({ user: null, spare: folder }));
	cpSync(join(original, ".."), join(folder, "package"), { recursive: true, verbatimSymlinks: true });
	const links: { target: string }[] = JSON.parse(readFileSync(join(installed, "pg-symlinks.json"), "utf8"));
	for (const { target } of links) {
		rmSync(join(folder, "package", target));
	}
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const isRoot = process.getuid?.() === 0;

function versionFrom(bin: string, user: object | null) {
	return spawnSync(join(bin, "postgres"), ["--version"], { ...user, cwd: "/", encoding: "utf8" }).stdout;
}

describe("prepareBinaries", () => {
	it("makes the links that npm left out", () => {
		expect(versionFrom(join(installed, "bin"), null)).toBe("");
		const bin = prepareBinaries({ user: null, spare: join(folder, "spare") }, installed);
		expect(bin).toBe(join(installed, "bin"));
		expect(versionFrom(bin, null)).toMatch(/PostgreSQL/);
	});

	it.runIf(isRoot)("copies the programs, once, out of a folder that the server's user cannot enter", () => {
		chmodSync(join(folder, "package"), 0o700);
		const { user } = choosePlace(folder);
		const spare = join(folder, "spare");
		const mask = process.umask(0o077);
		const bin = prepareBinaries({ user, spare }, installed);
		process.umask(mask);
		expect(bin.startsWith(spare)).toBe(true);
		expect(versionFrom(bin, user)).toMatch(/PostgreSQL/);
		rmSync(join(installed, "bin"), { recursive: true });
		expect(prepareBinaries({ user, spare }, installed)).toBe(bin);
	});

	it.runIf(isRoot)("says so when the copy cannot be run either", () => {
		chmodSync(join(folder, "package"), 0o700);
		mkdirSync(join(folder, "private"), { mode: 0o700 });
		const { user } = choosePlace(folder);
		expect(() => prepareBinaries({ user, spare: join(folder, "private") }, installed)).toThrow(
			/cannot be run by the user/,
		);
	});
});
