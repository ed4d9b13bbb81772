import type { Subject } from "#lib/sync/loaded-run.ts";
import type { Reading } from "#lib/sync/read/reader.ts";
import type { Helper } from "./helper.ts";

export interface Helping extends Reading {
	readonly hold: Helper;
	readonly subject: Subject;
	readonly mayGoOn: () => boolean;
}

/** How a helper fared: `cannot`, it does not get at the run's files, or is of another version; it had better not come again. */
export type Help = "helped" | "nothing to do" | "cannot";
