import { messageStream } from "#lib/api/message-stream.ts";
import type { StreamLimit } from "#lib/api/stream-limit.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import type { Reader } from "#lib/catalog/publications/published.ts";
import { requireAcceptable } from "#lib/stac/api/respond.ts";
import type { StacUrls } from "#lib/stac/links.ts";
import type { LoadOptions } from "#lib/stac/load-items.ts";
import { type ChangeDocument, changeDocument } from "./change-document.ts";
import { type FeedCursor, writeCursor } from "./cursor.ts";
import { type FeedChange, type FeedPage, readFeed } from "./feed.ts";
import { feedEvents, feedLines } from "./feed-messages.ts";
import { type FeedRequest, FeedRequestError, readFeedRequest } from "./feed-request.ts";
import { itemDocuments } from "./item-documents.ts";
import type { LogWatch } from "./log-watch.ts";
import { startOf } from "./start-of.ts";

/** Answers `/stac/changes`: JSON pages, lines of JSON, an event stream, or a page that waits until there is something. */

export interface FeedServices {
	readonly database: Pick<Database, "sql">;
	readonly urls: StacUrls;
	readonly reader: Reader;
	/** Whether they still are: a token may be revoked while a stream is open. */
	readonly isStillReader: () => Promise<boolean>;
	/** Who counts against the limit of open streams: a network address. */
	readonly address: string;
	readonly places: StreamLimit;
	readonly watch: LogWatch;
	readonly signerOf?: LoadOptions["signerOf"];
	/** Aborts when this process is to stop. */
	readonly stopping: AbortSignal;
}

const usualLimit = 100;
/** Changes that a stream reads at once. */
const portion = 500;
const retryAfterSeconds = 30;

export async function answerFeed(services: FeedServices, request: Request): Promise<Response> {
	try {
		return await answer(services, request, readFeedRequest(request));
	} catch (error) {
		if (!(error instanceof FeedRequestError)) throw error;
		return Response.json({ code: "BadRequest", description: error.message }, { status: 400, headers: noStore });
	}
}

async function answer(services: FeedServices, request: Request, asked: FeedRequest): Promise<Response> {
	const { database, reader, places, watch, urls } = services;
	if (asked.form === "json") requireAcceptable(request.headers.get("accept"), "application/json");
	const start = await startOf(database.sql, asked.since);
	if (start === "expired") return expired(urls);
	const filter = { reader, collections: asked.collections, areas: asked.areas };
	const limit = asked.limit ?? (asked.form === "json" ? usualLimit : portion);
	const read = (cursor: FeedCursor | null) => readFeed(database.sql, { ...filter, cursor, limit });
	const documents = (changes: readonly FeedChange[]) => documentsOf(services, changes, asked);
	const signal = AbortSignal.any([request.signal, services.stopping]);
	// The first page decides whether there is a stream at all.
	const first = await read(start);
	if (first === "expired") return expired(urls);
	const waits = asked.form === "json" && asked.wait > 0 && first.changes.length === 0 && !first.more;
	const giveBack = asked.form !== "json" || waits ? places.take(services.address) : () => {};
	if (giveBack === null) return tooMany();
	if (asked.form === "json") {
		try {
			const page = waits ? await waitForChange(first, { read, watch, seconds: asked.wait, signal }) : first;
			return page === "expired" ? expired(urls) : await pageResponse(services, request, { page, documents });
		} finally {
			giveBack();
		}
	}
	const pages = firstThen(first, read);
	const stream = messageStream(
		(ended) => {
			const common = { page: pages, documents, cursor: start, signal: ended, mayGoOn: services.isStillReader };
			return asked.form === "event-stream"
				? feedEvents({ ...common, watch })
				: feedLines({ ...common, isOnePage: asked.limit !== null });
		},
		{ signal, onEnd: giveBack },
	);
	const type = asked.form === "event-stream" ? "text/event-stream" : "application/x-ndjson";
	return new Response(stream, { headers: { ...noStore, "content-type": type, "x-accel-buffering": "no" } });
}

const noStore = { "cache-control": "private, no-store, no-transform" };

/** The page that was read already, then the others. */
function firstThen(first: FeedPage, read: (cursor: FeedCursor | null) => Promise<FeedPage | "expired">) {
	let given = false;
	return async (cursor: FeedCursor | null) => {
		if (given) return read(cursor);
		given = true;
		return first;
	};
}

async function waitForChange(
	first: FeedPage,
	options: {
		readonly read: (cursor: FeedCursor) => Promise<FeedPage | "expired">;
		readonly watch: LogWatch;
		readonly seconds: number;
		readonly signal: AbortSignal;
	},
): Promise<FeedPage | "expired"> {
	const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.seconds * 1000)]);
	let page = first;
	while (page.changes.length === 0 && !signal.aborted) {
		if (!page.more) await options.watch.grown(page.cursor.seq, signal);
		const next = await options.read(page.cursor);
		if (next === "expired") return next;
		page = next;
	}
	return page;
}

async function documentsOf(
	{ database, urls, reader, signerOf }: FeedServices,
	changes: readonly FeedChange[],
	{ withItems }: FeedRequest,
): Promise<readonly ChangeDocument[]> {
	const itemOf = withItems ? await itemDocuments(database.sql, changes, urls, { signerOf }) : () => undefined;
	return changes.map((change) => changeDocument(change, { urls, withRuns: reader.withToken, item: itemOf(change) }));
}

async function pageResponse(
	{ urls }: FeedServices,
	request: Request,
	{
		page,
		documents,
	}: { page: FeedPage; documents: (changes: readonly FeedChange[]) => Promise<readonly ChangeDocument[]> },
): Promise<Response> {
	const cursor = writeCursor(page.cursor);
	const { search, searchParams } = new URL(request.url);
	searchParams.set("since", cursor);
	const json = { type: "application/json" };
	const links = [
		{ rel: "self", href: urls.at(`/changes${search}`), ...json },
		{ rel: "root", href: urls.root, ...json },
		...(page.more ? [{ rel: "next", href: urls.at(`/changes?${searchParams}`), ...json }] : []),
	];
	return Response.json({ changes: await documents(page.changes), links, cursor }, { headers: noStore });
}

function expired(urls: StacUrls): Response {
	const href = urls.at("/changes");
	const body = {
		code: "Gone",
		description:
			"The log does not reach back to this cursor any more. Begin again without one: you are given all items as they are, then what changes; what you have and are not given is gone.",
		links: [{ rel: "start", href, type: "application/json" }],
	};
	return Response.json(body, { status: 410, headers: { ...noStore, link: `<${href}>; rel="start"` } });
}

function tooMany(): Response {
	const description =
		"Too many requests that wait or stream are open, from here or in all. Close some, or ask without wait.";
	return Response.json(
		{ code: "TooManyRequests", description },
		{ status: 429, headers: { ...noStore, "retry-after": String(retryAfterSeconds) } },
	);
}
