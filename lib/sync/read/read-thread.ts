import type { StorageConfig } from "#lib/storage/config.ts";
import { openStorage } from "#lib/storage/open.ts";
import { realRoots, type StoragePolicy, withinPolicy } from "#lib/storage/security/storage-policy.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { answerRequests } from "#lib/storage/threads/thread-port.ts";
import type { ReadRules } from "#lib/sync/loaded-run.ts";
import type { ToRead } from "./read.ts";
import { readOutcome } from "./read-outcome.ts";

export interface ReadTask {
	readonly run: number;
	/** A storage without secrets. */
	readonly storage: StorageConfig;
	/** Checked here once more: where links lead may have changed since. */
	readonly policy: StoragePolicy;
	readonly rules: ReadRules;
	readonly item: ToRead;
}

/** One thread of a read pool: it opens each storage for itself, once a run. Nothing of one that waits in a thread has to be closed. */
let last: { readonly run: number; readonly openedByConfig: Map<string, Promise<Storage>> } | undefined;
const { signal } = new AbortController();

answerRequests(async ({ run, storage, policy, rules, item }: ReadTask) =>
	readOutcome(await opened(run, storage, policy), rules, item, { signal }),
);

function opened(run: number, config: StorageConfig, policy: StoragePolicy): Promise<Storage> {
	if (last?.run !== run) last = { run, openedByConfig: new Map() };
	const { openedByConfig } = last;
	const key = JSON.stringify(config);
	const storage =
		openedByConfig.get(key) ??
		withinPolicy(config, policy).then(async (allowed) =>
			openStorage(allowed, { inThread: true, roots: await realRoots(policy) }),
		);
	openedByConfig.set(key, storage);
	return storage;
}
