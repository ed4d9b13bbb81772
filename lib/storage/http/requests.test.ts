import { execFileSync } from "node:child_process";
import { utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Entry, Listing } from "#lib/storage/storage.ts";
import { apache, startApache } from "#lib/storage/test-servers/apache.ts";
import { nginx, startNginx } from "#lib/storage/test-servers/nginx.ts";
import { type LoggingWebServer, makeWebBench } from "#lib/storage/test-servers/web-server.ts";
import { describeWithServer } from "#lib/storage/test-servers/with-server.ts";
import { HttpStorage } from "./http.ts";

/** What listings cost, by the servers' own logs. */

const signal = new AbortController().signal;
const listing = { symlinks: "skip", signal } as const;
const old = new Date("2020-02-03T04:05:06Z");
let marks = 0;

const seenRequests = new Map<LoggingWebServer, number>();

/**
 * Expects just these since the last call. Servers write their logs after they have answered, and not always in the order of
 * the answers: the lines are waited for, and one more request shows that there are no others.
 */
async function expectRequests(server: LoggingWebServer, expected: readonly string[]): Promise<void> {
	const mark = `GET /mark-${marks++}`;
	await fetch(new URL(mark.slice(4), server.url));
	const before = seenRequests.get(server) ?? 0;
	await vi.waitFor(async () => {
		const lines = await server.requests();
		expect(lines).toContain(mark);
		const asked = lines.filter((line) => !line.startsWith("GET /mark-")).slice(before);
		expect(asked.map((line) => line.replace(/\/eosync-[^/]*/, "")).toSorted()).toEqual(expected.toSorted());
	}, 20_000);
	seenRequests.set(server, before + expected.length);
}

describeWithServer(apache, "Apache, HTML", () => {
	let server: LoggingWebServer;
	beforeAll(async () => {
		server = await startApache({ listing: "html" });
	});
	afterAll(() => server?.[Symbol.asyncDispose]());

	const setUp = async () => {
		const bench = await makeWebBench(server, { listing: "html" });
		for (const name of ["a", "b", "c"]) {
			await bench.write(name, "x".repeat(5000));
			await bench.touch?.(name, old);
		}
		return { bench };
	};
	const known = (before: Listing) => ({
		...listing,
		knownDigest: before.digest,
		knownFiles: async (): Promise<readonly Entry[]> => before.files ?? [],
	});

	test("an unchanged folder is one request", async () => {
		const { bench } = await setUp();
		await using _ = bench;
		const before = await bench.storage.list("", listing);
		expect(before.files).toEqual(
			["a", "b", "c"].map((name) => ({
				name,
				size: 5000,
				mtime: old.getTime() * 1000,
				etag: expect.any(String),
				inode: null,
			})),
		);
		await expectRequests(server, ["GET /", "HEAD /a", "HEAD /b", "HEAD /c"]);
		expect((await bench.storage.list("", known(before))).files).toBeNull();
		await expectRequests(server, ["GET /"]);
	});

	test("a new file is one more; those known are believed, once the first and the last of them were looked at", async () => {
		const { bench } = await setUp();
		await using _ = bench;
		const before = await bench.storage.list("", listing);
		await expectRequests(server, ["GET /", "HEAD /a", "HEAD /b", "HEAD /c"]);
		await bench.write("d", "x");
		await bench.touch?.("d", old);
		const after = await bench.storage.list("", known(before));
		expect(after.files?.map(({ name }) => name)).toEqual(["a", "b", "c", "d"]);
		expect(after.files?.slice(0, 3)).toEqual(before.files);
		await expectRequests(server, ["GET /", "HEAD /a", "HEAD /c", "HEAD /d"]);
	});

	test("a file that looks different is asked for, and found to have changed", async () => {
		const { bench } = await setUp();
		await using _ = bench;
		const before = await bench.storage.list("", listing);
		await bench.write("b", "y".repeat(9000));
		await bench.touch?.("b", old);
		const after = await bench.storage.list("", known(before));
		expect(after.files?.[1]).toMatchObject({ name: "b", size: 9000 });
		expect(after.files?.[0]).toEqual(before.files?.[0]);
	});

	test("what is written twice within a minute, with the same size, is noticed", async () => {
		const { bench } = await setUp();
		await using _ = bench;
		// Just now, and not in the future: of such a file the server says that it was written when it is asked.
		const now = Math.floor(Date.now() / 1000);
		const at = join(bench.root, "b");
		const write = async (content: string, second: number) => {
			await writeFile(at, content.repeat(5000));
			await utimes(at, second, second);
		};
		await write("1", now - 2);
		const first = await bench.storage.list("", listing);
		await write("2", now - 1);
		const second = await bench.storage.list("", known(first));
		expect(second.digest).not.toBe(first.digest);
		expect(second.files?.[1]?.mtime).toBe((now - 1) * 1_000_000);
		expect((await bench.storage.list("", known(second))).files).toBeNull();
	});
});

describeWithServer(nginx, "nginx, JSON", () => {
	let server: LoggingWebServer;
	beforeAll(async () => {
		server = await startNginx({ format: "json" });
	});
	afterAll(() => server?.[Symbol.asyncDispose]());

	test("a folder is one request, whatever is in it; the header of a large file is read without the rest", async () => {
		await using bench = await makeWebBench(server, { listing: "json" });
		for (let i = 0; i < 20; i++) await bench.write(`f${i}`, "x".repeat(100_000));
		await bench.storage.list("", listing);
		await expectRequests(server, ["GET /"]);
		await using file = await bench.storage.open("f1", { signal });
		await file.read(0, 16, { signal });
		await expectRequests(server, ["HEAD /f1", "GET /f1"]);
	});

	test("says what it is and how it is listed", async () => {
		await using bench = await makeWebBench(server);
		await bench.write("in/a.tif", "x");
		expect(await bench.storage.facts({ signal })).toMatchObject({
			server: expect.stringContaining("nginx"),
			times: "exact",
			versions: false,
			ranges: true,
			notes: [expect.stringContaining("JSON"), expect.stringContaining("not encrypted")],
		});
	});
});

describeWithServer(nginx, "nginx, with a password", () => {
	let server: LoggingWebServer;
	beforeAll(async () => {
		const hash = execFileSync("openssl", ["passwd", "-apr1", "-stdin"], { input: "secret", encoding: "utf8" }).trim();
		server = await startNginx({ format: "json", users: `eo:${hash}\n` });
	});
	afterAll(() => server?.[Symbol.asyncDispose]());

	test("opens to clients that know it, and says so to others", async () => {
		const url = server.url;
		await using right = new HttpStorage({ type: "http", url, listing: "auto", user: "eo", password: "secret" });
		expect(await right.list("", listing)).toMatchObject({ folders: [], files: [] });
		await using wrong = new HttpStorage({ type: "http", url, listing: "auto", user: "eo", password: "guessed" });
		const error = await wrong.list("", listing).catch((thrown) => thrown);
		expect(error).toMatchObject({ code: "forbidden", message: expect.stringContaining("401") });
		expect(error.message).not.toContain("guessed");
	});
});

describeWithServer(nginx, "nginx, HTML", () => {
	test("a page that takes the place of a listing is an error", async () => {
		await using server = await startNginx({ format: "html" });
		await using bench = await makeWebBench(server, { listing: "html" });
		await bench.write("index.html", '<html><head><title>Data portal</title></head><a href="a.tif">a</a></html>');
		await bench.write("a.tif", "x");
		const error = { code: "io", message: expect.stringContaining("Data portal") };
		await expect(bench.storage.list("", listing)).rejects.toMatchObject(error);
	});
});
