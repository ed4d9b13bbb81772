import { isFileRefusal, isWriteRefusal, messageOf, reasonOf } from "#lib/errors.ts";

/** What an error says; of a file that the system refuses, why; and what to do where that is in EOSYNC_HOME. */
export function explained(error: unknown, home: string): string {
	const { code, path } = (error ?? {}) as { readonly code?: unknown; readonly path?: unknown };
	if (typeof path !== "string" || !isFileRefusal(code)) return messageOf(error);
	if (!isWriteRefusal(code) || !`${path}/`.startsWith(`${home}/`)) return `${path}: ${reasonOf(error)}.`;
	return `${path} cannot be written: ${reasonOf(error)}. It is in EOSYNC_HOME (${home}): set that to a folder that is writable and has room.`;
}
