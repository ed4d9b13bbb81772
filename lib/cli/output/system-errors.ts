import { messageOf } from "#lib/errors.ts";

/** Why nothing was written where this user wanted it. */
const unwritable: Readonly<Record<string, string>> = {
	EACCES: "this user may not",
	EPERM: "this user may not",
	EROFS: "its file system is read-only",
	ENOSPC: "its disk is full",
	EDQUOT: "the user's share of the disk is used up",
};

const reasons: Readonly<Record<string, string>> = {
	...unwritable,
	ENOENT: "there is no such file or folder",
	ENOTDIR: "a part of its path is no folder",
	EISDIR: "it is a folder",
	EEXIST: "it exists already",
};

/** Why the operating system refused something about a file, as a part of a sentence; of any other error its message. */
export function reasonOf(error: unknown): string {
	const { code } = (error ?? {}) as { readonly code?: unknown };
	return (typeof code === "string" ? reasons[code] : undefined) ?? messageOf(error);
}

/** What an error says; of a file that the system refuses, why; and what to do where that is in EOSYNC_HOME. */
export function explained(error: unknown, home: string): string {
	const { code, path } = (error ?? {}) as { readonly code?: unknown; readonly path?: unknown };
	if (typeof code !== "string" || typeof path !== "string" || !(code in reasons)) return messageOf(error);
	const reason = unwritable[code];
	if (reason === undefined || !`${path}/`.startsWith(`${home}/`)) return `${path}: ${reasonOf(error)}.`;
	return `${path} cannot be written: ${reason}. It is in EOSYNC_HOME (${home}): set that to a folder that is writable and has room.`;
}
