import { expect, test } from "vitest";
import type { Entry } from "#lib/storage/storage.ts";
import { digestOf, digestOfLines } from "./digest.ts";

const file: Entry = { name: "a", size: 1, mtime: 2, etag: "3", inode: "4:5" };

test("every difference makes another digest", () => {
	const folders: readonly (readonly [readonly string[], readonly Entry[]])[] = [
		[[], []],
		[["a"], []],
		[["b"], []],
		[["a", "b"], []],
		[["a\n", "b"], []],
		[["a"], [file]],
		[[], [file]],
		[[], [file, file]],
		[[], [{ ...file, name: "b" }]],
		[[], [{ ...file, size: 12 }]],
		[[], [{ ...file, size: 0 }]],
		[[], [{ ...file, mtime: null }]],
		[[], [{ ...file, mtime: 0 }]],
		[[], [{ ...file, mtime: -1 }]],
		[[], [{ ...file, etag: null }]],
		[[], [{ ...file, etag: "" }]],
		[[], [{ ...file, etag: "3\nb/1/2/4:5/" }]],
		[[], [{ ...file, inode: null }]],
		[[], [{ ...file, inode: "4:6" }]],
		[[], [{ ...file, name: "a\n" }]],
	];
	expect(new Set(folders.map(([names, files]) => digestOf(names, files))).size).toBe(folders.length);
});

// printf "sub/\na/1/2/4:5/\"3\"\n" | openssl dgst -sha256 -binary | base64
test("the digest is the same on every machine and in every version", () => {
	expect(digestOf(["sub"], [file])).toBe("5yKUCezkj9MAkBWaiuUagBNqrcWslFPeYbWQgQGISpo");
});

test.each([
	0,
	999_999,
	1_000_000,
	1_000_001,
	1_796_045_169_742_507,
	1_796_045_169_000_007,
	2_147_483_647_999_999,
	2_147_483_648_000_000,
	Number.MAX_SAFE_INTEGER,
	-1_000_001,
])("a time of %d stands in it with all its digits", (time) => {
	const line = `a/1/${time}/4:5/"3"/${time + 1}\n`;
	expect(digestOf([], [{ ...file, mtime: time, ctime: time + 1 }])).toBe(digestOfLines(line));
	expect(digestOf([], [{ ...file, mtime: time, ctime: time }])).toBe(digestOfLines(`a/1/${time}/4:5/"3"/${time}\n`));
});
