import { describe, expect, test } from "vitest";
import { parseListing } from "./lines.ts";
import { lsLineParser } from "./ls.ts";
import { parseMlsdLine, parseTime } from "./mlsd.ts";

const now = Date.parse("2026-11-22T20:00:00Z");
const utc = (text: string) => Date.parse(`${text}Z`);

describe("MLSD", () => {
	test.each([
		["modify=20261122200926;size=6;type=file;unique=FE00U268997; a.tif", "file", "a.tif", 6, "268997"],
		["Type=file;Size=6;Modify=20261122200926.123; a; b.tif", "file", "a; b.tif", 6, null],
		["type=file;size=6;unique=some/thing;  ", "file", " ", 6, "some/thing"],
		["type=dir;modify=20261122200926; sub", "folder", "sub", 0, null],
		["type=cdir; /whatever", "folder", ".", 0, null],
		["type=OS.unix=symlink;size=5; link", "link", "link", 0, null],
		["type=OS.unix=slink:/x;size=5; link", "link", "link", 0, null],
	])("%s", (line, kind, name, size, inode) => {
		expect(parseMlsdLine(line)).toMatchObject({ kind, name, size, inode });
	});

	test.each([
		["type=OS.unix=chr-1/2;size=5; device", "special", "device"],
		["type=OS.unix=socket; s", "special", "s"],
		["type=OS.unix=fifo; f", "special", "f"],
		["type=OS.unix=whiteout; w", "unknown", "w"],
		["type=OS.vendor=thing;size=5; t", "unknown", "t"],
		["size=6;modify=20261122200926; a.tif", "unknown", "a.tif"],
		["type=file;size=-1; a", "unknown", "a"],
		["type=file;size=x; a", "unknown", "a"],
		["type=file;size=NaN; a", "unknown", "a"],
	])("%s is unclear, by its name", (line, kind, name) => {
		expect(parseMlsdLine(line)).toMatchObject({ kind, name, message: expect.stringContaining(JSON.stringify(name)) });
	});

	test("a size that is not listed is asked for", () => {
		expect(parseMlsdLine("type=file; a.tif")).toMatchObject({ kind: "file", name: "a.tif", size: null });
	});

	test.each(["", "a.tif", "a b.tif"])("%j is no line", (line) => {
		expect(() => parseMlsdLine(line)).toThrow();
	});

	test.each([
		["20261122200926", utc("2026-11-22T20:09:26") * 1000],
		["20261122200926.25", utc("2026-11-22T20:09:26") * 1000 + 250_000],
		["191261122200926", utc("2026-11-22T20:09:26") * 1000],
		["20261322200926", null],
		["2026112220", null],
		["", null],
	])("the time %j", (text, time) => {
		expect(parseTime(text)).toBe(time);
	});
});

describe("LIST", () => {
	test.each([
		["-rw-r--r--    1 0        0               6 Nov 22 20:11 a.tif", "file", "a.tif", 6, "2026-11-22T20:11", "minute"],
		["-rw-r--r--    1 0        0               6 Nov 23 09:11 a.tif", "file", "a.tif", 6, "2026-11-23T09:11", "minute"],
		["-rw-r--r--    1 0        0               6 Nov 24 09:11 a.tif", "file", "a.tif", 6, "2025-11-24T09:11", "minute"],
		[
			"-rw-r--r--    1 eo       users 12345678901 May  7  2021  lead",
			"file",
			" lead",
			12345678901,
			"2021-05-07T00:00",
			"day",
		],
		["-rw-r--r--+   1 eo 6 Nov 22 20:11 x", "file", "x", 6, "2026-11-22T20:11", "minute"],
		[
			"drwxr-xr-x    2 0        0            4096 Feb 29  2024 sub -> x",
			"folder",
			"sub -> x",
			0,
			"2024-02-29T00:00",
			"day",
		],
		[
			"lrwxrwxrwx    1 0        0               7 Nov 22 20:09 broken -> nowhere",
			"link",
			"broken",
			0,
			"2026-11-22T20:09",
			"minute",
		],
		["-rw-r--r-- 1 0 0 22 22 Nov 20:11 a.tif", "file", "a.tif", 22, "2026-11-22T20:11", "minute"],
		["-rw-r--r-- 1 eo users 5 22. Nov 2025 a b.tif", "file", "a b.tif", 5, "2025-11-22T00:00", "day"],
		["-rw-r--r-- 1 eo eo 7 2026-11-22 20:11 a.tif", "file", "a.tif", 7, "2026-11-22T20:11", "minute"],
		["-rw-r--r-- 1 0 0 7 2026-11-22 20:11:33.123456789 +0100 a.tif", "file", "a.tif", 7, "2026-11-22T20:11", "minute"],
		["-rw-r--r-- 1 0 0 7 11-22 20:11 a.tif", "file", "a.tif", 7, "2026-11-22T20:11", "minute"],
		["-rw-r--r-- 1 0 0 7 2025-11-22  a.tif", "file", "a.tif", 7, "2025-11-22T00:00", "day"],
		["2026-11-22  20:09       <DIR>          sub", "folder", "sub", 0, "2026-11-22T20:09", "minute"],
		["11-22-26  08:09PM       <JUNCTION>     there [D:\\x]", "link", "there", 0, "2026-11-22T20:09", "minute"],
		[
			"A.TIF;2             12/15        22-NOV-2026 20:02:33  [EO,ARCHIVE]  (RWED,RWED,RE,)",
			"file",
			"A.TIF",
			null,
			"2026-11-22T20:02",
			"minute",
		],
		["SUB.DIR;1  1/9  1-NOV-2026 20:02  [EO]  (RWE,,,)", "folder", "SUB", 0, "2026-11-01T20:02", "minute"],
		["11-22-26  08:09PM       <DIR>          sub folder", "folder", "sub folder", 0, "2026-11-22T20:09", "minute"],
		["11-22-2026  12:09AM              1234 a b.tif", "file", "a b.tif", 1234, "2026-11-22T00:09", "minute"],
	])("%s", (line, kind, name, size, time, exactTo) => {
		expect(lsLineParser(now)(line)).toMatchObject({ kind, name, size, shown: { time: utc(time), exactTo } });
	});

	test("the line of the total is none of an entry; others are not passed over", () => {
		expect(lsLineParser(now)("total 12")).toBeNull();
		for (const line of ["-rw-r--r-- 1 0 0 6 Foo 22 20:11 a", "ls: cannot open", "-rw-r--r-- 1 0 0 6 Nov 22"])
			expect(() => lsLineParser(now)(line)).toThrow();
		for (const line of ["-rw-r--r-- 1 0 0 6 Nov 31 20:11 a", "-rw-r--r-- 1 0 0 6 2026-13-22 20:11 a"])
			expect(() => lsLineParser(now)(line)).toThrow();
	});

	test.each([
		["prw-r--r--    1 0        0               0 Nov 22 20:09 fifo", "special", "fifo"],
		["srwxr-xr-x    1 0        0               0 Nov 22 20:09 socket", "special", "socket"],
		["brw-rw----    1 0        6            7, 0 Nov 22 20:09 loop", "special", "loop"],
		["Xrw-r--r--    1 0        0               5 Nov 22 20:09 a.tif", "unknown", "a.tif"],
		["?rw-r--r--    1 0        0               5 Nov 22 20:09 a.tif", "unknown", "a.tif"],
		["-?????????    ? ?        ?               ? Nov 22 20:09 a.tif", "unknown", "a.tif"],
		["11-22-26  08:09PM       <THING>        x.tif", "unknown", "x.tif"],
	])("%s is unclear, by its name", (line, kind, name) => {
		expect(lsLineParser(now)(line)).toMatchObject({ kind, name, message: expect.stringContaining(name) });
	});

	test("of VMS a name may have a line for itself, and of several versions the newest counts", () => {
		const parse = lsLineParser(now);
		const lines = [
			"",
			"Directory DISK$EO:[ARCHIVE]",
			"A_VERY_LONG_NAME_THAT_FILLS_ITS_LINE.TIF;3",
			"                    12/15        22-NOV-2026 20:02:33  [EO,ARCHIVE]  (RWED,RWED,RE,)",
			"B.TIF;2  12/15  22-NOV-2026 20:02:33  [EO]  (RWED,,,)",
			"B.TIF;1  12/15  21-NOV-2026 20:02:33  [EO]  (RWED,,,)",
			"Total of 3 files, 36/45 blocks.",
		];
		const entries = lines.map((line) => parse(line)).filter((entry) => entry !== null);
		expect(entries.map(({ name }) => name)).toEqual(["A_VERY_LONG_NAME_THAT_FILLS_ITS_LINE.TIF", "B.TIF"]);
		expect(() => parse("                    12/15        22-NOV-2026 20:02:33")).toThrow();
	});
});

test("names that are not UTF-8 are unclear, and the rest is there", () => {
	const line = (name: Buffer) => Buffer.concat([Buffer.from("type=file;size=1; "), name, Buffer.from("\r\n")]);
	const bytes = Buffer.concat([
		Buffer.from("type=cdir; .\r\n"),
		line(Buffer.from("é")),
		line(Buffer.from([0x62, 0xe4])),
		line(Buffer.from(".hidden")),
	]);
	const { entries, unclear, self } = parseListing(bytes, "in", parseMlsdLine);
	expect(entries.map(({ name }) => name)).toEqual(["é"]);
	expect(unclear).toMatchObject([{ code: "invalid-path", message: expect.stringContaining("UTF-8") }]);
	expect(self).toBe(true);
});
