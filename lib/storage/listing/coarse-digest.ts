import { hash } from "node:crypto";

/** A file in a listing with rounded times. */
export interface CoarseFile {
	readonly name: string;
	readonly size: number;
	/** Milliseconds since 1970, as exactly as the listing shows. */
	readonly time: number;
	/** Files of the last months are shown to the minute, older ones to the day: a server changes over with time. */
	readonly exactTo: "minute" | "day";
	/** The exact time, where the listing leaves doubt: a change of the file within the same minute changes this. */
	readonly exactly: number | null;
}

/** Servers that list like `ls` show the last half year to the minute. */
const daysAtMost = 200;
const day = 24 * 60 * 60 * 1000;

/**
 * The digest of a folder whose listing rounds times: a hash over names, sizes and days, and for each day whose files
 * are still shown to the minute a short hash over those minutes. A day that is shown to the minute no more says nothing
 * about minutes; so the digest of a folder stays when nothing but the way it is shown has changed.
 *
 * @param known the digest of the last listing; given back as it is when it is still true
 * @param folders sorted
 * @param files sorted by name
 */
export function coarseDigest(
	folders: readonly string[],
	files: readonly CoarseFile[],
	known: string | null | undefined,
): string {
	const days = hash("sha256", viewOf(folders, files), "base64url");
	const minutes = minutesOf(files);
	if (known) {
		const [knownDays, knownMinutes = ""] = known.split("~");
		const before = new Map(knownMinutes.split(",").map((part) => part.split(":") as [string, string]));
		if (knownDays === days && [...minutes].every(([key, value]) => before.get(key) === value)) return known;
	}
	return `${days}~${[...minutes].map(([key, value]) => `${key}:${value}`).join(",")}`;
}

function viewOf(folders: readonly string[], files: readonly CoarseFile[]): string {
	const lines = files.map(({ name, size, time }) => `${name}/${size}/${Math.floor(time / day)}\n`);
	return [...folders.map((folder) => `${folder}/\n`), ...lines].join("");
}

/** By day; only for days whose files are all shown to the minute or were asked for. */
function minutesOf(files: readonly CoarseFile[]): ReadonlyMap<string, string> {
	const byDay = Map.groupBy(files, ({ time }) => Math.floor(time / day));
	const minutes = new Map<string, string>();
	for (const [number, members] of byDay) {
		if (members.some(({ exactTo, exactly }) => exactTo === "day" && exactly === null)) continue;
		const lines = members.map(({ name, time, exactly }) => `${name}/${time}/${exactly ?? ""}\n`);
		minutes.set(number.toString(36), hash("sha256", lines.join(""), "base64url").slice(0, 11));
	}
	if (minutes.size <= daysAtMost) return minutes;
	// Then the digest also changes when only the display of times changes: that costs a comparison which finds nothing.
	return new Map([["all", hash("sha256", JSON.stringify([...minutes]), "base64url").slice(0, 11)]]);
}
