import type { Matcher } from "#lib/sync/match/match.ts";
import type { ScannedFolder } from "./scan.ts";

/**
 * What is unclear in a folder (rule 17): nothing of that name is removed, nor anything below it, and no file is read without
 * what may belong to it.
 */
export interface UnclearNames {
	/** All of them. */
	readonly names: ReadonlySet<string>;
	/** Those that may be files or folders: without sockets, devices and links to nowhere. */
	readonly possible: ReadonlySet<string>;
	/**
	 * Which unreadable names may be among it: `any`, a member has lost its name; `non-ascii`, one is in an unknown encoding,
	 * as all names of the server may be from now on.
	 */
	readonly unreadable: "none" | "non-ascii" | "any";
	/** Some of it matters to the source: the folder must be looked at again, whatever it looks like then. */
	readonly matters: boolean;
}

export const nothingUnclear: UnclearNames = {
	names: new Set(),
	possible: new Set(),
	unreadable: "none",
	matters: false,
};

/** A scanned folder with its unclear members judged. */
export type JudgedFolder = Omit<ScannedFolder, "unclear"> & { readonly unclear: UnclearNames };

/** Names of what may belong to these data files. */
export function sidecarsOf(matcher: Matcher, dataNames: readonly string[]): ReadonlySet<string> {
	return new Set(
		dataNames.flatMap((name) => {
			const { metadata, conf, other } = matcher.sidecarNames(name);
			return [...metadata, ...conf, ...other];
		}),
	);
}

/** Whether a name that the listing lacks may be one of those that cannot be read. */
export function mayBeUnreadable(name: string, { unreadable }: UnclearNames): boolean {
	return unreadable === "any" || (unreadable === "non-ascii" && /[^ -~]/.test(name));
}
