import { describe, expect, it } from "vitest";
import { StorageError } from "#lib/errors.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { withRedactedSecrets } from "./redact-secrets.ts";

const signal = new AbortController().signal;
const refusal = new StorageError("forbidden", "a.tif", "530 No entry for hunter2 with p%40ss", {
	cause: new Error("530 hunter2"),
});

/** Its server repeats whatever it was sent. */
class Indiscreet implements Storage {
	readonly type = "ftp";
	readonly parallel = 3;
	readonly timeGrain = null;
	#calls = 0;
	list(): Promise<never> {
		throw refusal;
	}
	async stat() {
		this.#calls += 1;
		return { name: `hunter2 ${this.#calls}`, size: 1, mtime: null, etag: null, inode: null };
	}
	async open() {
		const read = async () => {
			throw new StorageError("io", "a.tif", "Broken", { cause: new Error("cut", { cause: new Error("at hunter2") }) });
		};
		return { name: "a.tif", size: 1, read, [Symbol.asyncDispose]: async () => {} };
	}
	async facts() {
		return { server: "hunter2d", times: "exact", versions: false, ranges: true, notes: ["hunter2!"] } as const;
	}
	async [Symbol.asyncDispose]() {
		throw new TypeError("nothing of a storage");
	}
}

const open = (secrets: readonly string[]) => withRedactedSecrets(new Indiscreet(), secrets);
const failureOf = async (call: () => Promise<unknown>) => {
	try {
		await call();
	} catch (error) {
		return error;
	}
	return null;
};

describe("a storage whose server repeats secrets", () => {
	const storage = open(["hunter2", "p@ss"]);
	it("throws the same errors without them, and without what caused them", async () => {
		const error = (await failureOf(() => storage.list("", { symlinks: "skip", signal }))) as StorageError;
		expect(error).toBeInstanceOf(StorageError);
		expect(error).toMatchObject({ code: "forbidden", path: "a.tif", message: "530 No entry for ••• with •••" });
		expect(error.cause).toBeUndefined();
	});

	it("throws none whose cause's cause reveals them", async () => {
		const file = await storage.open("a.tif", { signal });
		const error = (await failureOf(() => file.read(0, 1, { signal }))) as StorageError;
		expect(error).toMatchObject({ code: "io", message: "Broken" });
		expect(error.cause).toBeUndefined();
	});

	it("reports facts without them", async () => {
		expect(await storage.facts({ signal })).toMatchObject({ server: "•••d", notes: ["•••!"], times: "exact" });
	});

	it("is the same storage for all the rest: names of files are theirs", async () => {
		expect([storage.type, storage.parallel]).toEqual(["ftp", 3]);
		expect(await storage.stat("a.tif", { signal })).toMatchObject({ name: "hunter2 1" });
		expect(await failureOf(async () => storage[Symbol.asyncDispose]())).toBeInstanceOf(TypeError);
	});
});

it("leaves errors alone that reveal nothing", async () => {
	const error = await failureOf(() => open(["another"]).list("", { symlinks: "skip", signal }));
	expect(error).toBe(refusal);
});

it.each([[[]], [["a"]]])("is not there for nothing: %j", (secrets) => {
	expect(open(secrets)).toBeInstanceOf(Indiscreet);
	expect(Reflect.ownKeys(open(secrets))).toEqual(["type", "parallel", "timeGrain"]);
});
