import { type Bounds, withinBounds } from "#lib/storage/bounds.ts";
import type { StorageConfig } from "#lib/storage/config.ts";
import { openStorage } from "#lib/storage/open.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { answerRequests } from "#lib/storage/thread-port.ts";
import type { ToRead } from "./read.ts";
import { readOutcome } from "./read-outcome.ts";
import type { ReadRules } from "./subject.ts";

export interface ReadTask {
	/** A storage without secrets. */
	readonly storage: StorageConfig;
	/** Minded here once more: where links lead may have changed since. */
	readonly bounds: Bounds;
	readonly rules: ReadRules;
	readonly item: ToRead;
}

/** One thread of the `ReadPool`: it opens each storage for itself, once, and ends with all of them. */
const openedByConfig = new Map<string, Promise<Storage>>();
const { signal } = new AbortController();

answerRequests(async ({ storage, bounds, rules, item }: ReadTask) =>
	readOutcome(await opened(storage, bounds), rules, item, { signal }),
);

function opened(config: StorageConfig, bounds: Bounds): Promise<Storage> {
	const key = JSON.stringify(config);
	const storage =
		openedByConfig.get(key) ?? withinBounds(config, bounds).then((allowed) => openStorage(allowed, { inThread: true }));
	openedByConfig.set(key, storage);
	return storage;
}
