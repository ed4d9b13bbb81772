import { catalog } from "#app/catalog.ts";
import { liveEvents } from "#lib/jobs/events.ts";
import { answer } from "../answer.ts";

export const dynamic = "force-dynamic";

/** Proxies cut what is silent for a minute; the page takes longer silence for a dead connection. */
const heartbeatEvery = 15_000;

/** Server-sent events: each message is a `LiveEvent`. Ends when the reader goes away. */
export async function GET(request: Request): Promise<Response> {
	return answer(async () => {
		const events = liveEvents(await catalog(), { signal: request.signal });
		return new Response(toStream(events, request.signal), {
			headers: {
				"content-type": "text/event-stream",
				"cache-control": "no-store, no-transform",
				"x-accel-buffering": "no",
			},
		});
	});
}

function toStream(events: AsyncIterable<unknown>, signal: AbortSignal): ReadableStream<Uint8Array> {
	const encoder = new TextEncoder();
	return new ReadableStream({
		async start(controller) {
			const send = (text: string) => controller.enqueue(encoder.encode(text));
			send(": eosync\n\n");
			const heartbeat = setInterval(() => send("event: heartbeat\ndata: 1\n\n"), heartbeatEvery);
			signal.addEventListener("abort", () => clearInterval(heartbeat), { once: true });
			try {
				for await (const event of events) send(`data: ${JSON.stringify(event)}\n\n`);
				controller.close();
			} catch (error) {
				if (!signal.aborted) controller.error(error);
			} finally {
				clearInterval(heartbeat);
			}
		},
	});
}
