import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { StorageError } from "#lib/errors.ts";
import type { S3Config } from "#lib/storage/config.ts";
import { keys, type StrictS3, sendError, startStrictS3 } from "#lib/storage/test-servers/strict-s3.ts";
import { S3Storage } from "./s3.ts";

const signal = new AbortController().signal;
const listing = { symlinks: "skip", signal } as const;
let server: StrictS3;

beforeEach(async () => {
	server = await startStrictS3();
	server.put("in/a.tif", "content");
});
afterEach(() => server[Symbol.asyncDispose]());

function open(more: Partial<S3Config> = {}): S3Storage {
	return new S3Storage({ ...server.config, ...more });
}

/** The error of a call, which neither as text nor in any field holds a key, a secret or a signature. */
async function errorOf(call: Promise<unknown>): Promise<StorageError> {
	const error = await call.then(
		() => expect.unreachable(),
		(thrown: unknown) => thrown,
	);
	expect(error).toBeInstanceOf(StorageError);
	const everything = JSON.stringify(error, [...fieldsOf(error)]) + (error as Error).stack;
	for (const secret of [keys.secretAccessKey, keys.accessKeyId, "Signature=", "X-Amz-"])
		expect(everything).not.toContain(secret);
	return error as StorageError;
}

function fieldsOf(value: unknown, found = new Set<string>()): Set<string> {
	if (typeof value !== "object" || value === null) return found;
	for (const name of Object.getOwnPropertyNames(value)) {
		if (found.has(name)) continue;
		found.add(name);
		fieldsOf((value as Record<string, unknown>)[name], found);
	}
	return found;
}

describe("refused with a word on what to do", () => {
	test.each<[what: string, config: Partial<S3Config>, code: string, says: string]>([
		["another secret", { secretAccessKey: "wrong" }, "forbidden", "secret does not belong"],
		["an unknown key", { accessKeyId: "AKIDOTHER" }, "forbidden", "does not know the access key"],
		["no signature", { credentials: "anonymous" }, "forbidden", "access is denied"],
		["another bucket", { bucket: "archiv" }, "not-found", "no bucket has that name"],
		["another region", { region: "us-west-2" }, "io", "set eu-central-1"],
		["a key without its secret", { secretAccessKey: undefined }, "forbidden", "secret is missing"],
	])("%s", async (_, config, code, says) => {
		const call = (async () => {
			await using storage = open(config);
			return await storage.list("in", listing);
		})();
		const error = await errorOf(call);
		expect(error.code).toBe(code);
		expect(error.message).toContain(says);
	});

	test("a port where no server is", async () => {
		await using storage = open();
		await server[Symbol.asyncDispose]();
		const error = await errorOf(storage.list("in", listing));
		expect(error).toMatchObject({
			code: "unreachable",
			path: "in",
			message: expect.stringContaining("no server answers"),
		});
	});

	test("an address out of reach", async () => {
		await using storage = new S3Storage(server.config, { network: { allowedHosts: [] } });
		expect(await errorOf(storage.list("in", listing))).toMatchObject({ code: "forbidden", path: "in" });
		await using named = new S3Storage(
			{ ...server.config, endpoint: server.config.endpoint?.replace("127.0.0.1", "localhost") },
			{ network: { allowedHosts: [] } },
		);
		expect(await errorOf(named.list("in", listing))).toMatchObject({ code: "forbidden", path: "in" });
		expect(server.requests).toEqual([]);
	});

	test.each([
		["RequestTimeTooSkewed", "io", "clock"],
		["ExpiredToken", "forbidden", "expired"],
		["AccessDenied", "forbidden", "access is denied"],
		["SomethingNew", "forbidden", "access is denied"],
		["constructor", "forbidden", "access is denied"],
	])("%s", async (name, code, says) => {
		server.trouble = (_, response) => {
			sendError(response, name, "eu-central-1");
			return true;
		};
		await using storage = open();
		const error = await errorOf(storage.list("in", listing));
		expect(error.code).toBe(code);
		expect(error.message).toContain(says);
		await expect(storage.stat("in/a.tif", { signal })).rejects.toMatchObject({ code: "forbidden", path: "in/a.tif" });
	});
});

test("a public bucket is read without a signature", async () => {
	await using publicServer = await startStrictS3({ isPublic: true });
	publicServer.put("a", "1");
	await using storage = new S3Storage({ ...publicServer.config, credentials: "anonymous" });
	expect((await storage.list("", listing)).files).toHaveLength(1);
});

test("requester pays is said with every request", async () => {
	await using paid = await startStrictS3({ requesterPays: true });
	paid.put("a", "1");
	await using storage = new S3Storage(paid.config);
	expect((await storage.list("", listing)).files).toHaveLength(1);
	await using file = await storage.open("a", { signal });
	expect(Buffer.from(await file.read(0, 1, { signal })).toString()).toBe("1");
	await using stingy = new S3Storage({ ...paid.config, requesterPays: false });
	expect((await errorOf(stingy.list("", listing))).message).toContain("requester pays");
});

test("what fails for the moment is tried again", async () => {
	let refusals = 2;
	server.trouble = (_, response) => {
		if (refusals-- <= 0) return false;
		sendError(response, "SlowDown", "eu-central-1");
		return true;
	};
	await using storage = open();
	expect((await storage.list("in", listing)).files).toHaveLength(1);
	expect(server.requests).toHaveLength(3);
	refusals = Number.POSITIVE_INFINITY;
	const error = await errorOf(storage.list("in", listing));
	expect(error).toMatchObject({
		code: "unreachable",
		retryable: true,
		message: expect.stringContaining("fewer requests"),
	});
});

describe("half a listing is an error", () => {
	test.each<[what: string, damage: (xml: string) => string]>([
		["cut off in the middle of a key", (xml) => xml.slice(0, xml.indexOf("in/a.tif") + 3)],
		["cut off between two keys", (xml) => xml.slice(0, xml.indexOf("</Contents>") + 11)],
		["cut off before the first key", (xml) => xml.slice(0, xml.indexOf("<Contents>"))],
		["without one of its keys", (xml) => xml.replace(/<Contents>.*?<\/Contents>/, "")],
		["without a word on its end", (xml) => xml.replace(/<IsTruncated>.*?<\/IsTruncated>/, "")],
		["that goes on nowhere", (xml) => xml.replace("<IsTruncated>false", "<IsTruncated>true")],
		["empty", () => ""],
		["of another kind", () => "<html><body>Welcome</body></html>"],
	])("%s", async (_, damage) => {
		server.put("in/b.tif", "content");
		server.damage = damage;
		await using storage = open();
		const error = await errorOf(storage.list("in", listing));
		expect(error).toMatchObject({ code: "io", path: "in" });
	});

	test("but an object whose size is none costs the others nothing", async () => {
		server.put("in/a.tif", "a");
		server.put("in/b.tif", "content");
		server.damage = (xml) => xml.replace(/<Size>\d+/, "<Size>-1");
		await using storage = open();
		const { files, unclear } = await storage.list("in", listing);
		expect(files?.map(({ name }) => name)).toEqual(["b.tif"]);
		expect(unclear).toMatchObject([{ name: "a.tif", kind: "unknown" }]);
	});

	test("a connection that breaks off in a page", async () => {
		server.trouble = (_, response) => {
			response
				.writeHead(200, { "content-length": 5000 })
				.write("<?xml version='1.0'?><ListBucketResult>", () => response.destroy());
			return true;
		};
		await using storage = open();
		await errorOf(storage.list("in", listing));
	});

	test("a page that leads to itself", async () => {
		await using paged = await startStrictS3({ page: 2 });
		for (const name of ["a", "b", "c", "d", "e"]) paged.put(name, "");
		let first: string | undefined;
		paged.damage = (xml) => {
			first ??= /<NextContinuationToken>(.*?)</.exec(xml)?.[1];
			return xml.replace(/(<NextContinuationToken>).*?</, `$1${first}<`);
		};
		await using storage = new S3Storage(paged.config);
		expect(await errorOf(storage.list("", listing))).toMatchObject({ code: "io" });
		expect(paged.requests).toHaveLength(2);
	});

	test("the second page fails: nothing of the first is handed over", async () => {
		await using paged = await startStrictS3({ page: 2 });
		for (const name of ["a", "b", "c"]) paged.put(name, "");
		paged.trouble = (request, response) => {
			if (!request.url?.includes("continuation-token")) return false;
			sendError(response, "AccessDenied", "eu-central-1");
			return true;
		};
		await using storage = new S3Storage(paged.config);
		await errorOf(storage.list("", listing));
	});
});

test("keys that no path can express are reported, and the rest is listed", async () => {
	for (const key of ["in//deep", "in/./a", "in/../a", "in/nul\0", "in/", "in/b/"]) server.put(key, "");
	await using storage = open();
	const { files, folders, unclear } = await storage.list("in", listing);
	expect(files?.map(({ name }) => name)).toEqual(["a.tif"]);
	expect(folders).toEqual(["b"]);
	expect(unclear.map(({ code }) => code)).toEqual(Array(4).fill("invalid-path"));
	expect(await storage.list("in/b", listing)).toMatchObject({ folders: [], files: [] });
});

test("a folder is one request; the header of a large object is read without the rest", async () => {
	server.put("in/large.tif", Buffer.alloc(5_000_000));
	await using storage = open();
	await storage.list("in", listing);
	expect(server.requests).toHaveLength(1);
	await using file = await storage.open("in/large.tif", { signal });
	expect(file.size).toBe(5_000_000);
	expect(await file.read(16, 4, { signal })).toEqual(new Uint8Array(4));
	expect(server.requests).toHaveLength(3);
});

test("an object that is overwritten by one of the same size, or removed, is not read on", async () => {
	await using storage = open();
	for (const change of [() => server.put("in/a.tif", "CONTENT"), () => server.objects.delete("in/a.tif")]) {
		await using file = await storage.open("in/a.tif", { signal });
		change();
		await expect(file.read(0, 4, { signal })).rejects.toMatchObject({ code: "changed", path: "in/a.tif" });
	}
});

test("says what it is", async () => {
	await using storage = open();
	expect(await storage.facts({ signal })).toMatchObject({
		server: "StrictS3",
		times: "exact",
		versions: true,
		ranges: true,
	});
});
