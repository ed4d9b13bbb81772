import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { HttpConfig } from "#lib/storage/config.ts";
import { HttpStorage } from "./http.ts";

/** What no real server does on demand: a server that answers as each test says. */

const signal = new AbortController().signal;
const listing = { symlinks: "skip", signal } as const;
let server: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let requests: string[];
let origin: string;

beforeAll(async () => {
	server = createServer((request, response) => {
		requests.push(`${request.method} ${request.url}`);
		answer(request, response);
	});
	origin = await originOf(server);
});
beforeEach(() => {
	requests = [];
});
afterAll(() => {
	server.closeAllConnections();
	server.close();
});

async function originOf(listener: Server): Promise<string> {
	await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
	return `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
}

/** Lists what a server of its own answers: an answer that may have been cut off is asked for again, which takes its time. */
async function listOf(kind: HttpConfig["listing"], handler: typeof answer) {
	const own = createServer((request, response) => handler(request, response));
	try {
		await using storage = open({ url: `${await originOf(own)}/data`, listing: kind });
		return await storage.list("", listing);
	} finally {
		own.closeAllConnections();
		own.close();
	}
}

function open(more: Partial<HttpConfig> = {}): HttpStorage {
	return new HttpStorage({ type: "http", url: `${origin}/data`, listing: "json", ...more });
}

function index(links: string, title = "Index of /data/"): string {
	return `<html><head><title>${title}</title></head><body><pre>${links}</pre></body></html>`;
}

function page(body: string, headers: Record<string, string> = {}) {
	return (request: IncomingMessage, response: ServerResponse) => {
		if (request.method !== "HEAD") return void response.writeHead(200, headers).end(body);
		const file = { "content-length": "7", "last-modified": "Sun, 22 Nov 2026 10:00:30 GMT", etag: '"v1"' };
		response.writeHead(200, file).end();
	};
}

describe("an index in HTML", () => {
	test.each<[what: string, href: string, name: string | null]>([
		["a name", "a.tif", "a.tif"],
		["an encoded name", "a%20b%23.tif", "a b#.tif"],
		["an absolute path", "/data/a.tif", "a.tif"],
		["the address of the root itself", "ORIGIN/data/a.tif", "a.tif"],
		["dots that lead back", "../data/./a.tif", "a.tif"],
		["another host", "http://elsewhere.example/data/a.tif", null],
		["another host, without protocol", "//elsewhere.example/data/a.tif", null],
		["another port", "http://127.0.0.1:1/data/a.tif", null],
		["another protocol", "ftp://127.0.0.1/data/a.tif", null],
		["user and password", "http://u:p@elsewhere.example/data/a.tif", null],
		["the parent", "../", null],
		["a neighbour of the root", "../data2/a.tif", null],
		["what begins as the root does", "/database/a.tif", null],
		["encoded dots", "%2e%2e/secret.tif", null],
		["an encoded slash", "..%2Fsecret.tif", null],
		["a backslash", "..\\secret.tif", null],
		["an encoded backslash, which is a name", "..%5Csecret.tif", null],
		["a NUL", "a%00.tif", null],
		["a deeper place", "sub/a.tif", null],
		["the folder itself", "./", null],
		["an empty name", "//", null],
		["a sort link", "?C=M;O=D", null],
		["a query", "a.tif?version=1", null],
		["a script", "javascript:alert(1)", null],
		["data", "data:text/plain,x", null],
		["mail", "mailto:a@example.org", null],
		["a place in the page", "#top", null],
		["nothing", "", null],
		["no address", "http://[", null],
	])("%s", async (_, href, name) => {
		answer = page(index(`<a href="${href.replace("ORIGIN", origin)}">x</a> 2026-11-22 10:00    7`));
		await using storage = open({ listing: "html" });
		const { files, folders, problems } = await storage.list("", listing);
		expect({ files: files?.map((file) => file.name), folders, problems }).toEqual({
			files: name === null ? [] : [name],
			folders: [],
			problems: [],
		});
		for (const request of requests) expect(request).toMatch(/^(GET|HEAD) \/data\//);
	});

	test.concurrent.each<[what: string, html: string]>([
		["of a plain page", index('<a href="a.tif">a</a>', "Welcome")],
		["of a page without a title", '<html><body><a href="a.tif">a</a></body></html>'],
		["that is cut off", index('<a href="a.tif">a</a> 2026-11-22 10:00 7').replace("</html>", "")],
		["that is cut off in a link", index('<a href="a.tif">a</a> 2026-11-22 10:00 7').slice(0, 90)],
		["that is empty", ""],
	])("is no listing: %s", async (_, html) => {
		await expect(listOf("html", page(html))).rejects.toMatchObject({ code: "io", path: "" });
	});

	test("a name that is not UTF-8 is a problem, and the rest is listed", async () => {
		answer = page(index('<a href="b%E4d.tif">b</a> 2026-11-22 10:00 7\n<a href="a.tif">a</a> 2026-11-22 10:00 7'));
		await using storage = open({ listing: "html" });
		const { files, problems } = await storage.list("", listing);
		expect(files).toHaveLength(1);
		expect(problems).toMatchObject([{ path: "", code: "invalid-path", message: expect.stringContaining("b%E4d.tif") }]);
	});

	test("a file that is shown but not there is an error; one that vanished meanwhile is not", async () => {
		const shown = page(index('<a href="a.tif">a</a> 2026-11-22 10:00 7'));
		let pages = 0;
		const answerWith = (last: string) => {
			answer = (request, response) => {
				if (request.method === "HEAD") return void response.writeHead(404).end();
				return pages++ > 0 ? void response.end(last) : shown(request, response);
			};
		};
		answerWith(index('<a href="a.tif">a</a> 2026-11-22 10:00 7'));
		await using storage = open({ listing: "html" });
		await expect(storage.list("", listing)).rejects.toMatchObject({ code: "io", message: /shows a\.tif/ });
		pages = 0;
		answerWith(index(""));
		expect((await storage.list("", listing)).files).toEqual([]);
	});

	test("links in scripts and comments are no links", async () => {
		answer = page(
			index('<script>"<a href=a.tif>"</script><!-- <a href="b.tif">b</a> --><a href="c.tif">c</a> 2026-11-22 10:00 7'),
		);
		await using storage = open({ listing: "html" });
		expect((await storage.list("", listing)).files?.map(({ name }) => name)).toEqual(["c.tif"]);
	});

	test("that shows neither times nor sizes: every file is asked for, and a change is found", async () => {
		answer = page(index('<ul><li><a href="a.tif">a.tif</a></li></ul>', "Directory listing for /data/"));
		await using storage = open({ listing: "html" });
		const { digest, files } = await storage.list("", listing);
		expect(files).toEqual([
			{ name: "a.tif", size: 7, mtime: Date.UTC(2026, 10, 22, 10, 0, 30) * 1000, etag: '"v1"', inode: null },
		]);
		expect((await storage.list("", { ...listing, knownDigest: digest })).files).toBeNull();
		const before = answer;
		answer = (request, response) =>
			request.method === "HEAD"
				? response.writeHead(200, { "content-length": "7", etag: '"v2"' }).end()
				: before(request, response);
		expect((await storage.list("", { ...listing, knownDigest: digest })).files).toHaveLength(1);
	});
});

describe("WebDAV", () => {
	const member = (href: string, more = "<D:getcontentlength>7</D:getcontentlength>", status = "HTTP/1.1 200 OK") =>
		`<D:response><D:href>${href}</D:href><D:propstat><D:prop>${more}</D:prop><D:status>${status}</D:status></D:propstat></D:response>`;
	const collection = "<D:resourcetype><D:collection/></D:resourcetype>";
	const self = member("/data/", collection);
	const multistatus = (body: string) => `<?xml version="1.0"?><D:multistatus xmlns:D="DAV:">${body}</D:multistatus>`;
	const list = async (xml: string) => {
		answer = (_, response) => response.writeHead(207, { "content-type": "application/xml" }).end(xml);
		await using storage = open({ listing: "webdav" });
		return await storage.list("", listing);
	};

	test("another prefix for the namespace, addresses with a host, and properties that are missing", async () => {
		const xml = multistatus(self + member(`${origin}/data/a%20b.tif`) + member("/data/sub/", collection))
			.replaceAll("D:", "d:")
			.replace("xmlns:D", "xmlns:d");
		expect(await list(xml)).toMatchObject({
			folders: ["sub"],
			files: [{ name: "a b.tif", size: 7, mtime: null, etag: null }],
		});
		const missing = `${member("/data/a.tif").replace("</D:response>", "")}<D:propstat><D:prop><D:getetag/></D:prop><D:status>HTTP/1.1 404 Not Found</D:status></D:propstat></D:response>`;
		expect((await list(multistatus(self + missing))).files).toMatchObject([{ name: "a.tif", size: 7, etag: null }]);
	});

	test("a member that vanished meanwhile is not there", async () => {
		const gone = "<D:response><D:href>/data/gone.tif</D:href><D:status>HTTP/1.1 404 Not Found</D:status></D:response>";
		expect((await list(multistatus(self + gone))).files).toEqual([]);
	});

	test.concurrent.each<[what: string, xml: string]>([
		["a document type", `<!DOCTYPE D:multistatus [<!ENTITY e "x">]>${multistatus(self)}`],
		["an entity nobody declared", multistatus(self + member("/data/&e;.tif"))],
		["cut off", multistatus(self + member("/data/a.tif")).slice(0, -20)],
		["cut off after a member", multistatus(self + member("/data/a.tif")).replace("</D:multistatus>", "")],
		["something after its end", `${multistatus(self)}Internal Server Error`],
		["a member on another host", multistatus(self + member("http://elsewhere.example/data/a.tif"))],
		["a member above the root", multistatus(self + member("/other/a.tif"))],
		["a member deeper down", multistatus(self + member("/data/sub/a.tif"))],
		[
			"a member that may not be examined",
			multistatus(
				`${self}<D:response><D:href>/data/a.tif</D:href><D:status>HTTP/1.1 403 Forbidden</D:status></D:response>`,
			),
		],
		["a file without a size", multistatus(self + member("/data/a.tif", ""))],
		["a size that is none", multistatus(self + member("/data/a.tif", "<D:getcontentlength>-1</D:getcontentlength>"))],
		["a folder that does not mention itself", multistatus(member("/data/a.tif"))],
		["too deep", multistatus(self + "<D:x>".repeat(100) + "</D:x>".repeat(100))],
		["too long a text", multistatus(self + member(`/data/${"x".repeat(30_000)}`))],
		["nothing", ""],
		["a page", index("")],
	])("an answer that cannot be believed is an error: %s", async (_, xml) => {
		const multistatusAnswer: typeof answer = (_, response) =>
			response.writeHead(207, { "content-type": "application/xml" }).end(xml);
		await expect(listOf("webdav", multistatusAnswer)).rejects.toMatchObject({ code: "io", path: "" });
	});
});

describe("nginx's JSON", () => {
	const list = async (json: string | Buffer) => {
		answer = (_, response) => response.end(json);
		await using storage = open();
		return await storage.list("", listing);
	};
	const file = (name: string) =>
		`{ "name":"${name}", "type":"file", "mtime":"Sun, 22 Nov 2026 10:00:30 GMT", "size":7 }`;

	test("a name that is not UTF-8 is a problem, and the rest is listed", async () => {
		const json = Buffer.from(`[${file("b\u00e4d.tif")}, ${file("good.tif")}]`, "latin1");
		const { files, problems } = await list(json);
		expect(files).toEqual([
			{ name: "good.tif", size: 7, mtime: Date.UTC(2026, 10, 22, 10, 0, 30) * 1000, etag: null, inode: null },
		]);
		expect(problems).toHaveLength(1);
		expect((await list(`[${file("\ufffd.tif")}]`)).files).toMatchObject([{ name: "\ufffd.tif" }]);
	});

	test.concurrent.each([
		["cut off", `[${file("a")},`],
		["not an index", '{"status":"ok"}'],
		["not JSON", index("")],
		["a file without a size", '[{ "name":"a", "type":"file" }]'],
		["a size that is none", '[{ "name":"a", "type":"file", "size":-1 }]'],
		["empty", ""],
	])("an answer that cannot be believed is an error: %s", async (_, json) => {
		await expect(listOf("json", (_, response) => response.end(json))).rejects.toMatchObject({ code: "io", path: "" });
	});

	test("a name that could lead elsewhere is a problem", async () => {
		const { files, problems } = await list(`[${file("../secret")}, ${file("a\\u0000b")}, ${file("")}]`);
		expect(files).toEqual([]);
		expect(problems).toHaveLength(3);
	});
});
