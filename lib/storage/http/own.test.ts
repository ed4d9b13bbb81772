import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { HttpConfig } from "#lib/storage/config.ts";
import type { Listing } from "#lib/storage/storage.ts";
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

describe("a directory listing of IIS", () => {
	const row = (when: string, size: string, href: string, name: string) =>
		` ${when.padStart(21)} ${size.padStart(12)} <A HREF="${href}">${name}</A><br>`;
	const dated = "11/22/2026 10:00 AM";
	const iis = (rows: readonly string[]) =>
		`<html><head><title>archive.example - /data/</title></head><body><H1>archive.example - /data/</H1><hr>\r\n\r\n` +
		`<pre><A HREF="/">[To Parent Directory]</A><br><br>${rows.join("")}</pre><hr></body></html>`;
	const rows = [
		row(dated, "&lt;dir&gt;", "/data/sub%20folder/", "sub folder"),
		row(dated, "7", "/data/a.tif", "a.tif"),
		row("11/2/2026  8:09 PM", "1048576", "/data/%C3%BC%20%26%20b.tif", "ü &amp; b.tif"),
	];
	const members = (found: Listing) => ({ folders: found.folders, files: found.files?.map(({ name }) => name) });
	const unneeded = { ...listing, needed: async () => new Set<string>() };

	test("folders, names, and the sizes and times in front of the links", async () => {
		answer = page(iis(rows));
		await using storage = open({ listing: "html" });
		const found = await storage.list("", unneeded);
		expect(members(found)).toEqual({ folders: ["sub folder"], files: ["a.tif", "ü & b.tif"] });
		expect(found.files?.map(({ size }) => size)).toEqual([7, 1048576]);
		expect(found.unclear).toEqual([]);
		// The server itself has the exact facts that a rule needs.
		const [exact] = (await storage.list("", listing)).files ?? [];
		expect(exact).toMatchObject({ name: "a.tif", size: 7, etag: '"v1"' });
	});

	test("sizes whose thousands are separated, and those with a decimal comma, which are none", async () => {
		const sizes = ["1,234", "12,345,678", "1,2K", "0"].map((size, n) => row(dated, size, `/data/${n}.tif`, `${n}.tif`));
		answer = page(iis(sizes));
		await using storage = open({ listing: "html" });
		expect((await storage.list("", unneeded)).files?.map(({ size }) => size)).toEqual([1234, 12_345_678, 0, 0]);
	});

	test("another minute, another half of the day and another size are another listing", async () => {
		await using storage = open({ listing: "html" });
		const digestOf = async (one: string) => {
			answer = page(iis([one]));
			return (await storage.list("", unneeded)).digest;
		};
		const lines = [
			row(dated, "7", "/data/a.tif", "a.tif"),
			row("11/22/2026 10:00 PM", "7", "/data/a.tif", "a.tif"),
			row("11/22/2026 10:01 AM", "7", "/data/a.tif", "a.tif"),
			row("22.11.2026 10:00", "8", "/data/a.tif", "a.tif"),
		];
		const seen = new Set<string>();
		for (const one of lines) seen.add(await digestOf(one));
		expect(seen.size).toBe(lines.length);
	});

	test("an empty folder is empty; one that is cut off is none", async () => {
		answer = page(iis([]), { "content-type": "text/html" });
		await using storage = open({ listing: "html" });
		expect(members(await storage.list("", listing))).toEqual({ folders: [], files: [] });
		answer = page(iis(rows).slice(0, 400));
		await expect(storage.list("", listing)).rejects.toMatchObject({ code: "io" });
		answer = page(iis(rows).replaceAll("archive.example - /data/", "Sign in"));
		await expect(storage.list("", listing)).rejects.toMatchObject({ message: /not the index/ });
	});
});

describe("an index in HTML", () => {
	const linkTo = (href: string) => `<a href="${href.replace("ORIGIN", origin)}">x</a> 2026-11-22 10:00    7`;

	test.each<[what: string, href: string, name: string]>([
		["a name", "a.tif", "a.tif"],
		["an encoded name", "a%20b%23.tif", "a b#.tif"],
		["an absolute path", "/data/a.tif", "a.tif"],
		["the address of the root itself", "ORIGIN/data/a.tif", "a.tif"],
		["dots that lead back", "../data/./a.tif", "a.tif"],
		["a name with a query", "a.tif?version=1", "a.tif"],
		["a name with a place in it", "a.tif#top", "a.tif"],
	])("a link to a name directly below the folder is a member: %s", async (_, href, name) => {
		answer = page(index(linkTo(href)));
		await using storage = open({ listing: "html" });
		const { files, folders, unclear } = await storage.list("", listing);
		expect(files?.map((file) => file.name)).toEqual([name]);
		expect({ folders, unclear }).toEqual({ folders: [], unclear: [] });
		for (const request of requests) expect(request).toMatch(/^(GET|HEAD) \/data\//);
	});

	test.each<[what: string, href: string]>([
		["an encoded slash", "..%2Fsecret.tif"],
		["a NUL", "a%00.tif"],
		["what is not UTF-8", "b%E4d.tif"],
	])("a member whose name no path can express is unclear, and the rest is listed: %s", async (_, href) => {
		answer = page(index(`${linkTo(href)}\n${linkTo("a.tif")}`));
		await using storage = open({ listing: "html" });
		const { files, unclear } = await storage.list("", listing);
		expect(files).toHaveLength(1);
		expect(unclear).toMatchObject([{ code: "invalid-path", message: expect.stringContaining(href) }]);
	});

	/** Beside members they say nothing; alone they are what an empty folder has. */
	test.each<[what: string, href: string]>([
		["the parent", "../"],
		["the root of the server", "/"],
		["the folder itself", "./"],
		["a sort link", "?C=M;O=D"],
		["another sort link", "?C=N&amp;O=A"],
		["a sort link of old Apaches", "?N=D"],
		["the layout of Apache", "?F=2;V=1"],
		["a sort link with its direction", "?sort=size&amp;dir=desc"],
		["a sort link of Caddy", "./?sort=name&amp;order=asc"],
		["another layout", "?layout=grid"],
		["a script", "javascript:alert(1)"],
		["data", "data:text/plain,x"],
		["mail", "mailto:a@example.org"],
		["a place in the page", "#top"],
		["nothing", ""],
		["no address", "http://["],
	])("a link that leads nowhere else is ignored: %s", async (_, href) => {
		answer = page(index(`${linkTo(href)}\n${linkTo("a.tif")}`));
		await using storage = open({ listing: "html" });
		expect((await storage.list("", listing)).files?.map(({ name }) => name)).toEqual(["a.tif"]);
		answer = page(index(linkTo(href)));
		expect(await storage.list("", listing)).toMatchObject({ files: [], folders: [], unclear: [] });
	});

	/** Foreign pages: ignored beside members, but no member at all is to be seen when there is nothing else. */
	test.each<[what: string, href: string]>([
		["a neighbour of the root", "../data2/a.tif"],
		["what begins as the root does", "/database/a.tif"],
		["encoded dots", "%2e%2e/secret.tif"],
		["a backslash", "..\\secret.tif"],
		["a deeper place", "sub/a.tif"],
		["another host", "http://elsewhere.example/pub/a.tif"],
		["a program", "/cgi-bin/get?file=a.tif"],
	])("a link elsewhere is ignored beside members, and without any is no empty folder: %s", async (_, href) => {
		answer = page(index(`${linkTo(href)}\n${linkTo("a.tif")}`));
		await using storage = open({ listing: "html" });
		expect((await storage.list("", listing)).files?.map(({ name }) => name)).toEqual(["a.tif"]);
		answer = page(index(linkTo(href)));
		await expect(storage.list("", listing)).rejects.toMatchObject({
			code: "io",
			message: expect.stringMatching(/none to anything/),
		});
		answer = page(index(`<footer>${linkTo(href)}</footer>`));
		expect((await storage.list("", listing)).files).toEqual([]);
	});

	test.each<[what: string, href: string, why: RegExp]>([
		["another host", "http://elsewhere.example/data/a.tif", /another address/],
		["another host, without protocol", "//elsewhere.example/data/a.tif", /another address/],
		["another port", "http://127.0.0.1:1/data/a.tif", /another address/],
		["another protocol", "ftp://127.0.0.1/data/a.tif", /another address/],
		["user and password", "http://u:p@elsewhere.example/data/a.tif", /another address/],
		["the next page", '?page=2" rel="next', /one page of several/],
		["the next page, wherever it is", '/more" rel="next nofollow', /one page of several/],
		["a page by number", "?page=2", /one page of several/],
		["a page by mark", "./?marker=x&amp;limit=100", /one page of several/],
		["a page by an offset of one letter", "?o=100", /one page of several/],
		["a page by its start", "?C=N&amp;O=A&amp;s=200", /one page of several/],
		["a page by number of one letter", "?n=2", /one page of several/],
		["a script that shows folders", "?dir=sub", /one page of several/],
		["sorted, and a page", "?C=N;O=A;start=100", /one page of several/],
	])("half a page is never a whole listing: %s", async (_, href, why) => {
		answer = page(index(`${linkTo("a.tif")}\n${linkTo(href)}`));
		await using storage = open({ listing: "html" });
		await expect(storage.list("", listing)).rejects.toMatchObject({ code: "io", path: "", message: why });
	});

	test.each([["html"], ["json"]] as const)("a next page that the headers announce: %s", async (kind) => {
		const body = kind === "html" ? index(linkTo("a.tif")) : "[]";
		answer = page(body, { link: '<http://127.0.0.1/data/?page=2>; title="more"; rel="next"' });
		await using storage = open({ listing: kind });
		await expect(storage.list("", listing)).rejects.toMatchObject({
			code: "io",
			message: expect.stringMatching(/one page of several/),
		});
	});

	test.concurrent.each<[what: string, html: string]>([
		["of a plain page", index('<a href="a.tif">a</a>', "Welcome")],
		["of a page without a title", '<html><body><a href="a.tif">a</a></body></html>'],
		["with a form to sign in", index('<form><input type="password"></form><a href="a.tif">a</a>')],
		["whose list is not closed", index('<a href="a.tif">a</a> 2026-11-22 10:00 7').replace("</pre>", "")],
		["whose table is not closed", index('<table><tr><td><a href="a.tif">a</a></td></tr>')],
		["that is cut off in a link", index('<a href="a.tif">a</a> 2026-11-22 10:00 7').slice(0, 90)],
		["that is empty", ""],
	])("is no listing: %s", async (_, html) => {
		await expect(listOf("html", page(html))).rejects.toMatchObject({ code: "io", path: "" });
	});

	test("a page needs no </html>, nor a title when it is nothing but links in one list", async () => {
		await using storage = open({ listing: "html" });
		for (const html of [
			index('<a href="a.tif">a</a> 2026-11-22 10:00 7').replace("</body></html>", ""),
			'<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n<a href="a.tif">a.tif</a>\n</pre>\n',
		]) {
			answer = page(html);
			expect((await storage.list("", listing)).files?.map(({ name }) => name)).toEqual(["a.tif"]);
		}
		answer = page("<!doctype html>\n<pre>\n</pre>\n");
		expect((await storage.list("", listing)).files).toEqual([]);
	});

	test("an index without a length ends where it says that it ends", async () => {
		const unframed =
			(body: string): typeof answer =>
			(request, response) => {
				response.socket?.end(
					`HTTP/1.0 200 OK\r\ncontent-type: text/html\r\n\r\n${request.method === "HEAD" ? "" : body}`,
				);
			};
		expect((await listOf("html", unframed(index("")))).files).toEqual([]);
		await expect(listOf("html", unframed(index("").replace("</body></html>", "")))).rejects.toMatchObject({
			code: "io",
		});
	});

	describe("one bad member never costs its folder:", () => {
		const heads: Readonly<Record<string, (response: ServerResponse) => void>> = {
			"gone.tif": (response) => response.writeHead(404).end(),
			"broken.tif": (response) => response.writeHead(500).end(),
			"odd.tif": (response) => response.writeHead(418).end(),
			"secret.tif": (response) => response.writeHead(403).end(),
			sub: (response) => response.writeHead(301, { location: "/data/sub/" }).end(),
		};
		const shown = index(["a.tif", ...Object.keys(heads)].map(linkToName).join("\n"));
		function linkToName(name: string) {
			return `<a href="${name}">${name}</a> 2026-11-22 10:00 7`;
		}
		const serve: typeof answer = (request, response) => {
			const head = request.method === "HEAD" ? heads[request.url?.split("/").at(-1) ?? ""] : undefined;
			return head ? head(response) : page(shown)(request, response);
		};

		test("what is shown and not there, what fails, what is a folder", async () => {
			answer = serve;
			await using storage = open({ listing: "html" });
			const first = await storage.list("", listing);
			expect(first.files?.map(({ name }) => name)).toEqual(["a.tif", "secret.tif"]);
			expect(first.folders).toEqual(["sub"]);
			expect(first.unclear.map(({ name, kind }) => [name, kind]).toSorted()).toEqual([
				["broken.tif", "unknown"],
				["gone.tif", "special"],
				["odd.tif", "unknown"],
			]);
			const again = await storage.list("", { ...listing, knownDigest: first.digest });
			expect(again.unclear).toHaveLength(3);
			expect(again.folders).toEqual(["sub"]);
		});

		test("names that no rule needs are not asked for", async () => {
			answer = serve;
			await using storage = open({ listing: "html" });
			const { files } = await storage.list("", { ...listing, needed: async () => new Set(["a.tif"]) });
			expect(files).toHaveLength(6);
			expect(requests.filter((request) => request.startsWith("HEAD"))).toEqual(["HEAD /data/a.tif"]);
		});

		test("what vanished meanwhile is not there", async () => {
			let pages = 0;
			answer = (request, response) => {
				if (request.method === "HEAD") return void response.writeHead(404).end();
				return pages++ > 0 ? void response.end(index("")) : page(index(linkToName("a.tif")))(request, response);
			};
			await using storage = open({ listing: "html" });
			expect(await storage.list("", listing)).toMatchObject({ files: [], unclear: [] });
		});
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

	test("one bad member never costs its folder", async () => {
		const xml = multistatus(
			[
				self,
				member("/data/a.tif"),
				"<D:response><D:href>/data/secret.tif</D:href><D:status>HTTP/1.1 403 Forbidden</D:status></D:response>",
				member("/data/typeless", "<D:getetag>x</D:getetag>"),
				member("/data/asked.tif", "<D:resourcetype/>"),
				member("/data/none.tif", "<D:resourcetype/><D:getcontentlength>-1</D:getcontentlength>"),
				member("/data/gone.tif", "<D:resourcetype/>"),
			].join(""),
		);
		answer = (request, response) => {
			if (request.method === "PROPFIND") return void response.writeHead(207).end(xml);
			if (request.url?.endsWith("gone.tif")) return void response.writeHead(404).end();
			return page("")(request, response);
		};
		await using storage = open({ listing: "webdav" });
		const { files, unclear } = await storage.list("", listing);
		expect(files?.map(({ name, size }) => `${name} ${size}`)).toEqual(["a.tif 7", "asked.tif 7", "none.tif 7"]);
		expect(unclear.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
			"secret.tif unknown",
			"typeless unknown",
			"gone.tif special",
		]);
	});

	test.concurrent.each<[what: string, xml: string]>([
		["a document type", `<!DOCTYPE D:multistatus [<!ENTITY e "x">]>${multistatus(self)}`],
		["an entity that is not declared", multistatus(self + member("/data/&e;.tif"))],
		["cut off", multistatus(self + member("/data/a.tif")).slice(0, -20)],
		["cut off after a member", multistatus(self + member("/data/a.tif")).replace("</D:multistatus>", "")],
		["something after its end", `${multistatus(self)}Internal Server Error`],
		["a member on another host", multistatus(self + member("http://elsewhere.example/data/a.tif"))],
		["a member above the root", multistatus(self + member("/other/a.tif"))],
		["a member deeper down", multistatus(self + member("/data/sub/a.tif"))],
		[
			"a listing that was cut short",
			multistatus(
				`${self}<D:response><D:href>/data/</D:href><D:status>HTTP/1.1 507 Insufficient Storage</D:status></D:response>`,
			),
		],
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
		const { files, unclear } = await list(json);
		expect(files).toEqual([
			{ name: "good.tif", size: 7, mtime: Date.UTC(2026, 10, 22, 10, 0, 30) * 1000, etag: null, inode: null },
		]);
		expect(unclear).toHaveLength(1);
		expect((await list(`[${file("\ufffd.tif")}]`)).files).toMatchObject([{ name: "\ufffd.tif" }]);
	});

	test.concurrent.each([
		["cut off", `[${file("a")},`],
		["not an index", '{"status":"ok"}'],
		["not JSON", index("")],
		["an object with a page", '{"items":[{"name":"a"}],"next":"?page=2"}'],
		["empty", ""],
	])("an answer that cannot be believed is an error: %s", async (_, json) => {
		await expect(listOf("json", (_, response) => response.end(json))).rejects.toMatchObject({ code: "io", path: "" });
	});

	test("one bad member never costs its folder", async () => {
		answer = (request, response) => {
			if (request.url?.endsWith("gone.tif")) return void response.writeHead(404).end();
			if (request.method === "HEAD") return page("")(request, response);
			const members = [
				file("a.tif"),
				'{ "name":"link.tif", "type":"other" }',
				'{ "name":"gone.tif", "type":"other" }',
				'{ "name":"sizeless.tif", "type":"file" }',
				'{ "name":"less.tif", "type":"file", "size":-1 }',
				'{ "name":"typeless.tif", "size":7 }',
			];
			return void response.end(`[${members.join(",")}]`);
		};
		await using storage = open();
		const { files, unclear } = await storage.list("", listing);
		expect(files?.map(({ name }) => name)).toEqual(["a.tif", "link.tif"]);
		expect(unclear.map(({ name, kind }) => `${name} ${kind}`).toSorted()).toEqual([
			"gone.tif special",
			"less.tif unknown",
			"sizeless.tif unknown",
			"typeless.tif unknown",
		]);
	});

	test("of Caddy", async () => {
		const caddy = [
			{ name: "a.tif", size: 7, url: "./a.tif", mod_time: "2026-11-22T10:00:30.123456789Z", mode: 420, is_dir: false },
			{ name: "sub/", size: 4096, url: "./sub/", mod_time: "2026-11-22T10:00:30Z", mode: 2147484141, is_dir: true },
			{ name: "fifo", size: 0, url: "./fifo", mod_time: "2026-11-22T10:00:30Z", mode: 33554852, is_dir: false },
			{ name: "b.tif", url: "./b.tif", mod_time: "when", mode: 420, is_dir: false },
		];
		expect(await list(JSON.stringify(caddy))).toMatchObject({
			folders: ["sub"],
			files: [{ name: "a.tif", size: 7, mtime: Date.UTC(2026, 10, 22, 10, 0, 30) * 1000 }],
			unclear: [
				{ name: "fifo", kind: "special" },
				{ name: "b.tif", kind: "unknown" },
			],
		});
		expect(await list("null")).toMatchObject({ files: [], folders: [] });
	});

	test("a name that could lead elsewhere is unclear", async () => {
		const { files, unclear } = await list(`[${file("../secret")}, ${file("a\\u0000b")}, ${file("")}]`);
		expect(files).toEqual([]);
		expect(unclear).toHaveLength(3);
	});
});

describe("a member that brings no answer", () => {
	const names = ["a.tif", "b.tif", "c.tif"];
	const rows = names.map((name) => `<a href="${name}">${name}</a> 2026-11-22 10:00 7`).join("\n");
	const facts = { "content-length": "7", "last-modified": "Sun, 22 Nov 2026 10:00:30 GMT" };

	test.each([429, 502, 503, 504])(
		"but %i is that name's problem, as long as its folder is answered for",
		async (status) => {
			const listed = await listOf("html", (request, response) => {
				if (request.method === "GET") return void response.writeHead(200).end(index(rows));
				response.writeHead(request.url?.endsWith("/b.tif") ? status : 200, facts).end();
			});
			expect(listed.files?.map(({ name }) => name)).toEqual(["a.tif", "c.tif"]);
			expect(listed.unclear).toMatchObject([
				{ name: "b.tif", kind: "unknown", message: expect.stringContaining(String(status)) },
			]);
		},
	);

	test("is its folder's problem when that brings none either", async () => {
		const listed = listOf("html", (request, response) => {
			if (request.method === "GET") return void response.writeHead(200).end(index(rows));
			response.writeHead(503).end();
		});
		await expect(listed).rejects.toMatchObject({ code: "unreachable" });
	});
});

test("a storage whose root answers is reached, whatever its first folder does", async () => {
	answer = (request, response) => {
		if (request.url !== "/data/") return void response.writeHead(503, { "retry-after": "3600" }).end();
		response.writeHead(200, { "content-type": "application/json" });
		response.end(request.method === "HEAD" ? undefined : JSON.stringify([{ name: "stuck", type: "directory" }]));
	};
	await using storage = open();
	const { notes } = await storage.facts({ signal });
	expect(notes).toContainEqual(expect.stringMatching(/Reading was not tested: .*stuck.* 503/));
	answer = (_, response) => void response.writeHead(503, { "retry-after": "3600" }).end();
	await expect(storage.facts({ signal })).rejects.toMatchObject({ code: "unreachable" });
});
