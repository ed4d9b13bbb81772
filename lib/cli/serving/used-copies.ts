import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { isAlive } from "#lib/process-signal.ts";

/**
 * Copies that are made in EOSYNC_HOME for one version or path, each in a folder. A process that uses one writes a note beside it (a file
 * with its number and host), so that copies of other versions are removed when no process uses them any more, and not before.
 */

/** How long a note from another machine or container counts, where its process cannot be seen. Milliseconds. */
const unseenForMs = 90 * 24 * 3600 * 1000;

const notePattern = /^(.+)\.used-by-(\d+)@(.+)$/s;
const draftPattern = /^.+\.new-(\d+)$/s;

/** The name of a copy while it is made; it is renamed when it is complete. */
export function draftOf(copy: string): string {
	return `${copy}.new-${process.pid}`;
}

/** Writes down which of the copies in the folder this process uses (null: none), and removes those that no running process uses or makes. */
export function claimCopy(folder: string, name: string | null): void {
	if (name === null && !existsSync(folder)) return;
	mkdirSync(folder, { recursive: true, mode: 0o700 });
	const own = name === null ? null : `${name}.used-by-${process.pid}@${hostname()}`;
	if (own !== null) writeFileSync(join(folder, own), "", { mode: 0o600 });
	const entries = readdirSync(folder);
	const notes = entries.filter((entry) => entry === own || isNoteInUse(folder, entry));
	const used = new Set([...notes, ...notes.map((note) => notePattern.exec(note)?.[1])]);
	for (const entry of entries) {
		if (!used.has(entry) && !isBeingMade(entry)) rmSync(join(folder, entry), { recursive: true, force: true });
	}
}

/** A note with this process's own number is an earlier process's: numbers are given out again. Its own note is known by name. */
function isNoteInUse(folder: string, entry: string): boolean {
	const [, , pid, host] = notePattern.exec(entry) ?? [];
	if (pid === undefined) return false;
	if (host === hostname()) return Number(pid) !== process.pid && isAlive(Number(pid));
	const written = statSync(join(folder, entry), { throwIfNoEntry: false })?.mtimeMs ?? 0;
	return Date.now() - written < unseenForMs;
}

function isBeingMade(entry: string): boolean {
	const maker = Number(draftPattern.exec(entry)?.[1] ?? Number.NaN);
	return maker !== process.pid && isAlive(maker);
}
