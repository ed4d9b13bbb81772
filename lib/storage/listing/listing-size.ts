import { StorageError } from "#lib/errors.ts";

/** The most entries of one folder: each takes some hundred bytes of memory. */
const mostEntries = 2_000_000;

/** @throws StorageError when a folder has more entries than can be held. */
export function assertHeld(entries: number, path: string): void {
	if (entries <= mostEntries) return;
	const message = `The folder has more than ${mostEntries.toLocaleString("en")} entries; split it into several folders.`;
	throw new StorageError("io", path, message);
}
