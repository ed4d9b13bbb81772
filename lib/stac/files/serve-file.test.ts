import { readFile, utimes, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { saveStorage } from "#lib/catalog/configuration.ts";
import { storageInput } from "#lib/catalog/inputs.ts";
import { pauseStorage, resumeStorage } from "#lib/catalog/pauses/pauses.ts";
import { publish } from "#lib/stac/testing/publish.ts";
import { openTestStac, type TestStac } from "#lib/stac/testing/stac-api.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";

let bench: Bench;
let stac: TestStac;
let whole: Buffer;
beforeAll(async () => {
	bench = await makeBench();
	for (const name of ["a", "ü <x>", "gone", "changing", "large"])
		await bench.archive.scene(`in/${name}.tif`, { eoId: `S_${name.slice(0, 4).replace(/\W/g, "")}` });
	await bench.archive.write("in/secret.txt", "secret");
	await bench.archive.write("in/a.tif.aux.xml", "<PAMDataset/>");
	await bench.container("S", [{}]);
	await bench.run("S");
	await publish(bench.database, "S");
	stac = await openTestStac(bench.database);
	whole = await readFile(bench.archive.at("in/a.tif"));
});
afterAll(async () => {
	expect(stac.errors).toEqual([]);
	await bench[Symbol.asyncDispose]();
});

const file = "/stac/assets/S/S_a/a.tif";
const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer());
const range = (text: string, more: Record<string, string> = {}) => ({ headers: { range: text, ...more } });

test("a file comes whole, or the ranges of it that are asked for", async () => {
	const answer = await stac.ask(file);
	expect(answer.headers.get("content-type")).toBe("image/tiff; application=geotiff");
	expect(answer.headers.get("accept-ranges")).toBe("bytes");
	expect(answer.headers.get("content-length")).toBe(String(whole.length));
	expect(await bytesOf(answer)).toEqual(whole);
	const part = await stac.ask(file, range("bytes=4-9"));
	expect([part.status, part.headers.get("content-range")]).toEqual([206, `bytes 4-9/${whole.length}`]);
	expect(await bytesOf(part)).toEqual(whole.subarray(4, 10));
	expect(await bytesOf(await stac.ask(file, range("bytes=-5")))).toEqual(whole.subarray(-5));
	const beyond = await stac.ask(file, range("bytes=100000000-"));
	expect([beyond.status, beyond.headers.get("content-range")]).toEqual([416, `bytes */${whole.length}`]);
});

test("several ranges come in parts", async () => {
	const answer = await stac.ask(file, range("bytes=0-3,10-19"));
	const boundary = /boundary=(\w+)$/.exec(answer.headers.get("content-type") ?? "")?.[1];
	const body = await bytesOf(answer);
	expect([answer.status, answer.headers.get("content-length")]).toEqual([206, String(body.length)]);
	const parts = body.toString("latin1").split(`--${boundary}`);
	const head = (bytes: string) =>
		`\r\ncontent-type: image/tiff; application=geotiff\r\ncontent-range: bytes ${bytes}/${whole.length}\r\n\r\n`;
	expect(parts).toEqual([
		"",
		`${head("0-3")}${whole.subarray(0, 4).toString("latin1")}\r\n`,
		`${head("10-19")}${whole.subarray(10, 20).toString("latin1")}\r\n`,
		"--\r\n",
	]);
});

test("HEAD, If-None-Match, If-Range and If-Match", async () => {
	const head = await stac.ask(file, { method: "HEAD" });
	const etag = head.headers.get("etag") ?? "";
	expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, String(whole.length), ""]);
	expect(etag).toMatch(/^"/);
	// Ranges are for GET alone.
	const ranged = await stac.ask(file, { method: "HEAD", ...range("bytes=0-1") });
	expect([ranged.status, ranged.headers.get("content-length")]).toEqual([200, String(whole.length)]);
	expect((await stac.ask(file, { headers: { "if-none-match": etag } })).status).toBe(304);
	const modified = head.headers.get("last-modified") ?? "";
	for (const [condition, status] of [
		[etag, 206],
		[modified, 200],
		['"x"', 200],
		[`W/${etag}`, 200],
	] as const) {
		const answer = await stac.ask(file, range("bytes=0-1", { "if-range": condition }));
		await answer.body?.cancel();
		expect(answer.status, condition).toBe(status);
	}
	// Another file may have the same time.
	const since = await stac.ask(file, { headers: { "if-modified-since": modified } });
	await since.body?.cancel();
	expect(since.status).toBe(200);
	expect((await stac.ask(file, { headers: { "if-match": '"x"' } })).status).toBe(412);
});

test("files that belong to an item are handed out, and nothing else, whatever it is called", async () => {
	expect(await (await stac.ask("/stac/assets/S/S_a/a.tif.aux.xml")).text()).toBe("<PAMDataset/>");
	const hostile = await stac.read("/stac/collections/S/items/S_x");
	const href = (hostile.assets as { data: { href: string } }).data.href;
	const answer = await stac.ask(href);
	expect(answer.headers.get("content-disposition")).toBe("attachment; filename*=UTF-8''%C3%BC%20%3Cx%3E.tif");
	expect(answer.headers.get("content-security-policy")).toBe("default-src 'none'; sandbox");
	await answer.body?.cancel();
	for (const path of [
		"a.tif.ovr",
		"a.tif.msk",
		"secret.txt",
		"gone.tif",
		"%2e%2e%2fin%2fa.tif",
		"..%2Fin%2Fsecret.txt",
		"in/a.tif",
		"%2Fetc%2Fpasswd",
		"a.tif/",
		"a.tif%00",
		"A.TIF",
	])
		expect([400, 404], path).toContain((await stac.ask(`/stac/assets/S/S_a/${path}`)).status);
	expect((await stac.ask("/stac/assets/S/S_none/a.tif")).status).toBe(404);
});

test("a file that is gone or has become another one is refused, also in the middle", async () => {
	const gone = bench.archive.at("in/gone.tif");
	await bench.archive.remove("in/gone.tif");
	expect((await stac.ask("/stac/assets/S/S_gone/gone.tif")).status, gone).toBe(404);
	const at = bench.archive.at("in/changing.tif");
	const path = "/stac/assets/S/S_chan/changing.tif";
	const reading = await stac.ask(path);
	await writeFile(at, Buffer.alloc((await readFile(at)).length));
	await utimes(at, 1, 1);
	await expect(reading.arrayBuffer()).rejects.toThrow();
	for (const init of [{}, { method: "HEAD" }, range("bytes=0-1")])
		expect((await stac.ask(path, init)).status).toBe(409);
});

test("while its storage is paused nothing is read; what the client has is still true", async () => {
	const etag = (await stac.ask(file, { method: "HEAD" })).headers.get("etag") ?? "";
	const until = new Date(Date.now() + 3_600_000).toISOString();
	await pauseStorage(bench.database, "archive", { until, note: "", by: "tester" });
	const answer = await stac.ask(file);
	expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "300"]);
	expect(await answer.text()).not.toContain(bench.archive.root);
	expect((await stac.ask(file, { headers: { "if-none-match": etag } })).status).toBe(304);
	await resumeStorage(bench.database, "archive");
});

test("those who hang up leave their places to others", async () => {
	for (let i = 0; i < 10; i++) {
		const hangUp = new AbortController();
		const answer = await stac.ask(file, { signal: hangUp.signal });
		if (i % 2 === 0) hangUp.abort();
		await answer.body?.cancel();
	}
	expect((await stac.ask(file, { method: "HEAD" })).status).toBe(200);
});

test("those who take nothing keep nobody out, and have all of it when they take it", async () => {
	// As many as may read of one storage at once.
	const slow = await Promise.all(Array.from({ length: 4 }, () => stac.ask(file)));
	expect(await bytesOf(await stac.ask(file))).toEqual(whole);
	for (const answer of slow) expect(await bytesOf(answer)).toEqual(whole);
});

test("where the storage has an address of its own, eosync hands out nothing", async () => {
	const input = { name: "archive", type: "local", root: bench.archive.root, href: "https://cdn.example.org/{path}" };
	await saveStorage(bench.database, storageInput.parse(input));
	expect((await stac.ask(file)).status).toBe(404);
});
