import { answer } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import type { Caller } from "#lib/access/authorised.ts";
import { eventMessages } from "#lib/api/event-messages.ts";
import { messageStream } from "#lib/api/message-stream.ts";
import { StreamLimit } from "#lib/api/stream-limit.ts";
import type { ServiceStatus } from "#lib/catalog/live-events.ts";
import { watchServices } from "#lib/operations/service-status.ts";
import { stopping } from "./stopping.ts";

export const dynamic = "force-dynamic";

/** Kept outside the module, as the catalogue is. */
const kept = globalThis as typeof globalThis & {
	eosyncStreams?: StreamLimit;
	eosyncServices?: () => Promise<ServiceStatus>;
};

function services(): Promise<ServiceStatus> {
	kept.eosyncServices ??= watchServices(catalog);
	return kept.eosyncServices();
}

/**
 * Server-sent events (`event-messages.ts`). Ends when the reader goes away or this process is to stop. 429 when too many are open,
 * with how the services are: the page polls then.
 */
export async function GET(request: Request): Promise<Response> {
	return answer(async (caller) => {
		kept.eosyncStreams ??= new StreamLimit();
		const giveBack = kept.eosyncStreams.take(caller.id);
		if (giveBack === null) {
			const error = "Too many pages are open at once. This one reloads its data every few seconds.";
			const headers = { "retry-after": "5", "cache-control": "no-store" };
			return Response.json({ error, status: await services() }, { status: 429, headers });
		}
		return new Response(await streamFor(caller, AbortSignal.any([request.signal, stopping()]), giveBack), {
			headers: {
				"content-type": "text/event-stream",
				"cache-control": "private, no-store, no-transform",
				"x-accel-buffering": "no",
			},
		});
	});
}

async function streamFor(caller: Caller, signal: AbortSignal, onEnd: () => void): Promise<ReadableStream<Uint8Array>> {
	const database = await catalog();
	return messageStream((ended) => eventMessages(database, { caller, services, signal: ended }), {
		signal,
		onEnd,
	});
}
