import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { HttpConfig } from "#lib/storage/config.ts";
import { HttpStorage } from "./http.ts";
import { pauseOf } from "./transient-error.ts";

const signal = new AbortController().signal;
const listing = { symlinks: "skip", signal } as const;
const json = '[{ "name":"a.tif", "type":"file", "size":7, "mtime":"Sun, 22 Nov 2026 10:00:30 GMT" }]';
let server: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let requests: string[];
let origin: string;

beforeEach(async () => {
	requests = [];
	server = createServer((request, response) => {
		requests.push(`${request.method} ${request.url}`);
		answer(request, response);
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
	server.closeAllConnections();
	server.close();
});

function open(more: Partial<HttpConfig> = {}): HttpStorage {
	return new HttpStorage({ type: "http", url: `${origin}/data/`, listing: "json", ...more });
}

function redirect(from: string, to: string) {
	return (request: IncomingMessage, response: ServerResponse) =>
		request.url === from ? response.writeHead(302, { location: to }).end() : response.end(json);
}

describe("redirects", () => {
	test.each([
		["below the root", "/data/other/a.tif"],
		["with host", "ORIGIN/data/other/a.tif"],
		["relative", "other/a.tif"],
	])("of files are followed: %s", async (_, to) => {
		answer = (request, response) =>
			request.url === "/data/a.tif"
				? response.writeHead(302, { location: to.replace("ORIGIN", origin) }).end()
				: response.writeHead(200, { "content-length": "7" }).end();
		await using storage = open();
		expect(await storage.stat("a.tif", { signal })).toMatchObject({ name: "a.tif", size: 7 });
		expect(requests).toEqual(["HEAD /data/a.tif", "HEAD /data/other/a.tif"]);
	});

	test.each([
		["to another host", "http://elsewhere.example/data/sub/"],
		["to another port", "http://127.0.0.1:1/data/sub/"],
		["to https", "https://127.0.0.1/data/sub/"],
		["out of the root", "/login/"],
		["out of the root with encoded dots", "/data/%2e%2e/secret/"],
		["with an encoded slash", "/data/..%2f..%2fsecret/"],
		["to a query", "/data/sub/?token=secret"],
		["to another folder", "/data/other/"],
		["to the folder above, for ever", "/data/"],
		["nowhere", ""],
	])("are an error %s", async (_, to) => {
		answer = redirect("/data/sub/", to);
		await using storage = open();
		const error = await storage.list("sub", listing).catch((thrown) => thrown);
		expect(error).toMatchObject({ code: "forbidden", path: "sub" });
		expect(error.message).not.toContain("token");
		expect(requests).toEqual(["GET /data/sub/"]);
	});

	test("round in a circle end", async () => {
		answer = (request, response) =>
			response.writeHead(301, { location: request.url === "/data/a" ? "/data/b" : "/data/a" }).end();
		await using storage = open();
		await expect(storage.stat("a", { signal })).rejects.toMatchObject({ code: "io", path: "a" });
		expect(requests).toHaveLength(6);
	});
});

describe("answers that say no", () => {
	test.each([
		[401, "forbidden", "user and password"],
		[403, "forbidden", "not allowed"],
		[404, "not-found", "check the path"],
		[410, "not-found", "removed"],
		[400, "io", "does not understand"],
		[418, "io", "418"],
		[500, "io", "server failed"],
		[408, "timeout", "try again later"],
	])("%i", async (status, code, says) => {
		answer = (_, response) => response.writeHead(status).end("no");
		await using storage = open({ user: "u", password: "very secret" });
		const error = await storage.list("sub", listing).catch((thrown) => thrown);
		expect(error).toMatchObject({ code, path: "sub", message: expect.stringContaining(says) });
		expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/very secret|dTp2/);
		expect(requests).toHaveLength(1);
	});

	test.each([429, 502, 503, 504])("%i is tried again", async (status) => {
		let refusals = 2;
		answer = (_, response) =>
			refusals-- > 0 ? response.writeHead(status, { "retry-after": "0" }).end() : response.end(json);
		await using storage = open();
		expect((await storage.list("", listing)).files).toHaveLength(1);
		expect(requests).toHaveLength(3);
	});

	test("and go on saying it are believed", async () => {
		answer = (_, response) => response.writeHead(503, { "retry-after": "0" }).end();
		await using storage = open();
		await expect(storage.list("", listing)).rejects.toMatchObject({ code: "unreachable", retryable: true });
		expect(requests).toHaveLength(4);
	});

	test("a pause of an hour is not waited for", async () => {
		answer = (_, response) => response.writeHead(429, { "retry-after": "3600" }).end();
		await using storage = open();
		await expect(storage.list("", listing)).rejects.toMatchObject({ code: "unreachable" });
		expect(requests).toHaveLength(1);
	});

	test.each([
		[undefined, 0],
		["0", 0],
		["7", 7000],
		["Sun, 22 Nov 2020 10:00:00 GMT", 0],
		["soon", 0],
		["-5", 0],
	])("Retry-After: %s is a pause of %i ms", (text, pause) => {
		expect(pauseOf(text)).toBe(pause);
	});

	test("Retry-After may be a date", () => {
		expect(pauseOf(new Date(Date.now() + 3_600_000).toUTCString())).toBeGreaterThan(3_500_000);
	});

	test("a connection that is lost is tried again", async () => {
		let losses = 1;
		answer = (request, response) => (losses-- > 0 ? request.socket.destroy() : response.end(json));
		await using storage = open();
		expect((await storage.list("", listing)).files).toHaveLength(1);
	});
});

describe("half an answer is an error", () => {
	test.each<[what: string, send: (response: ServerResponse) => void]>([
		[
			"less than announced",
			(response) =>
				response.writeHead(200, { "content-length": json.length }).write(json.slice(0, 20), () => response.destroy()),
		],
		["chunks without an end", (response) => response.write("[", () => response.destroy())],
		["compressed unasked", (response) => response.writeHead(200, { "content-encoding": "gzip" }).end(json)],
	])("%s", async (_, send) => {
		answer = (_request, response) => send(response);
		await using storage = open();
		const error = await storage.list("", listing).catch((thrown) => thrown);
		expect(["io", "unreachable"]).toContain(error.code);
	});

	test("an answer that stops in the middle is given up in time", async () => {
		answer = (_, response) => void response.write("[");
		await using storage = open({ timeout: 0.2 });
		await expect(storage.list("", listing)).rejects.toMatchObject({ code: "timeout", path: "" });
	});
});

test("every request says who asks, to the server and no other", async () => {
	const seen: (string | undefined)[] = [];
	answer = (request, response) => {
		seen.push(request.headers.authorization);
		response.end(json);
	};
	await using basic = open({ user: "Jürgen", password: "p:w" });
	await basic.list("", listing);
	await using bearer = open({ token: "abc" });
	await bearer.list("", listing);
	expect(seen).toEqual([`Basic ${Buffer.from("Jürgen:p:w").toString("base64")}`, "Bearer abc"]);
});

test("never more requests at once than the storage allows", async () => {
	let running = 0;
	let most = 0;
	answer = (_, response) => {
		most = Math.max(most, ++running);
		setTimeout(() => {
			running--;
			response.end(json);
		}, 20);
	};
	await using storage = open({ parallel: 3 });
	await Promise.all(Array.from({ length: 20 }, (_, i) => storage.list(`f${i}`, listing)));
	expect(most).toBe(3);
});

test("an address out of reach is not connected to, by number or by name", async () => {
	answer = (_, response) => response.end(json);
	for (const url of [`${origin}/data/`, `${origin.replace("127.0.0.1", "localhost")}/data/`]) {
		await using storage = new HttpStorage({ type: "http", url, listing: "json" }, { network: { allowedHosts: [] } });
		await expect(storage.list("sub", listing)).rejects.toMatchObject({ code: "forbidden", path: "sub" });
	}
	expect(requests).toEqual([]);
});

describe("reading", () => {
	const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, i) => i % 251));
	const head = { "last-modified": "Sun, 22 Nov 2026 10:00:30 GMT", etag: '"v1"' };
	let sent: (request: IncomingMessage, response: ServerResponse) => void;
	beforeEach(() => {
		answer = (request, response) =>
			request.method === "HEAD"
				? response.writeHead(200, { ...head, "content-length": bytes.length }).end()
				: sent(request, response);
	});
	const read = async (offset: number, length: number) => {
		await using storage = open();
		await using file = await storage.open("a.tif", { signal });
		return Buffer.from(await file.read(offset, length, { signal }));
	};

	test("without ranges: from the beginning, and no further than needed", async () => {
		sent = (_, response) => response.writeHead(200, { ...head, "content-length": bytes.length }).end(bytes);
		expect((await read(100_000, 50)).equals(bytes.subarray(100_000, 100_050))).toBe(true);
		await using storage = open();
		answer = (
			(before) => (request, response) =>
				request.url === "/data/" ? response.end(json) : before(request, response)
		)(answer);
		expect(await storage.facts({ signal })).toMatchObject({
			ranges: false,
			notes: expect.arrayContaining([expect.stringContaining("from their beginning")]),
		});
	});

	test("asks for the version that was opened", async () => {
		const conditions: unknown[] = [];
		sent = (request, response) => {
			conditions.push([request.headers.range, request.headers["if-match"]]);
			response.writeHead(206, { ...head, "content-range": "bytes 10-19/200000" }).end(bytes.subarray(10, 20));
		};
		expect((await read(10, 10)).equals(bytes.subarray(10, 20))).toBe(true);
		expect(conditions).toEqual([["bytes=10-19", '"v1"']]);
	});

	test.each<[what: string, status: number, headers: Record<string, string>, code: string]>([
		["another version", 206, { etag: '"v2"', "content-range": "bytes 10-19/200000" }, "changed"],
		[
			"another time",
			206,
			{ "last-modified": "Sun, 22 Nov 2026 10:00:31 GMT", "content-range": "bytes 10-19/200000" },
			"changed",
		],
		["another size", 206, { "content-range": "bytes 10-19/200001" }, "changed"],
		["a failed condition", 412, {}, "changed"],
		["a range that is beyond it", 416, {}, "changed"],
		["nothing there any more", 404, {}, "changed"],
		["another part", 206, { "content-range": "bytes 0-9/200000" }, "io"],
		["less than the part", 206, { "content-range": "bytes 10-19/200000" }, "io"],
		["it compressed", 206, { "content-range": "bytes 10-19/200000", "content-encoding": "gzip" }, "io"],
	])("the server answers with %s", async (what, status, headers, code) => {
		const body = what === "less than the part" ? bytes.subarray(10, 15) : bytes.subarray(10, 20);
		sent = (_, response) => response.writeHead(status, { ...head, ...headers }).end(body);
		await expect(read(10, 10)).rejects.toMatchObject({ code, path: "a.tif" });
	});
});
