import { describe, expect, test } from "vitest";
import type { FtpConfig } from "#lib/storage/config.ts";
import type { ListOptions } from "#lib/storage/storage.ts";
import { type Behaviour, startFtpStandIn } from "#lib/storage/test-servers/ftp-stand-in.ts";
import { FtpStorage } from "./ftp.ts";

const signal = new AbortController().signal;
const folder = "type=cdir;modify=20200101000000; .\r\n";
const file = (name: string) => `type=file;size=1;modify=20200101000000; ${name}\r\n`;

async function make(behaviour: Behaviour, more: Partial<FtpConfig> = {}) {
	const server = await startFtpStandIn(behaviour);
	const config = { type: "ftp", host: "127.0.0.1", user: "eo", password: "secret", root: "/", tls: "none" } as const;
	const storage = new FtpStorage({
		...config,
		port: server.port,
		verifyCertificate: true,
		mlsd: "auto",
		epsv: "auto",
		...more,
	});
	return {
		server,
		list: (path = "", more: Partial<ListOptions> = {}) => storage.list(path, { symlinks: "skip", signal, ...more }),
		stat: (path: string) => storage.stat(path, { symlinks: "follow", signal }),
		[Symbol.asyncDispose]: async () => {
			await storage[Symbol.asyncDispose]();
			await server[Symbol.asyncDispose]();
		},
	};
}

describe("half a listing", () => {
	const whole = { text: folder + file("a") + file("b"), end: "226" } as const;

	test.each(["426", "cut"] as const)("that ends in %s is asked for again", async (end) => {
		await using bench = await make({ listing: (n) => (n === 0 ? { text: folder + file("a"), end } : whole) });
		expect((await bench.list()).files?.map(({ name }) => name)).toEqual(["a", "b"]);
	});

	test.each(["426", "cut"] as const)("that ends in %s again and again is an error", async (end) => {
		await using bench = await make({ listing: () => ({ text: folder + file("a"), end }) });
		await expect(bench.list()).rejects.toMatchObject({ code: "unreachable", path: "" });
	});

	test.each([
		"226 Output truncated to 10000 matches",
		"226-Options: -a -l\r\n226 Output truncated to 2000 matches",
		"226 Anzeige auf 10000 Einträge beschränkt.",
		"226 Sortie tronquee a 10000 elements",
		"226 Transfer complete (only the first 1000 entries)",
		"226 Listing incomplete, limit of 5000 entries reached",
		"250 Transfer aborted.",
		"226 4 matches total",
		"226-Options: -a -l\r\n226 2 matches total",
	])("that the server ends with “%s” is an error", async (finalReply) => {
		await using bench = await make({ listing: () => whole, finalReply });
		await expect(bench.list()).rejects.toMatchObject({
			code: "io",
			message: expect.stringContaining("LimitRecursion"),
		});
	});

	test.each([
		"226 3 matches total",
		"226-Options: -a -l\r\n226 3 matches total",
		"226 Transfer complete",
		"226 Directory send OK.",
		'226 Successfully transferred "/"',
		"226 Transfer complete. 1,234 bytes transferred. 12.06 KB/sec.",
		"250 List completed successfully.",
		"226 Closing data connection.",
	])("is none that the server ends with “%s”", async (finalReply) => {
		await using bench = await make({ listing: () => whole, finalReply });
		expect((await bench.list()).files).toHaveLength(2);
	});

	test("by LIST, of which Pure-FTPd counts other lines, is recognised by words alone", async () => {
		const text = "drwxr-xr-x 1 1 1 1 Jan 01 2020 .\r\n-rw-r--r-- 1 1 1 1 Jan 01 2020 a\r\n";
		const behaviour = { listing: () => ({ text, end: "226" }) as const, answers: { FEAT: "211 None" } };
		await using counted = await make({ ...behaviour, finalReply: "226 5 matches total" });
		expect((await counted.list()).files).toHaveLength(1);
		await using cut = await make({ ...behaviour, finalReply: "226 Output truncated to 10000 matches" });
		await expect(cut.list()).rejects.toMatchObject({ code: "io" });
	});

	test("with a line that cannot be understood is an error", async () => {
		await using bench = await make({ listing: () => ({ text: `${folder}${file("a")}type=fi`, end: "226" }) });
		await expect(bench.list()).rejects.toMatchObject({ code: "io", message: expect.stringContaining("type=fi") });
	});
});

describe("connections", () => {
	test("that the server ended while they were idle are made again", async () => {
		await using bench = await make({ forgetful: true, listing: () => ({ text: folder + file("a"), end: "226" }) });
		for (let i = 0; i < 3; i++) expect((await bench.list()).files).toHaveLength(1);
		expect(bench.server.connections).toBe(3);
	});

	test.each(["421 Too many connections", "421 Service not available"])(
		"refused with “%s” are made with later",
		async (text) => {
			await using bench = await make({
				refuse: (n) => (n < 2 ? text : null),
				listing: () => ({ text: folder, end: "226" }),
			});
			expect((await bench.list()).files).toEqual([]);
			expect(bench.server.connections).toBe(3);
		},
	);

	test("beyond what the server allows are not asked for again and again", async () => {
		await using bench = await make(
			{ refuse: (n) => (n === 0 ? null : "421 Enough"), listing: () => ({ text: folder, end: "226" }) },
			{ parallel: 8 },
		);
		await bench.list();
		await Promise.all(Array.from({ length: 30 }, () => bench.list()));
		expect(bench.server.connections).toBeLessThanOrEqual(9);
	});

	test("that never come about are an error", async () => {
		await using bench = await make({ refuse: () => "421 Enough" }, { timeout: 1 });
		await expect(bench.list()).rejects.toMatchObject({
			code: "unreachable",
			message: expect.stringContaining("Enough"),
		});
	});

	test("for data go where the control connection goes, whatever the server says", async () => {
		await using bench = await make(
			{ address: "10,255,255,1", listing: () => ({ text: folder + file("a"), end: "226" }) },
			{ epsv: "off" },
		);
		expect((await bench.list()).files).toHaveLength(1);
		expect(bench.server.commands).toContain("PASV");
	});

	test("of a user who is not let in are an error, which shows no password", async () => {
		await using bench = await make({ answers: { PASS: "530 Login incorrect" } });
		const error = await bench.list().catch((thrown: Error) => thrown);
		expect(error).toMatchObject({ code: "forbidden", message: expect.stringContaining("eo") });
		expect(JSON.stringify([error, (error as Error).message, (error as Error).stack])).not.toContain("secret");
	});
});

describe("where to fetch a listing, and what is to be listed, are asked together", () => {
	const name = "ProFTPD Server";
	const listing = () => ({ text: folder + file("a"), end: "226" }) as const;

	test("once the server has given a port that way", async () => {
		await using bench = await make({ name, listing }, { parallel: 1 });
		for (let i = 0; i < 3; i++) expect((await bench.list()).files).toHaveLength(1);
		expect(bench.server.gathered).toEqual([
			["EPSV", "MLSD /"],
			["EPSV", "MLSD /"],
		]);
	});

	test("not of a server that is not known to take one after the other", async () => {
		await using bench = await make({ name: "Some server", listing }, { parallel: 1 });
		for (let i = 0; i < 3; i++) expect((await bench.list()).files).toHaveLength(1);
		expect(bench.server.gathered).toEqual([]);
	});

	test("a place that is refused ends the connection; another one is asked", async () => {
		let asked = 0;
		const passive = () => (++asked === 2 ? "500 Not understood" : null);
		await using bench = await make({ name, listing, refuses: { EPSV: passive } }, { parallel: 1 });
		for (let i = 0; i < 3; i++) expect((await bench.list()).files).toHaveLength(1);
		expect(bench.server.connections).toBe(2);
	});

	test("a listing that is refused is reported as such, and the connection goes on", async () => {
		let asked = 0;
		const refusal = () => (++asked === 2 ? "550 Permission denied" : null);
		await using bench = await make({ name, listing, refuses: { MLSD: refusal } }, { parallel: 1 });
		expect((await bench.list()).files).toHaveLength(1);
		await expect(bench.list("b")).rejects.toMatchObject({ code: "forbidden" });
		expect((await bench.list()).files).toHaveLength(1);
		expect(bench.server.connections).toBe(1);
	});
});

test("names that fit into no command, or are no names, are unclear", async () => {
	const names = ["good", "line\nfeed", "DELE\rx", "a/b"];
	await using bench = await make({ listing: () => ({ text: folder + names.map(file).join(""), end: "226" }) });
	const listing = await bench.list();
	expect(listing.files?.map(({ name }) => name)).toEqual(["good"]);
	expect(listing.unclear.map(({ code }) => code)).toEqual(["invalid-path", "invalid-path", "invalid-path"]);
	await expect(bench.list("in\r\nDELE x")).rejects.toMatchObject({ code: "invalid-path" });
	expect(bench.server.commands.filter((command) => command.includes("DELE"))).toEqual([]);
});

describe("exact times of many files", () => {
	const names = Array.from({ length: 60 }, (_, i) => `f${100 + i}`);
	const line = (name: string) => `-rw-r--r-- 1 1 1 1 Jan 01 2020 ${name}\r\n`;
	const text = `drwxr-xr-x 1 1 1 1 Jan 01 2020 .\r\n${names.map(line).join("")}`;
	const timeOf = (name: string) => `213 20200101000${name.slice(1)}`;
	/** Without MLSD. */
	const behaviour = (time: (path: string) => string | null): Behaviour => ({
		listing: () => ({ text, end: "226" }),
		name: "(vsFTPd 3.0.3)",
		answers: Object.fromEntries([
			["FEAT", "211-Features:\r\n MDTM\r\n211 End"],
			["MDTM", time],
		]),
	});
	const seconds = (mtime: number | null) => (mtime === null ? null : mtime / 1_000_000 - Date.UTC(2020) / 1000);
	const secondsOf = (name: string) => Math.floor(Number(name.slice(1)) / 100) * 60 + (Number(name.slice(1)) % 100);

	test("are asked for together, and each belongs to its file", async () => {
		await using bench = await make(behaviour((path) => (path === "/f150" ? "550 No" : timeOf(path.slice(1)))));
		const { files } = await bench.list();
		// A time that the server does not report stays as listed, to the day.
		const expected = names.map((name) => (name === "f150" ? 0 : secondsOf(name)));
		expect(files?.map(({ mtime }) => seconds(mtime))).toEqual(expected);
		expect(bench.server.commands.filter((command) => command.startsWith("MDTM"))).toHaveLength(names.length);
	});

	test("are asked for again, once, when the connection ends among them", async () => {
		let asked = 0;
		const time = (path: string) => (asked++ === 40 ? null : timeOf(path.slice(1)));
		await using bench = await make(behaviour(time), { parallel: 1 });
		expect((await bench.list()).files?.map(({ mtime }) => seconds(mtime))).toEqual(names.map(secondsOf));
		expect(bench.server.connections).toBe(2);
	});
});

describe("what LIST shows of files that are known", () => {
	const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
	const two = (number: number) => String(number).padStart(2, "0");
	const hour = 3_600_000;

	/** A server whose clock is `zone(time)` hours ahead of UTC; `files`: times by name, milliseconds. */
	const server = (files: Map<string, number>, zone: (time: number) => number): Behaviour => ({
		listing: () => ({
			text: [".", ...files.keys()].map((name) => lineOf(name, files.get(name) ?? 0, zone)).join(""),
			end: "226",
		}),
		name: "(vsFTPd 3.0.3)",
		answers: Object.fromEntries([
			["FEAT", "211-Features:\r\n MDTM\r\n211 End"],
			[
				"MDTM",
				(path: string) => `213 ${new Date(files.get(path.slice(1)) ?? 0).toISOString().replace(/[-:T]|\..*/g, "")}`,
			],
		]),
	});
	const lineOf = (name: string, time: number, zone: (time: number) => number) => {
		const shown = new Date(time + zone(time) * hour);
		const isOld = time < Date.now() - 180 * 24 * hour;
		const when = isOld ? ` ${shown.getUTCFullYear()}` : `${two(shown.getUTCHours())}:${two(shown.getUTCMinutes())}`;
		const rights = name === "." ? "drwxr-xr-x" : "-rw-r--r--";
		return `${rights} 1 1 1 7 ${months[shown.getUTCMonth()]} ${two(shown.getUTCDate())} ${when} ${name}\r\n`;
	};
	/** The time of each file after one of them was rewritten, as listed with what was known before. */
	const relisted = async (
		files: Map<string, number>,
		rewrite: () => void,
		zone: (time: number) => number = () => 0,
	) => {
		await using bench = await make(server(files, zone), { parallel: 1 });
		const first = await bench.list();
		rewrite();
		const asked = bench.server.commands.length;
		const known = async () => first.files ?? [];
		const { files: now } = await bench.list("", { knownDigest: first.digest, knownFiles: known });
		const times = new Map(now?.map(({ name, mtime }) => [name, (mtime ?? 0) / 1000]));
		const questions = bench.server.commands.slice(asked).filter((line) => line.startsWith("MDTM"));
		return { times, questions: questions.map((line) => line.slice("MDTM /".length)) };
	};
	const aMonthAgo = Math.floor(Date.now() / hour) * hour - 30 * 24 * hour + 5000;

	test.each([0, 2, -5])(
		"%i hours from UTC, one that was written again exactly an hour later is asked for",
		async (zone) => {
			for (const later of [hour, 2 * hour, -hour]) {
				const files = new Map(["a", "b", "c", "d", "e", "f"].map((name, i) => [name, aMonthAgo + i * 5 * hour]));
				const { times, questions } = await relisted(
					files,
					() => files.set("c", (files.get("c") ?? 0) + later),
					() => zone,
				);
				expect(times).toEqual(files);
				expect(questions).toContain("c");
			}
		},
	);

	test("a file alone as well, and the last one written", async () => {
		const alone = new Map([["latest.tif", aMonthAgo]]);
		expect((await relisted(alone, () => alone.set("latest.tif", aMonthAgo + hour))).times).toEqual(alone);
		const files = new Map(["a", "b", "latest.tif"].map((name, i) => [name, aMonthAgo + i * 50 * hour]));
		const { times } = await relisted(files, () => files.set("latest.tif", (files.get("latest.tif") ?? 0) + hour));
		expect(times).toEqual(files);
	});

	test("where summer and winter differ, as everywhere", async () => {
		const change = aMonthAgo + 52 * hour;
		const zone = (time: number) => (time < change ? 2 : 1);
		const files = new Map(Array.from({ length: 20 }, (_, i) => [`f${10 + i}`, aMonthAgo + i * 5 * hour]));
		const { times, questions } = await relisted(files, () => files.set("f25", (files.get("f25") ?? 0) + hour), zone);
		expect(times).toEqual(files);
		expect(questions).toContain("f25");
		expect(questions.length).toBeLessThan(10);
	});

	test.each([0, 9, -8])(
		"%i hours from UTC, of old ones that show a day only, one that is of another day now",
		async (zone) => {
			const longAgo = Date.UTC(2020, 4, 7, 12, 34, 56);
			const alone = new Map([["a", longAgo]]);
			const next = () => alone.set("a", longAgo + 24 * hour);
			expect((await relisted(alone, next, () => zone)).times).toEqual(alone);
			const files = new Map(Array.from({ length: 60 }, (_, i) => [`f${10 + i}`, longAgo + i * 49 * hour]));
			const { times, questions } = await relisted(
				files,
				() => files.set("f30", (files.get("f30") ?? 0) + 24 * hour),
				() => zone,
			);
			expect(times).toEqual(files);
			expect(questions).toContain("f30");
			expect(questions.length).toBeLessThan(30);
		},
	);
});

test("a link that is followed is as new as what it leads to", async () => {
	let written = "20260101000005";
	let size = 7;
	const lines = ["drwxr-xr-x 1 1 1 7 Jan 01 2020 .", "lrwxrwxrwx 1 1 1 7 Jan 01 2020 latest.tif -> ../real.tif"];
	await using bench = await make({
		listing: () => ({ text: lines.map((line) => `${line}\r\n`).join(""), end: "226" }),
		answers: Object.fromEntries([
			["FEAT", "211-Features:\r\n MDTM\r\n211 End"],
			["SIZE", () => `213 ${size}`],
			["MDTM", () => `213 ${written}`],
		]),
	});
	const first = await bench.list("", { symlinks: "follow" });
	expect(first.files).toMatchObject([{ name: "latest.tif", size: 7, mtime: Date.UTC(2026, 0, 1, 0, 0, 5) * 1000 }]);
	const known = { symlinks: "follow", knownDigest: first.digest, knownFiles: async () => first.files ?? [] } as const;
	expect((await bench.list("", known)).files).toBeNull();
	written = "20260203040506";
	const second = await bench.list("", known);
	expect(second.files).toMatchObject([{ size: 7, mtime: Date.UTC(2026, 1, 3, 4, 5, 6) * 1000 }]);
	size = 8;
	expect((await bench.list("", known)).files).toMatchObject([{ size: 8 }]);
});

test.each(["450 Busy", "451 Failed", "452 Full", "530 No", "552 Too much"])(
	"a file of which the server says “%s” once, and then its size, is not taken for absent",
	async (refusal) => {
		let asked = 0;
		await using bench = await make({
			answers: Object.fromEntries([
				["FEAT", "211 None"],
				["SIZE", () => (asked++ === 0 ? refusal : "213 7")],
				["MDTM", "213 20200101000000"],
			]),
		});
		await expect(bench.stat("a.tif")).rejects.toMatchObject({ code: "io", path: "a.tif" });
		expect(await bench.stat("a.tif")).toMatchObject({ size: 7 });
	},
);

test("a place for data that cannot be is an error", async () => {
	await using bench = await make({ answers: { EPSV: "229 Extended (|||0|)" } });
	await expect(bench.list()).rejects.toMatchObject({ code: "io" });
});

test("an address out of reach is not connected to", async () => {
	await using server = await startFtpStandIn({});
	await using storage = new FtpStorage(
		{
			type: "ftp",
			host: "127.0.0.1",
			port: server.port,
			user: "eo",
			root: "/",
			tls: "none",
			verifyCertificate: true,
			mlsd: "auto",
			epsv: "auto",
		},
		{ network: { allowedHosts: [] } },
	);
	const listing = storage.list("", { symlinks: "skip", signal });
	await expect(listing).rejects.toMatchObject({
		code: "forbidden",
		message: expect.stringContaining("EOSYNC_ALLOWED_HOSTS"),
	});
	expect(server.connections).toBe(0);
});
