import { Parser } from "htmlparser2";
import { StorageError } from "#lib/errors.ts";
import { assertHeld } from "#lib/storage/listing/listing-size.ts";
import { unnameable } from "#lib/storage/listing/unclear.ts";
import type { Unclear } from "#lib/storage/storage.ts";
import { cutOffListing, listingBytes } from "./body.ts";
import type { HttpAnswer } from "./client.ts";
import { assertNoNextPage, linkOf, partError } from "./links.ts";
import type { HttpRoot } from "./root.ts";

/** A file as an index shows it: for people, with coarse times and sizes, in a time zone it does not name. */
export interface HtmlRow {
	readonly name: string;
	/** `1.2M`, `345`; null where the index shows none. */
	readonly size: string | null;
	/** `2026-11-22 20:02` as if it were UTC, in minutes since 1970; null where the index shows none. */
	readonly minute: number | null;
}

export interface HtmlIndex {
	readonly folders: readonly string[];
	readonly rows: readonly HtmlRow[];
	readonly unclear: readonly Unclear[];
}

/**
 * The index of a folder, from a page of any web server that writes one link per member.
 * @throws StorageError for a page that is no index (a folder's `index.html`, a log-in form), that is cut off, that is one of
 * several, or whose links lead elsewhere: half an index is never taken for a whole one
 */
export async function readHtmlIndex(answer: HttpAnswer, path: string, root: HttpRoot): Promise<HtmlIndex> {
	assertNoNextPage(answer, path);
	const page = await readPage(answer, path);
	const { headers } = answer;
	const isFramed = headers["content-length"] !== undefined || /chunked/i.test(headers["transfer-encoding"] ?? "");
	const { target } = answer;
	if (!isIndex(page, target))
		throw new StorageError(
			"io",
			path,
			`${root.url.origin}${target} is a page, not the index of a folder (its title is “${page.title.trim().slice(0, 100)}”); let the server list the folder.`,
		);
	// When only the end of the connection ends the page, the page itself must show that it is complete.
	if (page.isBroken || !(page.isEnded || (isFramed && page.hasContainer))) throw cutOffListing(path);
	const folders = new Set<string>();
	const rows = new Map<string, HtmlRow>();
	const unclear = new Map<string, Unclear>();
	let members = 0;
	let stray: string | null = null;
	for (const { href, isNext, isAside, ...texts } of page.links) {
		const link = linkOf(href, { root, target });
		if (isNext || link.kind === "page") throw partError(path, href, "is one page of several");
		if (link.kind === "mirror") throw partError(path, href, "links its files at another address");
		if (link.kind === "elsewhere" && !isAside) stray ??= href;
		if (link.kind === "unreadable") unclear.set(href, unnameable(href, "is empty or not valid UTF-8"));
		if (!("name" in link)) continue;
		members++;
		const { name } = link;
		if (name.startsWith(".")) continue;
		if (link.kind === "folder") folders.add(name);
		else {
			// An icon may be a link as well: the one with a date beside it has more details.
			const row = rowOf(name, texts);
			if (!rows.has(name) || row.minute !== null) rows.set(name, row);
		}
		assertHeld(folders.size + rows.size, path);
	}
	if (members === 0 && unclear.size === 0 && stray !== null)
		throw partError(path, stray, "has links, but none to anything in the folder");
	return { folders: [...folders], rows: [...rows.values()], unclear: [...unclear.values()] };
}

interface PageLink {
	readonly href: string;
	/** `rel="next"`. */
	readonly isNext: boolean;
	/** The link stands in a part of the page that is about the site, not the folder. */
	readonly isAside: boolean;
	/** The text of the same line or row, before and after the link. */
	readonly before: string;
	readonly after: string;
}

interface HtmlPage {
	readonly title: string;
	readonly links: readonly PageLink[];
	/** An element that may hold the links of an index was opened and never closed. */
	readonly isBroken: boolean;
	/** `</body>` or `</html>` came. */
	readonly isEnded: boolean;
	readonly hasContainer: boolean;
	/** Nothing on the page but text and links in one `<pre>`: Go's file server gives its indexes no title. */
	readonly isBare: boolean;
	readonly asksForPassword: boolean;
}

/** Titles of the indexes of nginx, Apache, lighttpd, Python, Jetty, Tomcat, rclone and the like. */
const titles = /^\s*(index of|directory listing|directory:|listing of|contents of|files (with)?in)/i;

/** Caddy's indexes are titled with the folder's name, those of IIS with its path. */
function isIndex({ title, isBare, asksForPassword }: HtmlPage, target: string): boolean {
	if (asksForPassword) return false;
	if (title.trim() === "") return isBare;
	const path = decodedPath(target);
	const name = path.split("/").at(-2) ?? "";
	const names = [path, path.slice(0, -1), name, `${name}/`].filter((one) => one !== "");
	return titles.test(title) || names.includes(title.trim()) || title.trim().endsWith(` - ${path}`);
}

function decodedPath(target: string): string {
	return target
		.split("/")
		.map((name) => decodeURIComponent(name))
		.join("/");
}

const maxLinkLength = 10_000;
const maxTextLength = 1000;
/** Elements that hold the links of an index, or parts of it. */
const containers: ReadonlySet<string> = new Set([
	"pre",
	"table",
	"ul",
	"ol",
	"dl",
	"main",
	"section",
	"article",
	"div",
]);
const asides: ReadonlySet<string> = new Set(["footer", "nav", "header", "address", "aside"]);
/** Elements that a bare page may have. */
const bareElements: ReadonlySet<string> = new Set(["html", "head", "meta", "title", "body", "pre", "a"]);

async function readPage(answer: HttpAnswer, path: string): Promise<HtmlPage> {
	const reader = new PageReader();
	const parser = new Parser({
		onopentag: (name, attributes) => reader.open(name, attributes),
		ontext: (text) => reader.text(text),
		onclosetag: (name, isImplied) => reader.close(name, isImplied),
	});
	const decoder = new TextDecoder();
	for await (const chunk of listingBytes(answer, path)) parser.write(decoder.decode(chunk, { stream: true }));
	parser.write(decoder.decode());
	parser.end();
	return reader.end();
}

class PageReader {
	readonly #links: PageLink[] = [];
	#title = "";
	#heading = "";
	/** Elements that are open, outermost first. */
	#open: string[] = [];
	/** The link whose line is being read. */
	#link: Omit<PageLink, "before" | "after"> | null = null;
	#before = "";
	#after = "";
	#isBroken = false;
	#isEnded = false;
	#hasContainer = false;
	#isBare = true;
	#asksForPassword = false;

	open(name: string, attributes: Readonly<Record<string, string>>): void {
		this.#open.push(name);
		this.#isBare &&= bareElements.has(name);
		if (containers.has(name)) this.#hasContainer = true;
		if (name === "input" && attributes.type?.toLowerCase() === "password") this.#asksForPassword = true;
		if (name === "tr" || name === "li" || name === "br" || name === "hr") this.#endLine();
		// The machine-readable form of the time beside it.
		if (name === "time") this.text(` ${attributes.datetime ?? ""} `);
		const isNext = /(^|\s)next(\s|$)/i.test(attributes.rel ?? "");
		if (name !== "a" && !(name === "link" && isNext)) return;
		if (attributes.href === undefined) return;
		const before = this.#link === null ? this.#after : "";
		this.#finish();
		this.#before = before;
		const isAside = this.#open.some((one) => asides.has(one));
		this.#link = { href: attributes.href.slice(0, maxLinkLength), isNext, isAside };
	}

	text(text: string): void {
		const inside = this.#open.at(-1);
		if (inside === "title" && this.#title.length < maxTextLength) this.#title += text;
		else if (inside === "h1" && this.#heading.length < maxTextLength) this.#heading += text;
		if (this.#open.includes("a") || inside === "title" || inside === "script" || inside === "style") return;
		const [first = "", ...lines] = this.#open.includes("pre") ? text.split("\n") : [text];
		this.#add(first);
		for (const line of lines) {
			this.#endLine();
			this.#add(line);
		}
	}

	close(name: string, isImplied: boolean): void {
		const at = this.#open.lastIndexOf(name);
		if (at >= 0) this.#open.splice(at);
		if (isImplied && containers.has(name)) this.#isBroken = true;
		if ((name === "body" || name === "html") && !isImplied) this.#isEnded = true;
		this.#add(" ");
		if (name === "tr" || name === "li" || name === "pre" || name === "table") this.#endLine();
	}

	end(): HtmlPage {
		this.#finish();
		return {
			title: this.#title || this.#heading,
			links: this.#links,
			isBroken: this.#isBroken,
			isEnded: this.#isEnded,
			hasContainer: this.#hasContainer,
			isBare: this.#isBare && this.#hasContainer,
			asksForPassword: this.#asksForPassword,
		};
	}

	#add(text: string): void {
		if (this.#after.length < maxTextLength) this.#after += text;
	}

	#endLine(): void {
		this.#finish();
		this.#after = "";
	}

	#finish(): void {
		if (this.#link !== null) this.#links.push({ ...this.#link, before: this.#before, after: this.#after });
		this.#link = null;
		this.#before = "";
		this.#after = "";
	}
}

/** `2026-11-22 20:02`, `2026-11-22T20:02:33Z`, `22-Nov-2026 20:02`, `2026-Nov-22 20:02:33`. */
const dated =
	/\b(\d{4}|\d{1,2})-(\d{2}|[A-Z][a-z]{2})-(\d{4}|\d{2})[ T](\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?/;
/** `11/22/2026  8:09 PM`; where the day comes first, only that the same text is the same minute matters. */
const american = /\b(\d{1,2})\/(\d{1,2})\/(\d{4})\s+(\d{1,2}):(\d{2})(?::\d{2})?\s*([AP]M)?/i;
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Time and size stand after the link, or before it (IIS). */
function rowOf(name: string, { before, after }: Pick<PageLink, "before" | "after">): HtmlRow {
	const isBehind = dated.test(after) || american.test(after) || !(dated.test(before) || american.test(before));
	const text = isBehind ? after : before;
	const [match] = dated.exec(text) ?? american.exec(text) ?? [];
	const behind = match === undefined ? text : text.slice(text.indexOf(match) + match.length);
	// Caddy and rclone show the size first.
	const size = sizeIn(behind) ?? (match === undefined ? null : sizeIn(text.slice(0, text.indexOf(match))));
	return { name, size, minute: match === undefined ? null : minuteOf(match) };
}

function sizeIn(text: string): string | null {
	const [, size = null] = /^\s*(\d(?:[\d.,]*\d)?\s?[KMGTP]?)(?:i?B|bytes?)?\b/i.exec(text) ?? [];
	if (size === null || !size.includes(",")) return size;
	// Jetty separates thousands; whether another comma is a decimal one is not known.
	return /^\d{1,3}(,\d{3})+$/.test(size.trim()) ? size.replaceAll(",", "") : null;
}

function minuteOf(text: string): number | null {
	const machine = dated.exec(text);
	if (machine) {
		const [, first = "", middle = "", last = "", hour, minute] = machine;
		const [year, day] = first.length === 4 ? [first, last] : [last, first];
		const month = months.includes(middle) ? months.indexOf(middle) : Number(middle) - 1;
		return wholeMinutes(Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute)));
	}
	const [, month, day, year, hour, minute, half] = american.exec(text) ?? [];
	const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (/p/i.test(half) ? 12 : 0);
	return wholeMinutes(Date.UTC(Number(year), Number(month) - 1, Number(day), hours, Number(minute)));
}

function wholeMinutes(milliseconds: number): number | null {
	return Number.isNaN(milliseconds) ? null : Math.floor(milliseconds / 60_000);
}
