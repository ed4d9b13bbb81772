import { ConcurrencyLimit } from "./concurrency-limit.ts";

/**
 * Limits how many searches and exports this process does at once. Each keeps one of the dashboard's eight connections to the catalogue busy, and
 * some must stay free for everything else.
 */

/** Kept outside the module, so that every route has the same. */
const kept = globalThis as typeof globalThis & { eosyncSearches?: ConcurrencyLimit; eosyncExports?: ConcurrencyLimit };

/**
 * For searches, which end by themselves after some seconds. No caller with an address or a token of its own can be all of them. When a client
 * hangs up its turn ends once the statement has ended: until then the database is at work.
 */
export function searchLimit(): ConcurrencyLimit {
	kept.eosyncSearches ??= new ConcurrencyLimit("searches", {
		working: 3,
		waiting: 100,
		timeoutMs: 10_000,
		perCaller: { working: 2, waiting: 30 },
	});
	return kept.eosyncSearches;
}

/** For exports, which take as long as their readers let them. They keep no search waiting, and no token can be all of them. */
export function exportLimit(): ConcurrencyLimit {
	kept.eosyncExports ??= new ConcurrencyLimit("exports", {
		working: 2,
		waiting: 20,
		timeoutMs: 10_000,
		perCaller: { working: 1, waiting: 5 },
	});
	return kept.eosyncExports;
}
