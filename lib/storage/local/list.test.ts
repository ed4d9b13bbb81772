import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type LocalBench, makeLocalBench } from "./bench.ts";
import { listFolder } from "./list.ts";

let bench: LocalBench;
beforeEach(async () => {
	bench = await makeLocalBench();
	for (let i = 0; i < 600; i++) await bench.write(`in/${String(i).padStart(3, "0")}`, "");
});
afterEach(() => bench[Symbol.asyncDispose]());

/** Lists `in`, and does something after 256 of its 600 files. */
function listWhile(act: () => void) {
	let acted = false;
	const listed = listFolder({ root: bench.root, path: "in", symlinks: "skip" }, null, () => {
		if (!acted) act();
		acted = true;
	});
	if (!("files" in listed)) throw new Error("These are few files.");
	return listed;
}

test("files that vanish while their folder is listed count as not there", () => {
	const { files } = listWhile(() => rmSync(join(bench.root, "in/599")));
	expect(files).toHaveLength(599);
});

test("a folder that is moved away while it is listed is an error, not an empty folder", () => {
	const list = () => listWhile(() => renameSync(join(bench.root, "in"), join(bench.root, "out")));
	expect(list).toThrow(expect.objectContaining({ code: "not-found", path: "in" }));
});

test("a folder that is replaced while it is listed is an error", () => {
	const list = () =>
		listWhile(() => {
			renameSync(join(bench.root, "in"), join(bench.root, "out"));
			mkdirSync(join(bench.root, "in"));
		});
	expect(list).toThrow(expect.objectContaining({ code: "changed", path: "in", retryable: true }));
});
