import type { StorageErrorCode } from "#lib/errors.ts";
import type { Unclear } from "#lib/storage/storage.ts";

/** An entry of unknown type: it may be a file, or a folder with datasets below it. */
export function unknownEntry(name: string, why: string, code: StorageErrorCode = "io"): Unclear {
	return {
		name,
		kind: "unknown",
		code,
		message: `${quoted(name)} ${why}; until that is fixed, nothing is changed because of it.`,
	};
}

/** @param what with its article: `a socket`, `a broken link` */
export function specialEntry(name: string, what: string): Unclear {
	return { name, kind: "special", code: "not-found", message: `${quoted(name)} is ${what}; it is left out.` };
}

/**
 * @param name as much of it as can be written
 * @param why `is not valid UTF-8`
 * @param hides which names it may have in truth; none where it is known exactly, and no path can express it
 */
export function unnameable(
	name: string,
	why: string,
	kind: Unclear["kind"] = "unknown",
	hides: NonNullable<Unclear["hides"]> = name === "" ? "any" : "non-ascii",
): Unclear {
	const message = `The name ${quoted(name)} ${why}, so it cannot be registered; rename it.`;
	return { name, kind, code: "invalid-path", message, hides };
}

function quoted(name: string): string {
	return JSON.stringify(name.length > 300 ? `${name.slice(0, 300)}…` : name);
}
