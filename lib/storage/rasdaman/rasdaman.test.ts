import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { rasdamanConfig } from "#lib/storage/config.ts";
import { fixedStorageConformance } from "#lib/storage/conformance/fixed.ts";
import { RasdamanStorage } from "./rasdaman.ts";
import { RasdamanStandIn } from "./stand-in.ts";
import { coverageOf } from "./stand-in-xml.ts";

const signal = new AbortController().signal;
const array = (totalSize = 54_016) => ({ domain: "[0:255,0:210]", baseType: "marray <char>", tileNo: 1, totalSize });
const coverage = (id: string, lines = 100) => coverageOf({ id, box: [46, 11, 47, 12], size: [lines, 200] });

function storageOf({ url }: RasdamanStandIn, more: object = {}): RasdamanStorage {
	const config = rasdamanConfig.parse({ type: "rasdaman", url: `${url}/`, timeout: 1, ...more });
	return new RasdamanStorage({ ...config, timeout: 0.3 }, { retryMs: 1 });
}

fixedStorageConformance("rasdaman, arrays", async () => {
	const server = await RasdamanStandIn.start();
	const storage = storageOf(server);
	server.collections.set("mr", new Map()).set("other", new Map());
	const arrays = server.collections.get("mr") as Map<number, ReturnType<typeof array>>;
	// Across the number from which on rasql writes them as 1.0E7.
	let last = 9_999_998;
	const oidOf = (name: string) => Number.parseInt(name, 10);
	return {
		storage,
		folder: "collections/mr",
		add: async () => {
			arrays.set(++last, array());
			return `${last}.json`;
		},
		change: async (name) => void arrays.set(oidOf(name), array(99)),
		remove: async (name) => void arrays.delete(oidOf(name)),
		changeElsewhere: async () => void server.collections.get("other")?.set(1, array()),
		stall: () => {
			server.tamper = () => null;
		},
		[Symbol.asyncDispose]: async () => {
			await storage[Symbol.asyncDispose]();
			await server[Symbol.asyncDispose]();
		},
	};
});

fixedStorageConformance("rasdaman, coverages", async () => {
	const server = await RasdamanStandIn.start();
	const storage = storageOf(server);
	let last = 0;
	const idOf = (name: string) => name.replace(/\.json$/, "");
	return {
		storage,
		folder: "coverages",
		add: async () => {
			const id = `c${++last}`;
			server.coverages.set(id, coverage(id));
			return `${id}.json`;
		},
		change: async (name) => void server.coverages.set(idOf(name), coverage(idOf(name), 50)),
		remove: async (name) => void server.coverages.delete(idOf(name)),
		changeElsewhere: async () => void server.collections.set("other", new Map([[1, array()]])),
		stall: () => {
			server.tamper = () => null;
		},
		[Symbol.asyncDispose]: async () => {
			await storage[Symbol.asyncDispose]();
			await server[Symbol.asyncDispose]();
		},
	};
});

describe("rasdaman only", () => {
	let server: RasdamanStandIn;
	let storage: RasdamanStorage;
	const list = (path: string) => storage.list(path, { symlinks: "skip", signal });
	const textOf = async (path: string) => {
		await using file = await storage.open(path, { signal });
		return new TextDecoder().decode(await file.read(0, file.size, { signal }));
	};
	beforeEach(async () => {
		server = await RasdamanStandIn.start();
		storage = storageOf(server);
		server.collections.set(
			"mr",
			new Map([
				[48_641, array()],
				[12_345_678, array(7)],
			]),
		);
		server.coverages.set("a", coverage("a")).set("b", coverage("b"));
	});
	afterEach(async () => {
		await storage[Symbol.asyncDispose]();
		await server[Symbol.asyncDispose]();
	});

	test("an array's bytes are the server's description of it", async () => {
		expect((await list("collections")).folders).toEqual(["mr"]);
		const names = (await list("collections/mr")).files?.map(({ name, mtime, inode }) => [name, mtime, inode]);
		expect(names).toEqual([
			["12345678.json", null, null],
			["48641.json", null, null],
		]);
		expect(await textOf("collections/mr/48641.json")).toBe(
			'{"rasdaman":"array","collection":"mr","oid":"48641","domain":"[0:255,0:210]","baseType":"marray <char>","mddType":"GreyImage","tileNo":1,"totalSize":54016}',
		);
	});

	test("a coverage's bytes are its description and the size of its summary", async () => {
		const description = JSON.parse(await textOf("coverages/a.json"));
		expect(description).toMatchObject({
			rasdaman: "coverage",
			id: "a",
			subtype: "RectifiedGridCoverage",
			sizeInBytes: "80000",
			array: null,
		});
		expect(description.description.slice(0, 3)).toEqual([
			"CoverageDescription",
			"http://www.opengis.net/wcs/2.0",
			{ id: "a" },
		]);
		(server.coverages.get("a") as { sizeInBytes: number }).sizeInBytes++;
		const before = await list("coverages");
		(server.coverages.get("a") as { sizeInBytes: number }).sizeInBytes++;
		expect((await list("coverages")).digest).not.toBe(before.digest);
	});

	test("listing costs three queries a collection, and of all coverages one request and one per fifty", async () => {
		for (let i = 0; i < 100; i++) server.coverages.set(`c${i}`, coverage(`c${i}`));
		await list("collections/mr");
		expect(server.requests.splice(0)).toEqual(
			["oid", "sdom", "dbinfo"].map((what) => `select ${what}(c) from mr as c`),
		);
		await list("coverages");
		expect(server.requests.map((request) => request.split(" ")[0])).toEqual([
			"GetCapabilities",
			"DescribeCoverage",
			"DescribeCoverage",
			"DescribeCoverage",
		]);
	});

	test("what is looked at together is asked for together, and never more than two or three requests are under way", async () => {
		await using many = storageOf(server, { parallel: 50 });
		const paths = [
			"collections/mr/48641.json",
			"collections/mr/12345678.json",
			"collections/mr/5.json",
			"coverages/a.json",
			"coverages/b.json",
		];
		const found = await Promise.all(paths.map((path) => many.stat(path, { signal })));
		expect(found.map((entry) => entry?.name)).toEqual(["48641.json", "12345678.json", undefined, "a.json", "b.json"]);
		expect(server.requests).toHaveLength(5);
		// No call is answered before all that may ask have asked.
		server.tamper = async (answer) => {
			await pause(20);
			return answer;
		};
		await Promise.all(Array.from({ length: 20 }, () => many.list("collections/mr", { symlinks: "skip", signal })));
		expect(server.mostAtOnce).toBeLessThanOrEqual(3);
	});

	test("names and numbers that rasql could misread are in no query", async () => {
		server.collections.set("x; drop collection mr", new Map()).set("é", new Map());
		const { folders, unclear } = await list("collections");
		expect(folders).toEqual(["mr"]);
		expect(unclear.map(({ code }) => code)).toEqual(["invalid-path", "invalid-path"]);
		server.requests.length = 0;
		for (const name of ["mr as c where 1=1", "x; drop collection mr", "9x", "é"]) {
			await expect(list(`collections/${name}`)).rejects.toMatchObject({ code: "not-found" });
		}
		for (const name of ["1 or 1=1", "1.5", "-1", "01", "1e3", "99999999999999999"]) {
			expect(await storage.stat(`collections/mr/${name}.json`, { signal })).toBeNull();
		}
		expect(server.requests).toEqual([]);
	});

	test("a server that is busy is asked again, and given up after a while", async () => {
		const busy = { status: 503, type: "text/html", body: Buffer.from("busy") };
		let times = 2;
		server.tamper = (answer) => (times-- > 0 ? busy : answer);
		expect((await list("collections/mr")).files).toHaveLength(2);
		server.tamper = () => busy;
		await expect(list("coverages")).rejects.toMatchObject({ code: "unreachable", retryable: true, path: "coverages" });
	});

	test("a user who is not known, or another password, is forbidden, and no password is shown", async () => {
		for (const login of [
			{ user: "nobody", password: "geheim" },
			{ user: "rasguest", password: "geheim" },
		]) {
			await using denied = storageOf(server, login);
			const call = denied.list("collections", { symlinks: "skip", signal });
			await expect(call).rejects.toMatchObject({ code: "forbidden", message: expect.not.stringContaining("geheim") });
		}
	});

	test("no redirect is followed, and a server without petascope is no empty one", async () => {
		server.tamper = (answer) => ({ ...answer, status: 302, headers: { Location: "http://169.254.169.254/latest/" } });
		await expect(list("collections")).rejects.toMatchObject({
			code: "io",
			message: expect.stringContaining("169.254.169.254/latest/"),
		});
		await using elsewhere = storageOf(server, { url: `${server.url}/nothing` });
		for (const folder of ["", "collections", "collections/mr", "coverages"])
			await expect(elsewhere.list(folder, { symlinks: "skip", signal })).rejects.toMatchObject({ code: "io" });
		await expect(elsewhere.stat("coverages/a.json", { signal })).rejects.toMatchObject({ code: "io" });
	});

	test("a coverage that the server cannot describe is there and unreadable; the others are as ever", async () => {
		server.coverages.set("broken", { ...coverage("broken"), broken: true });
		const { files } = await list("coverages");
		expect(files?.map(({ name }) => name)).toEqual(["a.json", "b.json", "broken.json"]);
		expect(await storage.stat("coverages/broken.json", { signal })).toEqual(files?.[2]);
		await expect(storage.open("coverages/broken.json", { signal })).rejects.toMatchObject({
			code: "io",
			path: "coverages/broken.json",
		});
	});

	test("with coverageArrays a coverage that was imported anew is another one", async () => {
		await using both = storageOf(server, { coverageArrays: true });
		server.collections.set("a", new Map([[1, array()]]));
		const before = await both.list("coverages", { symlinks: "skip", signal });
		server.collections.set("a", new Map([[2, array()]]));
		const after = await both.list("coverages", { symlinks: "skip", signal });
		expect(after.files?.map(({ etag }, i) => etag === before.files?.[i]?.etag)).toEqual([false, true]);
	});

	test("a coverage whose array cannot be asked for is there once, and the others are described", async () => {
		await using both = storageOf(server, { coverageArrays: true });
		server.collections.set("a", new Map([[1, array()]])).set("b", new Map([[2, array()]]));
		server.tamper = (answer, request) =>
			request === "select oid(c) from b as c" ? { ...answer, body: Buffer.from("broken") } : answer;
		const { files } = await both.list("coverages", { symlinks: "skip", signal });
		expect(files?.map(({ name }) => name)).toEqual(["a.json", "b.json"]);
		await both.open("coverages/a.json", { signal });
		await expect(both.open("coverages/b.json", { signal })).rejects.toMatchObject({ code: "io" });
	});

	test("what is not shown is not there", async () => {
		await using arrays = storageOf(server, { show: "collections" });
		expect((await arrays.list("", { symlinks: "skip", signal })).folders).toEqual(["collections"]);
		await expect(arrays.list("coverages", { symlinks: "skip", signal })).rejects.toMatchObject({ code: "not-found" });
		expect((await arrays.facts({ signal })).notes).toHaveLength(1);
	});

	test("facts say what answered and what cannot be seen", async () => {
		const facts = await storage.facts({ signal });
		expect(facts).toMatchObject({
			server: expect.stringMatching(/^rasdaman 10/),
			times: "none",
			versions: true,
			ranges: true,
		});
		expect(facts.notes[0]).toMatch(/overwritten in place/);
	});

	test("a network policy is kept", async () => {
		const config = rasdamanConfig.parse({ type: "rasdaman", url: server.url });
		await using outside = new RasdamanStorage(config, { network: { allowedHosts: [] } });
		await expect(outside.list("collections", { symlinks: "skip", signal })).rejects.toMatchObject({
			code: "forbidden",
			path: "collections",
		});
	});
});
