import { parseInstant } from "#lib/metadata/text/time.ts";
import { type FeedCursor, readCursor } from "./cursor.ts";
import { type Area, areasIn } from "./feed-filter.ts";

/** What is asked of `/stac/changes`. Pure. */

export interface FeedRequest {
	/** Where to begin: a cursor, with the items as they are, with what comes from now on, or with what came since an instant. */
	readonly since: FeedCursor | "beginning" | "now" | { readonly instant: string };
	readonly collections: readonly string[] | null;
	readonly areas: readonly Area[] | null;
	/** null: not stated. */
	readonly limit: number | null;
	/** Seconds to wait for a change when there is none. */
	readonly wait: number;
	/** Each change brings its item's document. */
	readonly withItems: boolean;
	readonly form: "json" | "ndjson" | "event-stream";
}

/** What is wrong with a request, for people. */
export class FeedRequestError extends Error {}

export const mostChanges = 1000;
const longestWait = 60;
const mostCollections = 1000;
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;

/** @throws FeedRequestError */
export function readFeedRequest({ url, headers }: Pick<Request, "url" | "headers">): FeedRequest {
	const { searchParams: query } = new URL(url);
	const one = (name: string) => {
		const values = query.getAll(name);
		if (values.length > 1) throw new FeedRequestError(`${name} is given more than once.`);
		return values[0] ?? null;
	};
	const form = formOf(headers.get("accept") ?? "");
	// A browser that lost its event stream says how far it had come.
	const lastEvent = form === "event-stream" ? headers.get("last-event-id") : null;
	return {
		since: sinceOf(lastEvent || one("since")),
		collections: collectionsOf(one("collections")),
		areas: areasOf(one("bbox")),
		limit: limitOf(one("limit")),
		wait: numberOf("wait", one("wait"), longestWait) ?? 0,
		withItems: flagOf("items", one("items")),
		form,
	};
}

function formOf(accept: string): FeedRequest["form"] {
	if (/\btext\/event-stream\b/i.test(accept)) return "event-stream";
	return /\bapplication\/(x-ndjson|ndjson|jsonl|x-jsonlines)\b/i.test(accept) ? "ndjson" : "json";
}

function sinceOf(text: string | null): FeedRequest["since"] {
	if (text === null || text === "" || text === "0") return "beginning";
	if (text === "now") return "now";
	const at = instant.test(text) ? parseInstant(text, "UTC") : null;
	if (at !== null) return { instant: at };
	const cursor = readCursor(text);
	if (cursor !== null) return cursor;
	throw new FeedRequestError(
		"since is no cursor: send the cursor of an earlier answer as it is, an instant such as 2026-11-29T00:00:00Z, now, or nothing to begin.",
	);
}

function collectionsOf(text: string | null): readonly string[] | null {
	if (text === null) return null;
	const names = [...new Set(text.split(",").map((name) => name.trim()))].filter((name) => name !== "");
	if (names.length === 0) throw new FeedRequestError("collections names none: give IDs, separated by commas.");
	if (names.length > mostCollections)
		throw new FeedRequestError(`collections names ${names.length}: give at most ${mostCollections}.`);
	if (names.some((name) => name.includes("\u0000"))) throw new FeedRequestError("collections has a NUL character.");
	return names;
}

/** As OGC API - Features has it: four or six numbers; west may be beyond east, over the antimeridian. */
export function areasOf(text: string | null): readonly Area[] | null {
	if (text === null) return null;
	const numbers = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
	if ((numbers.length !== 4 && numbers.length !== 6) || !numbers.every(Number.isFinite))
		throw new FeedRequestError("bbox must be four numbers: west,south,east,north.");
	const [west = 0, south = 0, , , ,] = numbers;
	const [east = 0, north = 0] = numbers.length === 4 ? numbers.slice(2) : numbers.slice(3);
	if (south > north) throw new FeedRequestError("bbox has its south beyond its north.");
	if (south < -90 || north > 90 || west < -180 || west > 180 || east < -180 || east > 180)
		throw new FeedRequestError("bbox reaches beyond the Earth: longitudes are -180 to 180, latitudes -90 to 90.");
	return areasIn([west, south, east, north]);
}

/** More than there may be is as many as there may be. */
function limitOf(text: string | null): number | null {
	const limit = numberOf("limit", text, mostChanges);
	if (limit === 0) throw new FeedRequestError("limit must be at least 1.");
	return limit;
}

function numberOf(name: string, text: string | null, most: number): number | null {
	if (text === null) return null;
	if (!/^\d{1,9}$/.test(text)) throw new FeedRequestError(`${name} must be a whole number.`);
	return Math.min(Number(text), most);
}

function flagOf(name: string, text: string | null): boolean {
	if (text === null || text === "false") return false;
	if (text === "true" || text === "") return true;
	throw new FeedRequestError(`${name} must be true or false.`);
}
