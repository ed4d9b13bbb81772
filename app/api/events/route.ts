import { catalog } from "#app/catalog.ts";
import type { LiveEvent } from "#lib/catalog/views.ts";
import { liveEvents } from "#lib/jobs/events.ts";
import { answer } from "../answer.ts";
import { stopping } from "./stopping.ts";

export const dynamic = "force-dynamic";

/** Proxies cut what is silent for a minute; the page takes longer silence for a dead connection. */
const heartbeatEvery = 15_000;

/** Server-sent events: each message is a `LiveEvent`. Ends when the reader goes away or this process is to stop. */
export async function GET(request: Request): Promise<Response> {
	return answer(async () => {
		const gone = new AbortController();
		const signal = AbortSignal.any([request.signal, stopping(), gone.signal]);
		const events = liveEvents(await catalog(), { signal });
		return new Response(toStream(events, gone), {
			headers: {
				"content-type": "text/event-stream",
				"cache-control": "no-store, no-transform",
				"x-accel-buffering": "no",
			},
		});
	});
}

/** `gone` is aborted as soon as nobody reads any more: a write after that would throw. */
function toStream(events: AsyncIterable<LiveEvent>, gone: AbortController): ReadableStream<Uint8Array> {
	const encoder = new TextEncoder();
	let heartbeat: ReturnType<typeof setInterval>;
	return new ReadableStream({
		async start(controller) {
			const send = (text: string) => {
				if (!gone.signal.aborted) controller.enqueue(encoder.encode(text));
			};
			send(": eosync\n\n");
			heartbeat = setInterval(() => send("event: heartbeat\ndata: 1\n\n"), heartbeatEvery);
			try {
				for await (const event of events) send(`data: ${JSON.stringify(event)}\n\n`);
				if (!gone.signal.aborted) controller.close();
			} catch (error) {
				if (!gone.signal.aborted) controller.error(error);
			} finally {
				clearInterval(heartbeat);
			}
		},
		cancel() {
			clearInterval(heartbeat);
			gone.abort();
		},
	});
}
