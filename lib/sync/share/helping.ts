import type { LoadedRun } from "#lib/sync/loaded-run.ts";
import type { ReadContext } from "#lib/sync/read/reader.ts";
import type { Helper } from "./helper.ts";

export interface Helping extends ReadContext {
	readonly claim: Helper;
	readonly loaded: LoadedRun;
	readonly mayGoOn: () => boolean;
}

/** How a helper fared: `cannot`, it does not get at the run's files, or is of another version; it had better not come again. */
export type Help = "helped" | "nothing to do" | "cannot";
