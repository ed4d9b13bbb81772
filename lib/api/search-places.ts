import { Places } from "./places.ts";

/**
 * The places of this process for what may look at very many rows. The dashboard has eight connections to the catalogue: some stay
 * free for everything else, however many search at once.
 */

/** Kept outside the module, so that every route has the same. */
const kept = globalThis as typeof globalThis & { eosyncSearches?: Places; eosyncExports?: Places };

/**
 * A search ends after some seconds by itself. A page asks for up to four things at once. Of callers who
 * are told apart, none has all places. Who hangs up gives the place back when the
 * statement has ended: until then the database is at work.
 */
export function searchPlaces(): Places {
	kept.eosyncSearches ??= new Places("searches", {
		places: 3,
		waiting: 100,
		patience: 10_000,
		each: { places: 2, waiting: 30 },
	});
	return kept.eosyncSearches;
}

/** An export takes as long as its reader lets it. So exports have places of their own, and no single token can take all of them. */
export function exportPlaces(): Places {
	kept.eosyncExports ??= new Places("exports", {
		places: 2,
		waiting: 20,
		patience: 10_000,
		each: { places: 1, waiting: 5 },
	});
	return kept.eosyncExports;
}
