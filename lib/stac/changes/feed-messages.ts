import type { ChangeDocument } from "./change-document.ts";
import { type FeedCursor, writeCursor } from "./cursor.ts";
import type { FeedChange, FeedPage } from "./feed.ts";
import type { LogWatch } from "./log-watch.ts";

/** The feed as an endless or a finite stream of text. */

export interface FeedMessagesOptions {
	/** The next page after a cursor; null: from the beginning. */
	readonly page: (cursor: FeedCursor | null) => Promise<FeedPage | "expired">;
	readonly documents: (changes: readonly FeedChange[]) => Promise<readonly ChangeDocument[]>;
	readonly cursor: FeedCursor | null;
	readonly signal: AbortSignal;
	/** Whether the reader may still read what they could at first: asked every 15 s. */
	readonly mayGoOn: () => Promise<boolean>;
	/** So often, milliseconds. */
	readonly heartbeatMs?: number;
}

interface EventStreamOptions extends FeedMessagesOptions {
	readonly watch: LogWatch;
}

/** Proxies cut what is silent for a minute. */
const usualHeartbeatMs = 15_000;
/** How long a browser waits before it connects again, milliseconds. */
const retryMs = 5000;

/**
 * Server-sent events: each change with its cursor as `id`, a heartbeat that keeps the cursor up when nothing was for this reader, and
 * `expired` as the last one when the log is another one now.
 */
export async function* feedEvents({
	page: read,
	documents,
	cursor: first,
	signal,
	watch,
	mayGoOn,
	heartbeatMs = usualHeartbeatMs,
}: EventStreamOptions): AsyncGenerator<string> {
	let cursor = first;
	let beatAt = performance.now() + heartbeatMs;
	yield `retry: ${retryMs}\n\n`;
	for (;;) {
		if (signal.aborted) return;
		const page = await read(cursor);
		if (page === "expired") {
			yield "event: expired\ndata: {}\n\n";
			break;
		}
		const written = await documents(page.changes);
		for (const [index, change] of page.changes.entries()) {
			yield `id: ${writeCursor(change.cursor)}\ndata: ${JSON.stringify(written[index])}\n\n`;
			if (signal.aborted) break;
		}
		cursor = page.cursor;
		if (signal.aborted) break;
		const wait = beatAt - performance.now();
		if (wait <= 0) {
			if (!(await mayGoOn())) break;
			beatAt = performance.now() + heartbeatMs;
			yield `: heartbeat\nid: ${writeCursor(cursor)}\n\n`;
		} else if (!page.more) {
			await watch.grown(cursor.seq, AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(wait))]));
		}
	}
}

/** All there is until now, a line each with the cursor to go on from after it; the last line has only the cursor, but for a reader who may not go on. */
export async function* feedLines({
	page: read,
	documents,
	cursor: first,
	signal,
	mayGoOn,
	isOnePage,
	heartbeatMs = usualHeartbeatMs,
}: FeedMessagesOptions & { readonly isOnePage: boolean }): AsyncGenerator<string> {
	let cursor = first;
	let checkAt = performance.now() + heartbeatMs;
	while (!signal.aborted) {
		if (performance.now() >= checkAt) {
			if (!(await mayGoOn())) return;
			checkAt = performance.now() + heartbeatMs;
		}
		const page = await read(cursor);
		if (page === "expired") {
			yield `${JSON.stringify({ expired: true })}\n`;
			return;
		}
		const written = await documents(page.changes);
		const lines = page.changes.map((change, index) =>
			JSON.stringify({ ...written[index], cursor: writeCursor(change.cursor) }),
		);
		if (lines.length > 0) yield `${lines.join("\n")}\n`;
		cursor = page.cursor;
		if (isOnePage || !page.more) break;
	}
	if (cursor !== null) yield `${JSON.stringify({ cursor: writeCursor(cursor) })}\n`;
}
