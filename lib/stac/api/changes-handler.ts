import { tokenIn, whoseToken } from "#lib/access/tokens.ts";
import { StreamLimit } from "#lib/api/stream-limit.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { logState } from "#lib/catalog/publications/change-log.ts";
import { answerFeed } from "#lib/stac/changes/answer-feed.ts";
import { LogWatch } from "#lib/stac/changes/log-watch.ts";
import type { StacCall } from "./call.ts";
import { networkOf } from "./network-of.ts";
import { parametersOf } from "./parameters.ts";

/** What changed in the collections: pages, lines, an event stream, or an answer that waits for something. */

export const changesParameters = ["since", "collections", "bbox", "limit", "wait", "items", "f"];

/** Requests that wait, and streams, that one network address and one process may have open. */
const limits = { each: 4, all: 200 };

/** Of each database that this process serves: who waits for its log, and how many. */
const waitingByDatabase = new WeakMap<Database, { readonly places: StreamLimit; readonly watch: LogWatch }>();

export async function changes(call: StacCall): Promise<Response> {
	const { database, urls, caller, request, loading, query, stopping } = call;
	parametersOf(query, changesParameters);
	const waiting = waitingByDatabase.get(database) ?? {
		places: new StreamLimit(limits),
		watch: new LogWatch(async () => (await logState(database.sql)).lastSeq),
	};
	waitingByDatabase.set(database, waiting);
	return answerFeed(
		{
			database,
			urls,
			reader: { withToken: caller !== null },
			isStillReader: async () => caller === null || (await isStillValid(call)),
			address: networkOf(request),
			...waiting,
			signerOf: loading.signerOf,
			stopping: stopping ?? new AbortController().signal,
		},
		request,
	);
}

async function isStillValid({ database, request: { headers } }: StacCall): Promise<boolean> {
	return (await whoseToken(database, tokenIn(headers) ?? "", headers.get("x-eosync-address"))) !== null;
}
