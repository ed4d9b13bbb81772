import { Parser } from "htmlparser2";
import { StorageError } from "#lib/errors.ts";
import { assertHeld } from "#lib/storage/listing/listing-size.ts";
import { joinPath } from "#lib/storage/path.ts";
import type { Problem } from "#lib/storage/storage.ts";
import { cutOff, listingBytes } from "./body.ts";
import type { HttpAnswer } from "./client.ts";
import { unreadableName } from "./entry.ts";
import { type HttpRoot, pathOf } from "./root.ts";

/** A file as an index shows it: for people, rounded, in a time zone it does not name. */
export interface Row {
	readonly name: string;
	/** `1.2M`, `345`; null where the index shows none. */
	readonly size: string | null;
	/** `2026-11-22 20:02` as if it were UTC, in minutes since 1970; null where the index shows none. */
	readonly minute: number | null;
}

export interface HtmlIndex {
	readonly folders: readonly string[];
	readonly rows: readonly Row[];
	readonly problems: readonly Problem[];
}

/** What nginx, Apache, lighttpd, Python, Jetty and their kin call an index. */
const titles = /^\s*(index of|directory listing|directory:|listing of)/i;
const longestLink = 10_000;

/**
 * The index of a folder, from a page of any web server that writes one link per member. Links that lead elsewhere (the
 * parent, sorting, other hosts, scripts) are no members.
 * @throws StorageError for a page that is no index (a folder's `index.html`, a log-in form), or that is cut off.
 */
export async function readHtmlIndex(answer: HttpAnswer, path: string, root: HttpRoot): Promise<HtmlIndex> {
	const folders = new Set<string>();
	const rows = new Map<string, Row>();
	const problems = new Map<string, Problem>();
	const take = (href: string, after: string) => {
		const name = memberOf(href);
		if (name === null || name.text.startsWith(".")) return;
		assertHeld(folders.size + rows.size, path);
		if (name.folder) folders.add(name.text);
		// An icon may be a link as well: the one with a date after it tells more.
		else if (!rows.has(name.text) || seen.test(after)) rows.set(name.text, rowOf(name.text, after));
	};
	const memberOf = (href: string) => {
		try {
			const place = root.resolve(href, answer.target);
			const text = place?.names.at(-1);
			if (place === null || text === undefined || pathOf(place) !== joinPath(path, text)) return null;
			return { text, folder: place.folder };
		} catch {
			problems.set(href, unreadableName(path, href));
			return null;
		}
	};
	const { title, ended } = await readLinks(answer, path, take);
	if (!titles.test(title))
		throw new StorageError(
			"io",
			path,
			`${root.url.origin}${answer.target} is a page, not the index of a folder (its title is “${title.trim().slice(0, 100)}”); let the server list the folder.`,
		);
	if (!ended) throw cutOff(path);
	return { folders: [...folders], rows: [...rows.values()], problems: [...problems.values()] };
}

/** Every link, with the text between it and the next one. */
async function readLinks(answer: HttpAnswer, path: string, take: (href: string, after: string) => void) {
	let title = "";
	let heading = "";
	let inside: string | null = null;
	let href: string | null = null;
	let after = "";
	let ended = false;
	const finish = () => {
		if (href !== null) take(href, after);
		href = null;
		after = "";
	};
	const parser = new Parser({
		onopentag(name, attributes) {
			inside = name;
			if (name !== "a") return;
			finish();
			href = (attributes.href ?? "").slice(0, longestLink);
		},
		ontext(text) {
			if (inside === "title" && title.length < 1000) title += text;
			else if (inside === "h1" && heading.length < 1000) heading += text;
			else if (inside !== "a" && after.length < 1000) after += text;
		},
		onclosetag(name, implied) {
			inside = null;
			after += " ";
			if (name === "tr" || name === "li") finish();
			if (name === "html" && !implied) ended = true;
		},
	});
	const decoder = new TextDecoder();
	for await (const chunk of listingBytes(answer, path)) parser.write(decoder.decode(chunk, { stream: true }));
	parser.write(decoder.decode());
	parser.end();
	finish();
	return { title: title || heading, ended };
}

/** `2026-11-22 20:02`, `22-Nov-2026 20:02`, `2026-Nov-22 20:02:33`. */
const seen = /\b(\d{4}|\d{1,2})-(\d{2}|[A-Z][a-z]{2})-(\d{4}|\d{2}) (\d{2}):(\d{2})(?::\d{2})?/;
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function rowOf(name: string, after: string): Row {
	const match = seen.exec(after);
	const rest = match ? after.slice(match.index + match[0].length) : after;
	const size = /^\s*(\d[\d.]*\s?[KMGTP]?)i?B?\b/i.exec(rest)?.[1] ?? null;
	if (!match) return { name, size, minute: null };
	const [, first = "", middle = "", last = "", hour, minute] = match;
	const [year, day] = first.length === 4 ? [first, last] : [last, first];
	const month = months.includes(middle) ? months.indexOf(middle) : Number(middle) - 1;
	const time = Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute));
	return { name, size, minute: Number.isNaN(time) ? null : time / 60_000 };
}
