import { describe, expect, it } from "vitest";
import { withCircuitBreaker } from "#lib/storage/flow-control/circuit-breaker.ts";
import { withRedactedSecrets } from "#lib/storage/security/redact-secrets.ts";
import type { ListOptions, Storage } from "#lib/storage/storage.ts";
import { AbleStorage } from "#lib/storage/testing/able-storage.ts";
import { wrapStorage } from "#lib/storage/wrap-storage.ts";
import { matcherOf } from "#lib/sync/match/match.ts";
import { noSpan } from "#lib/telemetry/span.ts";
import { StorageMeter } from "#lib/telemetry/storage-meter.ts";
import { measured } from "./measured-storage.ts";
import { withSafeFolders } from "./safe-folders.ts";
import { withMetadata } from "./with-metadata.ts";

const { signal } = new AbortController();
const options: ListOptions = { symlinks: "skip", signal };
const matcher = matcherOf({ path: "", include: ["*.tif"], exclude: [], metadata: [] });
const decorators: readonly (readonly [name: string, decorate: (storage: Storage) => Storage])[] = [
	["nothing around it", (storage) => wrapStorage(storage, {})],
	["a circuit breaker", withCircuitBreaker],
	["redacted secrets", (storage) => withRedactedSecrets(storage, ["hunter2"])],
	["measurements", (storage) => measured(storage, { span: () => noSpan, meter: new StorageMeter() })],
	["safe folders", (storage) => withSafeFolders(storage, matcher)],
	[
		"metadata of another storage",
		(storage) =>
			withMetadata(storage, { storage: new AbleStorage(), name: "eo", template: "eo", sourcePath: "", matcher }),
	],
];

describe.each(decorators)("a storage with %s", (name, decorate) => {
	it("keeps abilities that were not foreseen", async () => {
		const storage = decorate(new AbleStorage()) as AbleStorage;
		expect([storage.type, storage.parallel, storage.flavour]).toEqual(["s3", 7, "vanilla"]);
		expect("flavour" in storage && "undelete" in storage && "startWalk" in storage).toBe(true);
		expect(await storage.undelete("a.tif", { signal })).toBe("a.tif 42");
	});

	it("is walked as the storage itself is", async () => {
		expect((await decorate(new AbleStorage()).startWalk?.().list("x", options))?.digest).toBe("walked x");
	});

	it("reads in threads where the storage does, unless a thread would see less of it", () => {
		expect(decorate(new AbleStorage()).readsInThreads).toBe(!name.startsWith("metadata"));
	});
});
