import { describe, expect, test } from "vitest";
import type { FtpConfig } from "#lib/storage/config.ts";
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
		list: (path = "") => storage.list(path, { symlinks: "skip", signal }),
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
		await expect(bench.list()).rejects.toMatchObject({ code: "io", message: expect.stringContaining("LimitRecursion") });
	});

	test.each([
		"226 3 matches total",
		"226-Options: -a -l\r\n226 3 matches total",
		"226 Transfer complete",
		"226 Directory send OK.",
		"226 Successfully transferred \"/\"",
		"226 Transfer complete. 1,234 bytes transferred. 12.06 KB/sec.",
		"250 List completed successfully.",
		"226 Closing data connection.",
	])("is none that the server ends with “%s”", async (finalReply) => {
		await using bench = await make({ listing: () => whole, finalReply });
		expect((await bench.list()).files).toHaveLength(2);
	});

	test("by LIST, of which Pure-FTPd counts other lines, is told by words alone", async () => {
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

	test("of a user who is not let in are an error, which tells no password", async () => {
		await using bench = await make({ answers: { PASS: "530 Login incorrect" } });
		const error = await bench.list().catch((thrown: Error) => thrown);
		expect(error).toMatchObject({ code: "forbidden", message: expect.stringContaining("eo") });
		expect(JSON.stringify([error, (error as Error).message, (error as Error).stack])).not.toContain("secret");
	});
});

describe("where to fetch a listing, and what is to be listed, are asked together", () => {
	const name = "ProFTPD Server";
	const listing = () => ({ text: folder + file("a"), end: "226" }) as const;

	test("once the server has told a place that way", async () => {
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
		// One that is not told is as it is listed, to the day.
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
