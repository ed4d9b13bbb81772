import { answer } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import type { Caller } from "#lib/access/authorised.ts";
import { roleOfSession } from "#lib/access/sign-in/sessions.ts";
import type { LiveEvent } from "#lib/catalog/read-models.ts";
import { liveEvents } from "#lib/jobs/events.ts";
import { stopping } from "./stopping.ts";

export const dynamic = "force-dynamic";

/** Proxies cut what is silent for a minute; the page takes longer silence for a dead connection. */
const heartbeatEvery = 15_000;

/** So long, milliseconds, may somebody go on reading whose session was ended. */
const accessEvery = 2000;

/**
 * Server-sent events: each message is a `LiveEvent`; `signed-out` is the last one when the session ends, `role` says that
 * the user may do other things now. Ends when the reader goes away or this process is to stop.
 */
export async function GET(request: Request): Promise<Response> {
	return answer(async (caller) => {
		const gone = new AbortController();
		const signal = AbortSignal.any([request.signal, stopping(), gone.signal]);
		const database = await catalog();
		const events = liveEvents(database, { signal });
		const role = () => roleOfSession(database, caller.session);
		return new Response(toStream(events, { gone, caller, role }), {
			headers: {
				"content-type": "text/event-stream",
				"cache-control": "private, no-store, no-transform",
				"x-accel-buffering": "no",
			},
		});
	});
}

interface Reader {
	/** Aborted as soon as nobody reads any more: a write after that would throw. */
	readonly gone: AbortController;
	readonly caller: Caller;
	/** What he is by now; null: not signed in. */
	readonly role: () => Promise<Caller["role"] | null>;
}

function toStream(events: AsyncIterable<LiveEvent>, { gone, caller, role }: Reader): ReadableStream<Uint8Array> {
	const encoder = new TextEncoder();
	const timers: ReturnType<typeof setInterval>[] = [];
	const end = () => {
		for (const timer of timers) clearInterval(timer);
		gone.abort();
	};
	return new ReadableStream({
		async start(controller) {
			const send = (text: string) => {
				if (!gone.signal.aborted) controller.enqueue(encoder.encode(text));
			};
			let known: Caller["role"] = caller.role;
			/** While the database does not answer nothing is told either. */
			async function checkAccess() {
				const now = await role();
				if (now === known || gone.signal.aborted) return;
				if (now !== null) {
					known = now;
					return send("event: role\ndata: 1\n\n");
				}
				send("event: signed-out\ndata: 1\n\n");
				end();
				controller.close();
			}
			send(": eosync\n\n");
			timers.push(setInterval(() => send("event: heartbeat\ndata: 1\n\n"), heartbeatEvery));
			timers.push(setInterval(() => void checkAccess().catch(() => {}), accessEvery));
			try {
				for await (const event of events) send(`data: ${JSON.stringify(event)}\n\n`);
				if (!gone.signal.aborted) controller.close();
			} catch (error) {
				if (!gone.signal.aborted) controller.error(error);
			} finally {
				end();
			}
		},
		cancel: end,
	});
}
