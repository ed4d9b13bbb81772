import type { LiveEvent, ServiceStatus } from "#lib/catalog/read-models.ts";

/** `polling`: the server has no stream left for this page, which reads again every few seconds instead. */
export type Connection = "connecting" | "live" | "polling" | "lost";

/** What a page hears, by itself or through the page of the same browser that has the stream. */
export type StreamNews =
	| { readonly type: "batch"; readonly events: readonly LiveEvent[] }
	| { readonly type: "connection"; readonly connection: Connection }
	| { readonly type: "status"; readonly status: ServiceStatus }
	/** What happened meanwhile is not repeated: read again what is shown. */
	| { readonly type: "gap" }
	/** The session has ended, or the user's role is another one. */
	| { readonly type: "access"; readonly change: "signed-out" | "role" };

/** The server sends a heartbeat every 15 s: after this silence, milliseconds, a connection is dead whatever the browser believes. */
const silence = 40_000;
const backOff = { first: 500, factor: 2, most: 15_000 };
/** Milliseconds between two readings without a stream, and how many until a stream is asked for again. */
const polling = { every: 5000, times: 12 };

interface StreamOptions {
	readonly onNews: (news: StreamNews) => void;
	/** Something may have happened before the first message. */
	readonly hadGap: boolean;
	readonly signal: AbortSignal;
}

/** Follows the event stream until the signal aborts; reconnects with growing, scattered pauses. */
export async function followEvents({ onNews, hadGap, signal }: StreamOptions): Promise<void> {
	let pause = backOff.first;
	let gap = hadGap;
	const onOpen = () => {
		pause = backOff.first;
		onNews({ type: "connection", connection: "live" });
		if (gap) onNews({ type: "gap" });
		gap = false;
	};
	while (!signal.aborted) {
		const end = await readStream({ onNews, onOpen, signal });
		if (signal.aborted) return;
		if (end === "signed-out") return onNews({ type: "access", change: "signed-out" });
		gap = true;
		if (end === "full") {
			onNews({ type: "connection", connection: "polling" });
			for (let time = 0; time < polling.times && !signal.aborted; time += 1) {
				onNews({ type: "gap" });
				await sleep(polling.every, signal);
			}
		} else {
			onNews({ type: "connection", connection: "lost" });
			await sleep(pause * (0.75 + Math.random() / 2), signal);
			pause = Math.min(pause * backOff.factor, backOff.most);
		}
	}
}

interface ReadOptions extends Pick<StreamOptions, "onNews" | "signal"> {
	readonly onOpen: () => void;
}

async function readStream({ onNews, onOpen, signal }: ReadOptions): Promise<"lost" | "full" | "signed-out"> {
	const silent = new AbortController();
	const read = new AbortController();
	const watch = () => setTimeout(() => silent.abort(), silence);
	let watchdog = watch();
	try {
		const all = AbortSignal.any([signal, silent.signal, read.signal]);
		const response = await fetch("/api/events", { signal: all, headers: { accept: "text/event-stream" } });
		if (response.status === 401) return "signed-out";
		if (response.status === 429) return "full";
		if (response.status === 503) onNews({ type: "status", status: { database: false, worker: true } });
		if (!response.ok || response.body === null) return "lost";
		onOpen();
		for await (const { event, data } of messages(response.body)) {
			clearTimeout(watchdog);
			watchdog = watch();
			if (event === "signed-out") return "signed-out";
			if (event === "role") onNews({ type: "access", change: "role" });
			else if (event === "status") onNews({ type: "status", status: JSON.parse(data) });
			else if (event === "message") onNews({ type: "batch", events: JSON.parse(data) });
		}
		return "lost";
	} catch {
		// Refused, broken off or silent: whatever it was, the next attempt tells whether it is over.
		return "lost";
	} finally {
		clearTimeout(watchdog);
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
