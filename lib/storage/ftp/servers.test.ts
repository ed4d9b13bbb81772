import { readFile, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FtpConfig } from "#lib/storage/config.ts";
import type { Listing } from "#lib/storage/storage.ts";
import { type FtpBench, ftpConfigOf, makeFtpBench } from "#lib/storage/test-servers/ftp-bench.ts";
import { type FtpServer, proftpd, startProftpd } from "#lib/storage/test-servers/proftpd.ts";
import { startVsftpd, vsftpd } from "#lib/storage/test-servers/vsftpd.ts";
import { describeWithServer } from "#lib/storage/test-servers/with-server.ts";
import { FtpStorage } from "./ftp.ts";

const signal = new AbortController().signal;
const servers = [
	{ name: "ProFTPD", program: proftpd, start: startProftpd, exact: true, list: "MLSD", limit: "MaxClientsPerHost 2" },
	{ name: "vsftpd", program: vsftpd, start: startVsftpd, exact: false, list: "LIST", limit: "max_per_ip=2" },
] as const;

const list = (bench: FtpBench, path = "", knownDigest: string | null = null) =>
	bench.storage.list(path, { symlinks: "skip", knownDigest, signal });

for (const { name, program, start, exact, list: command, limit } of servers) {
	describeWithServer(program, name, () => {
		let server: FtpServer;
		beforeAll(async () => {
			server = await start();
		});
		afterAll(() => server?.[Symbol.asyncDispose]());

		/** Commands of that name since `before`. */
		const since = async (before: number, ...words: readonly string[]) =>
			(await server.commands()).slice(before).filter((line) => words.includes(line.split(" ")[0] ?? ""));

		test("an unchanged archive costs one listing command per folder, and asks for no file", async () => {
			await using bench = await makeFtpBench(server);
			const folders = ["", "a", "a/b", "c"];
			for (const folder of folders) {
				for (const file of ["x.tif", "y.tif"]) {
					const path = folder === "" ? file : `${folder}/${file}`;
					await bench.write(path, "content");
					await bench.touch?.(path, new Date("2020-01-01T12:34:56Z"));
				}
			}
			const first = new Map<string, Listing>();
			for (const folder of folders) first.set(folder, await list(bench, folder));
			expect(first.get("a")?.files?.[0]?.mtime).toBe(Date.parse("2020-01-01T12:34:56Z") * 1000);
			await using again = new FtpStorage(bench.config);
			const before = (await server.commands()).length;
			for (const folder of folders) {
				const digest = first.get(folder)?.digest ?? "";
				const listing = await again.list(folder, { symlinks: "skip", knownDigest: digest, signal });
				expect(listing.files).toBeNull();
			}
			expect(await since(before, "MLSD", "LIST", "NLST", "STAT")).toHaveLength(folders.length);
			expect(await since(before, "MLSD", "LIST")).toEqual(folders.map(() => expect.stringContaining(command)));
			expect(await since(before, "MDTM", "SIZE", "MLST")).toEqual([]);
		});

		test("a connection limit is kept to", async () => {
			await using limited = await start({ more: [limit] });
			await using bench = await makeFtpBench(limited, { parallel: 8 });
			const names = Array.from({ length: 20 }, (_, i) => `d${i}`);
			for (const folder of names) await bench.write(`${folder}/x`, "");
			const listings = await Promise.all(names.map((folder) => list(bench, folder)));
			expect(listings.map(({ files }) => files?.length)).toEqual(names.map(() => 1));
		});

		test("a header of a 2 GB file costs a small part of it, wherever it is", async () => {
			await using bench = await makeFtpBench(server, { parallel: 1 });
			await bench.write("large.tif", "II*\0");
			await truncate(join(bench.root, "large.tif"), 2 ** 31);
			await using file = await bench.storage.open("large.tif", { signal });
			expect(file.size).toBe(2 ** 31);
			const before = await server.sent();
			expect(Buffer.from(await file.read(0, 4, { signal })).toString()).toBe("II*\0");
			expect(await file.read(2 ** 30, 4096, { signal })).toEqual(new Uint8Array(4096));
			expect(await file.read(2 ** 31 - 10, 100, { signal })).toHaveLength(10);
			const sent = (await server.sent()) - before;
			// Without RANG as much more is under way when the connection is cut as the kernels hold for it, some megabytes.
			expect(sent).toBeLessThan(exact ? 5000 : 2 ** 25);
			expect((await server.commands()).filter((line) => line.startsWith("USER")).length).toBeGreaterThan(0);
		});

		test("a wrong password is an error that says so, and not what it was", async () => {
			await using storage = new FtpStorage({ ...ftpConfigOf(server), password: "wrong-horse" });
			const error = await storage.list("", { symlinks: "skip", signal }).catch((thrown: Error) => thrown);
			expect(error).toMatchObject({ code: "forbidden", message: expect.stringContaining("password") });
			expect((error as Error).message + (error as Error).stack).not.toContain("wrong-horse");
		});

		test("a folder that may be read but not entered is an error, never empty", async () => {
			await using bench = await makeFtpBench(server);
			await bench.write("in/a", "");
			await bench.mode("in", 0o744);
			await expect(list(bench, "in")).rejects.toMatchObject({ code: "forbidden", path: "in" });
			await bench.mode("in", 0o711);
			await expect(list(bench, "in")).rejects.toMatchObject({ code: "forbidden", path: "in" });
			expect(await bench.storage.stat("in/a", { signal })).toMatchObject({ name: "a" });
			await bench.mode("in", 0o700);
			await expect(bench.storage.stat("in/a", { signal })).rejects.toMatchObject({ code: "forbidden" });
		});

		test("a file that may not be read is an error to open", async () => {
			await using bench = await makeFtpBench(server);
			await bench.write("a", "1");
			await bench.mode("a", 0o600);
			expect((await list(bench)).files).toHaveLength(1);
			const reading = (async () => {
				await using file = await bench.storage.open("a", { signal });
				return await file.read(0, 1, { signal });
			})();
			await expect(reading).rejects.toMatchObject({ code: "forbidden", path: "a" });
		});

		test("a name with a line break is a problem, and its neighbours are there", async () => {
			await using bench = await makeFtpBench(server);
			for (const file of ["good.tif", "line\nfeed.tif"]) await bench.write(file, "");
			const listing = await list(bench);
			expect(listing.files?.map((file) => file.name)).toEqual(["good.tif"]);
			expect(listing.unclear).toMatchObject([{ code: "invalid-path" }]);
			const before = (await server.commands()).length;
			for (const path of ["line\nfeed.tif", "x\r\nDELE good.tif"]) {
				await expect(bench.storage.stat(path, { signal })).rejects.toMatchObject({ code: "invalid-path", path });
				await expect(bench.storage.open(path, { signal })).rejects.toMatchObject({ code: "invalid-path", path });
			}
			expect((await server.commands()).length).toBe(before);
		});

		test("facts name the server, and whether times are exact", async () => {
			await using bench = await makeFtpBench(server);
			const facts = await bench.storage.facts({ signal });
			expect(facts.server).toMatch(new RegExp(name, "i"));
			expect(facts).toMatchObject({ times: "exact", ranges: true, versions: false });
			expect(facts.notes.some((note) => note.includes("the exact time of each"))).toBe(!exact);
		});
	});
}

describeWithServer(vsftpd, "rough listings", () => {
	let server: FtpServer;
	let bench: FtpBench;
	beforeAll(async () => {
		server = await startVsftpd();
	});
	afterAll(() => server?.[Symbol.asyncDispose]());

	const asked = async (before: number) =>
		(await server.commands()).slice(before).flatMap((line) => /^MDTM .*\/(.*)$/.exec(line)?.[1] ?? []);
	const touch = (file: string, time: number) => utimes(join(bench.root, file), time / 1000, time / 1000);
	const hour = 3_600_000;

	test.each([
		["of the last months", 30 * 24 * hour],
		["of years ago", 1000 * 24 * hour],
	])("only new files and those that look different are asked for: %s", async (_, age) => {
		bench = await makeFtpBench(server);
		await using _bench = bench;
		const time = Date.now() - age;
		for (const file of ["a", "b", "c"]) {
			await bench.write(file, "1");
			await touch(file, time);
		}
		const first = await list(bench);
		for (const entry of first.files ?? []) expect(entry).toEqual(await bench.storage.stat(entry.name, { signal }));
		await bench.write("new", "1");
		await touch("new", time);
		await touch("b", time - 48 * hour);
		await bench.write("c", "longer");
		await touch("c", time);
		await using again = new FtpStorage(bench.config);
		const before = (await server.commands()).length;
		const knownFiles = async () => first.files ?? [];
		const second = await again.list("", { symlinks: "skip", knownDigest: first.digest, knownFiles, signal });
		// One more file may show the server's time zone.
		expect((await asked(before)).filter((file) => file !== "a").sort()).toEqual(["b", "c", "new"]);
		expect(second.files?.[0]).toEqual(first.files?.[0]);
		for (const entry of second.files ?? []) expect(entry).toEqual(await again.stat(entry.name, { signal }));
	});

	test("a file written twice within a minute, with the same size, is noticed", async () => {
		bench = await makeFtpBench(server);
		await using _bench = bench;
		// Times to come are shown to the day, as those long gone.
		const now = Math.floor(Date.now() / 1000) * 1000 - 5000;
		await writeFile(join(bench.root, "a"), "1");
		await touch("a", now);
		const first = await list(bench);
		expect((await list(bench, "", first.digest)).files).toBeNull();
		await touch("a", now + 1000);
		const second = await list(bench, "", first.digest);
		expect(second.files?.[0]?.mtime).toBe((now + 1000) * 1000);
	});

	test("a file of a time to come, written twice within that day with the same size, is noticed", async () => {
		bench = await makeFtpBench(server);
		await using _bench = bench;
		// At noon: an hour later is the same day wherever the server thinks it is.
		const day = (Math.floor(Date.now() / (24 * hour)) + 3.5) * 24 * hour;
		await bench.write("a", "1");
		await bench.write("old", "1");
		await touch("a", day);
		await touch("old", day - 1000 * 24 * hour);
		const first = await list(bench);
		await using again = new FtpStorage(bench.config);
		const before = (await server.commands()).length;
		const options = { symlinks: "skip", knownDigest: first.digest, signal } as const;
		expect((await again.list("", options)).files).toBeNull();
		expect(await asked(before)).toEqual(["a"]);
		await touch("a", day + hour);
		expect((await again.list("", options)).files?.[0]?.mtime).toBe((day + hour) * 1000);
	});

	test("an old file of the same day but another minute is another file", async () => {
		bench = await makeFtpBench(server);
		await using _bench = bench;
		await bench.write("a", "1");
		const noon = (Math.floor(Date.now() / (24 * hour)) - 100.5) * 24 * hour;
		await touch("a", noon);
		const first = await list(bench);
		// The same day, shown to the minute: another minute is another file.
		await touch("a", noon + 61_000);
		expect((await list(bench, "", first.digest)).files).not.toBeNull();
	});
});

describeWithServer(vsftpd, "TLS", () => {
	const modes = ["explicit", "implicit"] as const;
	let running: Record<(typeof modes)[number], Awaited<ReturnType<typeof startVsftpd>>>;
	beforeAll(async () => {
		running = { explicit: await startVsftpd({ tls: "explicit" }), implicit: await startVsftpd({ tls: "implicit" }) };
	});
	afterAll(async () => {
		for (const mode of modes) await running?.[mode][Symbol.asyncDispose]();
	});
	const make = (mode: (typeof modes)[number], more: Partial<FtpConfig> = {}) =>
		makeFtpBench(running[mode], { tls: mode, host: "localhost", ...more });

	describe.each(modes)("%s", (mode) => {
		test("a self-signed certificate is refused", async () => {
			await using bench = await make(mode);
			await expect(list(bench)).rejects.toMatchObject({
				code: "forbidden",
				message: expect.stringContaining("certificate"),
			});
			const said = await running[mode].commands();
			expect(said.filter((line) => line.startsWith("PASS"))).toEqual([]);
		});

		test("files are listed and read where its verification is switched off", async () => {
			await using bench = await make(mode, { verifyCertificate: false });
			await bench.write("in/a.tif", "content");
			await bench.write("in/b.tif", "x".repeat(300_000));
			expect((await list(bench, "in")).files?.map((file) => file.size)).toEqual([7, 300_000]);
			await using file = await bench.storage.open("in/b.tif", { signal });
			expect(await file.read(100_000, 10, { signal })).toHaveLength(10);
			expect(await file.read(0, 300_000, { signal })).toHaveLength(300_000);
		});

		test("a certificate of a known authority is taken, for the name it is of", async () => {
			const before = getCACertificates("default");
			setDefaultCACertificates([...before, await readFile(running[mode].certificate, "utf8")]);
			try {
				await using bench = await make(mode);
				await bench.write("a.tif", "content");
				expect((await list(bench)).files).toHaveLength(1);
				await using other = await make(mode, { host: "127.0.0.1" });
				await expect(list(other)).rejects.toMatchObject({ code: "forbidden" });
			} finally {
				setDefaultCACertificates(before);
			}
		});
	});

	test("a server without TLS is not talked to in the clear", async () => {
		await using plain = await startVsftpd();
		await using bench = await makeFtpBench(plain, { tls: "explicit" });
		await expect(list(bench)).rejects.toMatchObject({ code: "unreachable" });
		expect((await plain.commands()).filter((line) => /^(USER|PASS)/.test(line))).toEqual([]);
	});
});
