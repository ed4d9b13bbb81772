import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { rasdamanConfig } from "#lib/storage/config.ts";
import { RasdamanStorage } from "./rasdaman.ts";
import { RasdamanStandIn } from "./stand-in.ts";
import { coverageOf } from "./stand-in-xml.ts";

const signal = new AbortController().signal;
const array = { domain: "[0:255,0:210]", baseType: "marray <char>", tileNo: 1, totalSize: 54_016 };
const coverage = (id: string) => coverageOf({ id, box: [46, 11, 47, 12], size: [100, 200] });

describe("answers of rasdaman that are not as they should be", () => {
	let server: RasdamanStandIn;
	let storage: RasdamanStorage;
	const list = (path: string) => storage.list(path, { symlinks: "skip", signal });
	beforeEach(async () => {
		server = await RasdamanStandIn.start();
		storage = new RasdamanStorage(rasdamanConfig.parse({ type: "rasdaman", url: server.url }), { retryMs: 1 });
		server.collections.set(
			"mr",
			new Map([
				[48_641, array],
				[12_345_678, array],
			]),
		);
		server.coverages.set("a", coverage("a")).set("b", coverage("b"));
	});
	afterEach(async () => {
		await storage[Symbol.asyncDispose]();
		await server[Symbol.asyncDispose]();
	});

	const parts = (...values: readonly string[]) =>
		values.map((value) => `--End\r\nContent-type: text/plain\r\n\r\n${value}\r\n`).join("");
	const multipart = "multipart/x-mixed-replace;boundary=End";
	// biome-ignore format: a table
	const hostileValues: [what: string, question: string, type: string, body: string | Buffer][] = [
		["a page instead of names", "RAS_", "text/html", "<html>Sign in</html>"],
		["a report with status 200", "RAS_", "text/xml", "<ows:ExceptionReport/>"],
		["no boundary", "RAS_", "multipart/x-mixed-replace", `${parts("mr", "x")}--End--`],
		["another boundary", "RAS_", "multipart/x-mixed-replace;boundary=Other", `${parts("mr", "x")}--End--`],
		["parts that are not closed", "RAS_", multipart, parts("mr", "x")],
		["parts closed like a further one", "RAS_", multipart, `${parts("mr", "x")}--End`],
		["a part without type", "RAS_", multipart, `${parts("mr")}--End\r\n\r\nx\r\n--End--`],
		["something before the parts", "RAS_", multipart, `mr\r\n${parts("x")}--End--`],
		["bytes that are no text", "RAS_", "text/plain", Buffer.from([0xff, 0xfe, 0x41])],
		["more than can be held", "RAS_", "text/plain", Buffer.alloc(65 * 1024 * 1024, "a")],
		["a number that is none", "oid(c)", multipart, `${parts("48641.0", "x")}--End--`],
		["half a number", "oid(c)", multipart, `${parts("48641.5", "1.0")}--End--`],
		["a negative number", "oid(c)", multipart, `${parts("-1.0", "1.0")}--End--`],
		["a number beyond all others", "oid(c)", multipart, `${parts("1.0E300", "1.0")}--End--`],
		["domains of other arrays", "sdom(c)", multipart, `${parts("[0:1]", "[0:1]", "[0:1]")}--End--`],
		["a domain that is none", "sdom(c)", multipart, `${parts("[0:1", "[0:1]")}--End--`],
		["info that is no JSON", "dbinfo(c)", multipart, `${parts("{", "{}")}--End--`],
		["info that is no object", "dbinfo(c)", multipart, `${parts("[]", "{}")}--End--`],
		["info of other arrays", "dbinfo(c)", multipart, `${parts('{"oid":1}', '{"oid":2}')}--End--`],
		["fewer infos", "dbinfo(c)", "text/plain", '{"oid":"48641"}'],
	];
	test.each(hostileValues)("%s is no listing", async (_, question, type, body) => {
		server.tamper = (answer, request) =>
			request.includes(question) ? { ...answer, type, body: Buffer.from(body) } : answer;
		const path = question === "RAS_" ? "collections" : "collections/mr";
		await expect(list(path)).rejects.toMatchObject({ name: "StorageError", path });
	});

	const capabilities = (inside: string) =>
		`<w:Capabilities xmlns:w="http://www.opengis.net/wcs/2.0"><w:Contents>${inside}</w:Contents></w:Capabilities>`;
	// biome-ignore format: a table
	const hostileDocuments: [what: string, question: string, body: string][] = [
		["a document type alone", "GetCapabilities", `<!DOCTYPE Capabilities>${capabilities("")}`],
		["a document type", "GetCapabilities", `<!DOCTYPE a [<!ENTITY b "${"c".repeat(1000)}">]>${capabilities("&b;")}`],
		["another document", "GetCapabilities", "<html><body>Sign in</body></html>"],
		["no contents", "GetCapabilities", "<Capabilities/>"],
		["half a document", "GetCapabilities", capabilities("").slice(0, -5)],
		["elements without end inside each other", "GetCapabilities", capabilities(`${"<a>".repeat(5000)}${"</a>".repeat(5000)}`)],
		["a coverage without end", "GetCapabilities", capabilities(`<CoverageSummary><CoverageId>${"x".repeat(17 * 1024 * 1024)}</CoverageId></CoverageSummary>`)],
		["an unknown entity", "GetCapabilities", capabilities("<CoverageSummary><CoverageId>&x;</CoverageId></CoverageSummary>")],
		["two roots", "GetCapabilities", `${capabilities("")}${capabilities("")}`],
		["nothing", "GetCapabilities", ""],
	];
	test.each(hostileDocuments)("%s is no listing of coverages", async (_, question, body) => {
		server.tamper = (answer, request) => (request.includes(question) ? { ...answer, body: Buffer.from(body) } : answer);
		await expect(list("coverages")).rejects.toMatchObject({ name: "StorageError", path: "coverages" });
	});

	test.each([
		["collections", "RAS_"],
		["collections/mr", "oid(c)"],
		["collections/mr", "dbinfo(c)"],
		["coverages", "GetCapabilities"],
		["coverages", "DescribeCoverage"],
	])("an answer for %s that breaks off is no listing (%s)", async (path, question) => {
		for (const cut of [1, 3]) {
			server.tamper = (answer, request) =>
				request.includes(question) ? { ...answer, cutAfter: answer.body.length - cut } : answer;
			await expect(list(path)).rejects.toMatchObject({ code: "io", path, retryable: true });
		}
	});

	test("a number that the end of the connection ends is not believed", async () => {
		server.collections.set("mr", new Map([[48_641, array]]));
		server.tamper = (answer) => ({ ...answer, body: answer.body.subarray(0, 3), untilClose: true });
		await expect(list("collections/mr")).rejects.toMatchObject({
			code: "io",
			message: expect.stringContaining("length"),
		});
	});

	test("coverages whose identifiers cannot be asked for are unclear, and never asked for", async () => {
		for (const id of ["a,b", "x/y", "with space", ".hidden", "x".repeat(251)])
			server.coverages.set(id, coverage("odd"));
		const { files, unclear } = await list("coverages");
		expect(files).toHaveLength(2);
		expect(unclear.map(({ code }) => code)).toEqual(Array(5).fill("invalid-path"));
		expect(server.requests.at(-1)).toBe("DescribeCoverage a,b");
	});

	test("a description of another coverage than was asked for is none", async () => {
		(server.coverages.get("a") as { description: string }).description = coverage("b").description;
		const { files } = await list("coverages");
		expect(files?.map(({ name }) => name)).toEqual(["a.json", "b.json"]);
		await expect(storage.open("coverages/a.json", { signal })).rejects.toMatchObject({ code: "io" });
	});
});
