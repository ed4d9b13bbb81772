import { lstatSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { statPlain } from "./place.ts";

/** A walk over a deep tree looks at each folder some times, not at all above it each time. */

let parent: string;
let root: string;
beforeAll(() => {
	parent = mkdtempSync(join(tmpdir(), "eosync deep "));
	mkdirSync(join(parent, "real", pathOf(400)), { recursive: true });
	symlinkSync("real", join(parent, "root"));
	root = join(parent, "root");
});
afterAll(() => rmSync(parent, { recursive: true }));

function pathOf(depth: number): string {
	return Array.from({ length: depth }, () => "d").join("/");
}

/** Looks at each folder down to that depth; returns how many names were looked at for it. */
function looksDownTo(depth: number): number {
	let looks = 0;
	const counting = ((...given: Parameters<typeof lstatSync>) => {
		looks += 1;
		return lstatSync(...given);
	}) as typeof lstatSync;
	for (let at = 1; at <= depth; at++) statPlain({ root, path: pathOf(at), symlinks: "skip" }, counting);
	return looks;
}

test.runIf(process.platform === "linux")("twice as deep costs twice as much", () => {
	const [shallow, middle, deep] = [looksDownTo(8), looksDownTo(200), looksDownTo(400)];
	expect(shallow).toBe((8 * 9) / 2);
	expect(deep - middle).toBe(200);
	expect(middle).toBeLessThan(300);
});

test.each([1, 5, 20, 39, 40])("a link is found as the %dth of 40 names", (nth) => {
	const folder = join(parent, "real", pathOf(nth));
	renameSync(folder, `${folder}.real`);
	symlinkSync("d.real", folder);
	try {
		expect(() => statPlain({ root, path: pathOf(40), symlinks: "skip" })).toThrow(/is a symbolic link/);
		expect(statPlain({ root, path: pathOf(40), symlinks: "follow" }).isDirectory()).toBe(true);
	} finally {
		rmSync(folder);
		renameSync(`${folder}.real`, folder);
	}
});

test("what is not there, or leads through a file, is the system's error", () => {
	writeFileSync(join(parent, "real", pathOf(20), "f"), "");
	const look = (path: string) => () => statPlain({ root, path, symlinks: "skip" });
	expect(look(`${pathOf(20)}/none/x`)).toThrow(/ENOENT/);
	expect(look(`${pathOf(20)}/f/x`)).toThrow(/ENOTDIR/);
	expect(look(`${pathOf(20)}/f`)().isFile()).toBe(true);
});
