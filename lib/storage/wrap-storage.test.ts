import { describe, expect, it } from "vitest";
import { StorageError } from "#lib/errors.ts";
import { withRedactedSecrets } from "#lib/storage/security/redact-secrets.ts";
import { AbleStorage } from "#lib/storage/testing/able-storage.ts";
import type { ListOptions, Storage } from "./storage.ts";
import { wrapStorage } from "./wrap-storage.ts";

const { signal } = new AbortController();
const options: ListOptions = { symlinks: "skip", signal };

describe("what is around a storage", () => {
	const observed = (storage: Storage = new AbleStorage()) => {
		const calls: string[] = [];
		const wrapped = wrapStorage(storage, {
			call: ({ operation, path }, run) => {
				calls.push(`${operation} ${path}`);
				return run();
			},
		});
		return { calls, wrapped };
	};

	it("is around every call: of the storage, of its walks, of the files it opens, and of abilities not foreseen", async () => {
		const { calls, wrapped } = observed();
		await wrapped.list("a", options);
		await wrapped.startWalk?.().list("b", options);
		await wrapped.stat("c", { signal });
		const file = await wrapped.open("d", { signal });
		await expect(file.read(0, 1, { signal })).rejects.toThrow("hunter2");
		await wrapped.facts({ signal });
		await (wrapped as AbleStorage).undelete("e", { signal });
		expect(calls).toEqual(["list a", "list b", "stat c", "open d", "read d", "facts ", "undelete e"]);
	});

	it("can refuse a call before the storage is asked", async () => {
		const refusing = wrapStorage(new AbleStorage(), {
			call: async ({ path }) => {
				throw new StorageError("io", path, "Not today.");
			},
		});
		for (const call of [refusing.list("a", options), refusing.startWalk?.().list("a", options)])
			await expect(call).rejects.toMatchObject({ path: "a", message: "Not today." });
	});

	it("adds up: one is around the other", async () => {
		const inner = observed();
		const outer = observed(withRedactedSecrets(inner.wrapped, ["hunter2"]));
		const file = await outer.wrapped.open("f", { signal });
		await expect(file.read(0, 1, { signal })).rejects.toThrow("It hangs, says •••.");
		expect(inner.calls).toEqual(outer.calls);
	});
});
