import { withoutFullStop } from "#lib/errors.ts";
import { lookupTable } from "#lib/lookup-table.ts";
import type { CauseView } from "./cause-records.ts";

/** Client-safe. A cause in words. */

type Worded = Pick<CauseView, "code" | "storage" | "place" | "down"> & { readonly message: string };

/** What could not be done, by error code, about a place on a storage. */
const words = lookupTable<string>({
	"not-found": "does not exist",
	forbidden: "may not be read",
	timeout: "did not answer in time",
	changed: "changed while it was read",
	"invalid-path": "has a name that cannot be expressed",
	archived: "must be restored from its archive class first",
	io: "cannot be read",
	metadata: "does not give the metadata files that sources need",
});

const wordsWithoutStorage = lookupTable<string>({
	internal: "A fault of eosync itself",
	"left-out":
		"Changes were left out, as their files, EO IDs or datasets were changed after the plan; the next sync looks at them again",
});

/** One sentence without its full stop. */
export function causeSentence({ code, storage, place, down, message }: Worded): string {
	if (storage === null) return `${withoutStorage(code)}${after(message)}`;
	if (place !== "")
		return `${storage}:${shortened(visible(place))} ${words[code] ?? `cannot be examined (${code})`}${after(message)}`;
	if (down) return `Storage ${storage} cannot be read${after(message)}`;
	if (code === "unreachable")
		return `Storage ${storage} answers again, but its containers were not examined since${after(message)}`;
	return `Storage ${storage} ${words[code] ?? `cannot be examined (${code})`}${after(message)}`;
}

/** What turns the direction of text round, or moves the cursor, would do so with the rest of the sentence. */
function visible(text: string): string {
	return text.replaceAll(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu, "\ufffd");
}

const longestPlace = 160;

/** The beginning and the end of a path say most. */
function shortened(place: string): string {
	const letters = [...place];
	if (letters.length <= longestPlace) return place;
	const half = longestPlace / 2;
	return `${letters.slice(0, half).join("")}…${letters.slice(-half).join("")}`;
}

function withoutStorage(code: string): string {
	return wordsWithoutStorage[code] ?? `Runs fail (${code})`;
}

/** Messages are of several sentences; lists have room for one line. */
function after(message: string): string {
	const line = withoutFullStop(visible(message.replaceAll(/\s+/g, " ").trim()));
	return line === "" ? "" : `: ${line}`;
}
