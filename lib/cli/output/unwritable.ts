import { messageOf } from "#lib/errors.ts";

const reasons: Readonly<Record<string, string>> = {
	EACCES: "this user may not",
	EPERM: "this user may not",
	EROFS: "its file system is read-only",
	ENOSPC: "its disk is full",
	EDQUOT: "the user's share of the disk is used up",
};

/** What an error says, and of a file or folder in EOSYNC_HOME that cannot be written what to do. */
export function explained(error: unknown, home: string): string {
	const { code, path } = (error ?? {}) as { readonly code?: unknown; readonly path?: unknown };
	const reason = typeof code === "string" ? reasons[code] : undefined;
	if (reason === undefined || typeof path !== "string" || !`${path}/`.startsWith(`${home}/`)) return messageOf(error);
	return `${path} cannot be written: ${reason}. It is in EOSYNC_HOME (${home}): set that to a folder that is writable and has room.`;
}
