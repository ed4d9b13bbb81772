import { StorageError } from "#lib/errors.ts";

/** Of one folder: some hundred bytes each have to fit in memory. */
const mostEntries = 2_000_000;

/** @throws StorageError when a folder has more entries than can be held. */
export function assertHeld(entries: number, path: string): void {
	if (entries <= mostEntries) return;
	const message = `The folder has more than ${mostEntries.toLocaleString("en")} entries; divide it.`;
	throw new StorageError("io", path, message);
}
