import { ownAddress } from "#components/ui/address/own-address.ts";
import type { StreamCaller } from "#lib/api/event-messages.ts";
import type { LiveEvent, ServiceStatus } from "#lib/catalog/live-events.ts";

/** `polling`: the server has no stream left for this page, which reads again every few seconds instead. */
export type Connection = "connecting" | "live" | "polling" | "lost";

/** The news that a page receives, by itself or through the page of the same browser that has the stream. */
export type StreamNews =
	| { readonly type: "batch"; readonly events: readonly LiveEvent[] }
	| { readonly type: "connection"; readonly connection: Connection }
	| { readonly type: "status"; readonly status: ServiceStatus }
	/** Events were missed and are not repeated: read again what is shown. */
	| { readonly type: "gap" }
	/** The user and role of the stream; pages of others do not share it. */
	| { readonly type: "caller"; readonly caller: StreamCaller }
	/** The session has ended. */
	| { readonly type: "signed-out" };

/**
 * The server sends a heartbeat every 5 s: after this silence, milliseconds, a connection is dead whatever the browser believes. Measured by
 * the clock, not by a timer: a machine that slept finds out as soon as it wakes.
 */
export const silenceMs = 15_000;
const backOff = { first: 500, factor: 2, most: 15_000 };
/** Milliseconds between two readings without a stream; each time a stream is asked for again. */
const pollingMs = 5000;

interface StreamOptions {
	readonly onNews: (news: StreamNews) => void;
	readonly signal: AbortSignal;
}

/**
 * Follows the event stream until the signal aborts; reconnects with growing, scattered pauses. The page is live when the server says
 * that nothing is missed from now on, which is a `gap`: what happened before is read again.
 */
export async function followEvents({ onNews, signal }: StreamOptions): Promise<void> {
	let pause = backOff.first;
	const onListening = () => {
		pause = backOff.first;
		onNews({ type: "connection", connection: "live" });
	};
	while (!signal.aborted) {
		const end = await readStream({ onNews, onListening, signal });
		if (signal.aborted) return;
		if (end === "signed-out") return onNews({ type: "signed-out" });
		if (end === "full") {
			onNews({ type: "connection", connection: "polling" });
			onNews({ type: "gap" });
			await sleep(pollingMs, signal);
		} else {
			onNews({ type: "connection", connection: "lost" });
			await sleep(pause * (0.75 + Math.random() / 2), signal);
			pause = Math.min(pause * backOff.factor, backOff.most);
		}
	}
}

interface ReadOptions extends StreamOptions {
	readonly onListening: () => void;
}

async function readStream({ onNews, onListening, signal }: ReadOptions): Promise<"lost" | "full" | "signed-out"> {
	const read = new AbortController();
	let heardAt = Date.now();
	const watchdog = setInterval(() => {
		if (Date.now() - heardAt > silenceMs) read.abort();
	}, 1000);
	try {
		const all = AbortSignal.any([signal, read.signal]);
		const response = await fetch(ownAddress("/api/events"), { signal: all, headers: { accept: "text/event-stream" } });
		if (response.status === 401) return "signed-out";
		if (response.status === 429) {
			const { status } = (await response.json()) as { readonly status: ServiceStatus };
			onNews({ type: "status", status });
			return "full";
		}
		if (response.status === 503) onNews({ type: "status", status: { database: false, worker: true } });
		if (!response.ok || response.body === null) return "lost";
		for await (const { event, data } of messages(response.body)) {
			heardAt = Date.now();
			if (event === "signed-out") return "signed-out";
			if (event === "caller") onNews({ type: "caller", caller: JSON.parse(data) });
			else if (event === "status") onNews({ type: "status", status: JSON.parse(data) });
			else if (event === "message") {
				const events: readonly LiveEvent[] = JSON.parse(data);
				if (events.some(({ type }) => type === "gap")) onListening();
				onNews({ type: "batch", events });
			}
		}
		return "lost";
	} catch {
		// Refused, broken off or silent: the next attempt shows whether it is over.
		return "lost";
	} finally {
		clearInterval(watchdog);
		read.abort();
	}
}

interface Message {
	readonly event: string;
	readonly data: string;
}

/** Server-sent events, as far as our own server writes them: an `event` line, one `data` line, a blank line. */
export async function* messages(body: ReadableStream<Uint8Array>): AsyncGenerator<Message> {
	const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
	let text = "";
	for (;;) {
		const { value, done } = await reader.read();
		if (done) return;
		text += value;
		const blocks = text.split("\n\n");
		text = blocks.pop() ?? "";
		for (const block of blocks) {
			const field = (name: string) =>
				block
					.split("\n")
					.find((line) => line.startsWith(`${name}: `))
					?.slice(name.length + 2);
			const data = field("data");
			if (data !== undefined) yield { event: field("event") ?? "message", data };
		}
	}
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
	const { promise, resolve } = Promise.withResolvers<void>();
	const timer = setTimeout(resolve, milliseconds);
	// Back online, and back in sight, there is nothing to wait for.
	for (const event of ["online", "visibilitychange"] as const)
		addEventListener(event, () => resolve(), { signal, once: true });
	signal.addEventListener("abort", () => resolve(), { once: true });
	return promise.finally(() => clearTimeout(timer));
}
