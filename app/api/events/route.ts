import { answer } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import type { Caller } from "#lib/access/authorised.ts";
import { roleOfSession } from "#lib/access/sign-in/sessions.ts";
import { StreamLimit } from "#lib/api/stream-limit.ts";
import type { LiveEvent, ServiceStatus } from "#lib/catalog/read-models.ts";
import { liveEvents } from "#lib/jobs/events.ts";
import { watchServices } from "#lib/operations/service-status.ts";
import { stopping } from "./stopping.ts";

export const dynamic = "force-dynamic";

/** Proxies cut what is silent for a minute; the page takes longer silence for a dead connection. */
const heartbeatEvery = 15_000;

/** How often the session, the database and the workers are looked at, milliseconds. */
const checkEvery = 2000;

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
 * Server-sent events: each message without a name is a list of `LiveEvent`; `status` is a `ServiceStatus`, at first and
 * when it changes; `role` says that the user's role is another one now; `signed-out` is the last message when the session
 * ends. Ends when the reader goes away or this process is to stop. 429 when too many are open: the page polls then.
 */
export async function GET(request: Request): Promise<Response> {
	return answer(async (caller) => {
		kept.eosyncStreams ??= new StreamLimit();
		const giveBack = kept.eosyncStreams.take(caller.id);
		if (giveBack === null) {
			const error = "Too many pages are open at once. This one looks for news every few seconds.";
			return Response.json({ error }, { status: 429, headers: { "retry-after": "60", "cache-control": "no-store" } });
		}
		const gone = new AbortController();
		gone.signal.addEventListener("abort", giveBack);
		const signal = AbortSignal.any([request.signal, stopping(), gone.signal]);
		return new Response(toStream(await catalog(), { caller, signal, end: () => gone.abort() }), {
			headers: {
				"content-type": "text/event-stream",
				"cache-control": "private, no-store, no-transform",
				"x-accel-buffering": "no",
			},
		});
	});
}

interface Reader {
	readonly caller: Caller;
	/** Aborts when there is no reader any more: a write after that would throw. */
	readonly signal: AbortSignal;
	readonly end: () => void;
}

function toStream(
	database: Awaited<ReturnType<typeof catalog>>,
	{ caller, signal, end }: Reader,
): ReadableStream<Uint8Array> {
	const encoder = new TextEncoder();
	const timers: ReturnType<typeof setInterval>[] = [];
	signal.addEventListener("abort", () => {
		for (const timer of timers) clearInterval(timer);
		end();
	});
	return new ReadableStream({
		async start(controller) {
			const send = (data: unknown, event?: string) => {
				if (signal.aborted) return;
				const name = event === undefined ? "" : `event: ${event}\n`;
				controller.enqueue(encoder.encode(`${name}data: ${JSON.stringify(data)}\n\n`));
			};
			const role = { now: caller.role };
			/** A database that does not answer decides nothing about a session. */
			async function checkSession() {
				const next = await roleOfSession(database, caller.session);
				if (signal.aborted || next === role.now) return;
				if (next === null) {
					send(1, "signed-out");
					end();
					controller.close();
				} else {
					role.now = next;
					send(1, "role");
				}
			}
			let sent = "";
			async function checkServices() {
				const status = await services();
				const text = JSON.stringify(status);
				if (text !== sent) send(status, "status");
				sent = text;
			}
			const check = () => {
				void checkSession().catch(() => {});
				void checkServices().catch(() => {});
			};
			timers.push(
				setInterval(() => send(1, "heartbeat"), heartbeatEvery),
				setInterval(check, checkEvery),
			);
			check();
			try {
				for await (const batch of liveEvents(database, { signal })) send(batch satisfies readonly LiveEvent[]);
				if (!signal.aborted) controller.close();
			} catch (error) {
				if (!signal.aborted) controller.error(error);
			} finally {
				end();
			}
		},
		cancel: end,
	});
}
