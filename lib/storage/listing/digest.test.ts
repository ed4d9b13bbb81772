import { expect, test } from "vitest";
import type { Entry } from "#lib/storage/storage.ts";
import { digestOf } from "./digest.ts";

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
