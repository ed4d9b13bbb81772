import { describe, expect, test } from "vitest";
import { json } from "#lib/catalog/database/json.ts";
import type { FileFingerprint } from "#lib/catalog/json-columns.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { hasNewCtime, identityKey, ruleHash, sameContent, sameFiles, textOf, untouchedFiles } from "./fingerprint.ts";

const file: FileFingerprint = { name: "a.tif", role: "data", size: 1, mtime: 2, etag: "e", inode: "1:1" };

describe("fingerprints", () => {
	test.each([[{ size: 9 }], [{ mtime: 9 }], [{ etag: null }], [{ inode: "1:2" }]])(
		"%o is another file under any name",
		(change) => {
			expect(sameContent(file, { ...file, ...change })).toBe(false);
			expect(sameFiles([file], [{ ...file, ...change }])).toBe(false);
			expect(identityKey({ ...file, ...change })).not.toBe(identityKey(file));
		},
	);

	test("name and role count for a dataset's files, not for a content; a checksum for neither", () => {
		for (const change of [{ name: "b.tif" }, { role: "conf" }] as const) {
			expect(sameContent(file, { ...file, ...change })).toBe(true);
			expect(sameFiles([file], [{ ...file, ...change }])).toBe(false);
		}
		expect(sameFiles([file], [{ ...file, checksum: "c" }])).toBe(true);
		expect(sameFiles([file], [file, file])).toBe(false);
		expect(sameFiles([file, file], [file])).toBe(false);
	});

	test("another ctime means to look into a file again, never another file; one that is not known yet means nothing", () => {
		const then = { ...file, ctime: 5 };
		const now = { ...file, ctime: 6 };
		expect(untouchedFiles([now], [then])).toBe(false);
		expect(untouchedFiles([then], [then])).toBe(true);
		expect(untouchedFiles([now], [file])).toBe(true);
		expect(untouchedFiles([file], [then])).toBe(true);
		expect([sameContent(now, then), sameFiles([now], [then]), identityKey(now) === identityKey(then)]).toEqual([
			...[true, true, true],
		]);
		expect([hasNewCtime([now], [file]), hasNewCtime([now], [then]), hasNewCtime([file], [file])]).toEqual([
			...[true, false, false],
		]);
	});

	test("what was recent is looked into once it is not any more", () => {
		const then = { ...file, recent: true } as const;
		expect(untouchedFiles([file], [then])).toBe(false);
		expect(untouchedFiles([then], [then])).toBe(true);
		expect(untouchedFiles([then], [file])).toBe(true);
	});

	test("without a time, or etag and inode, nothing can be told", () => {
		expect(identityKey({ ...file, mtime: null })).toBeNull();
		expect(identityKey({ ...file, etag: null, inode: null })).toBeNull();
		expect(identityKey({ ...file, etag: null })).not.toBeNull();
	});

	test("a rule's hash is short, stable, and another one for every rule", () => {
		expect(ruleHash({ a: 1 })).toBe(ruleHash({ a: 1 }));
		expect(ruleHash({ a: 1 })).toMatch(/^[0-9a-f]{16}$/);
		expect(ruleHash({ a: 1 })).not.toBe(ruleHash({ a: 2 }));
	});
});

test("the text of fingerprints is the one that PostgreSQL has for them, whatever the names", async () => {
	await using database = await createTestDatabase();
	const names = [
		'"quoted"',
		"back\\slash",
		"tab\tline\nfeed\u0001",
		"/slash",
		"é́",
		"🛰",
		"\u2028",
		"\u007f",
		" ",
		"a,b: c",
	];
	const lists = [
		[],
		[file],
		[{ ...file, etag: null, inode: null, mtime: null }],
		[{ ...file, ctime: 1_700_000_000_123_456 }, { ...file, recent: true } as const],
		[file, { ...file, role: "metadata", size: 0, mtime: 1_700_000_000_123_456 } as const],
		...names.map((name) => [{ ...file, name, etag: `W/"${name}"`, inode: name }]),
	];
	const rows = await database.sql<{ text: string }[]>`
		select files::text as text from jsonb_array_elements(${json(database.sql, lists)}) with ordinality as t(files, n) order by n`;
	expect(lists.map(textOf)).toEqual(rows.map(({ text }) => text));
});
