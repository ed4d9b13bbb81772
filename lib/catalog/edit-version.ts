import { createHash } from "node:crypto";
import { UsageError } from "#lib/errors.ts";

/**
 * What a form shows may be changed by others while it is open. So it hands back the version of what it was opened with, and
 * nothing is saved over another one.
 */
export function versionOf(state: unknown): string {
	return createHash("sha256").update(JSON.stringify(state)).digest("base64url").slice(0, 22);
}

/** Others have saved meanwhile; nothing was. */
export class EditedMeanwhileError extends UsageError {}

/**
 * @param what begins the sentence: `The storage archive`
 * @param read the version that the edit is based on; null: there was nothing yet; undefined: it is based on none
 * @param current undefined: it does not exist any more
 * @throws EditedMeanwhileError when they differ.
 */
export function requireVersion(what: string, read: string | null | undefined, current: string | undefined): void {
	if (read === undefined || read === (current ?? null)) return;
	throw new EditedMeanwhileError(
		current === undefined
			? `${what} was deleted after this was opened, so nothing was saved.`
			: `${what} was changed after this was opened, so nothing was saved. See what is saved now, then try again.`,
	);
}
