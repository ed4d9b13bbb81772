import { followEvents, type StreamNews, silenceMs } from "./event-stream.ts";

const name = "eosync events";

/**
 * What pages of one browser say to each other; `hello` asks the one with the stream how things are, `here` says that it is at
 * work: one that hangs holds its lock and hears nothing.
 */
type Said = StreamNews | { readonly type: "hello" } | { readonly type: "here" };

interface PartOptions {
	readonly onNews: (news: StreamNews) => void;
	/** Ends this page's part. */
	readonly signal: AbortSignal;
	/** Follows the stream of the server. */
	readonly follow?: typeof followEvents;
	/** How often the page with the stream says that it is there, and after which silence another one takes over, milliseconds. */
	readonly times?: { readonly here: number; readonly silence: number };
}

const defaultTimes = { here: 5000, silence: silenceMs };

/** This page's part in the stream of its browser: it has the stream while it holds the lock, else it hears what that page says. */
export function takePart({ onNews, signal, follow = followEvents, times = defaultTimes }: PartOptions): void {
	const channel = new BroadcastChannel(name);
	const say = (said: Said) => {
		if (!signal.aborted) channel.postMessage(said);
	};
	/** Ends this page's stream; null: another page has it. */
	let leading: AbortController | null = null;
	let stopWaiting = () => {};
	/** The latest of each kind of news that says how things are. */
	const last = new Map<string, StreamNews>();
	let heardAt = Date.now();
	let wasLive = false;

	channel.onmessage = ({ data }: MessageEvent<Said>) => {
		if (data.type === "hello") {
			if (leading !== null) for (const news of last.values()) say(news);
			return;
		}
		if (leading !== null) return;
		heardAt = Date.now();
		if (data.type === "here") return;
		onNews(data);
		if (data.type !== "connection") return;
		const isLive = data.connection === "live";
		// The new page missed the news from before it came.
		if (isLive && !wasLive) onNews({ type: "gap" });
		wasLive = isLive;
	};

	async function lead() {
		leading?.abort();
		leading = new AbortController();
		const ended = AbortSignal.any([signal, leading.signal]);
		const timer = setInterval(() => say({ type: "here" }), times.here);
		say({ type: "here" });
		await follow({
			signal: ended,
			onNews: (news) => {
				if (ended.aborted) return;
				if (news.type === "connection" || news.type === "status" || news.type === "caller") last.set(news.type, news);
				onNews(news);
				say(news);
			},
		});
		clearInterval(timer);
	}

	function waitForTurn() {
		heardAt = Date.now();
		const waiting = new AbortController();
		stopWaiting = () => waiting.abort();
		navigator.locks
			.request(name, { signal: AbortSignal.any([signal, waiting.signal]) }, lead)
			.catch(onLockLost(waiting.signal));
		say({ type: "hello" });
	}

	/** From a page that hangs. */
	function takeOver() {
		stopWaiting();
		onNews({ type: "connection", connection: "connecting" });
		navigator.locks.request(name, { steal: true }, lead).catch(onLockLost(signal));
	}

	/** Another page took over, because this one hung. */
	function onLockLost(givenUp: AbortSignal) {
		return (error: unknown) => {
			if (signal.aborted || givenUp.aborted) return;
			if (!(error instanceof DOMException && error.name === "AbortError")) throw error;
			leading?.abort();
			leading = null;
			last.clear();
			wasLive = false;
			waitForTurn();
		};
	}

	const watchdog = setInterval(() => {
		if (leading !== null || Date.now() - heardAt <= times.silence) return;
		heardAt = Date.now();
		takeOver();
	}, times.here / 5);
	signal.addEventListener("abort", () => {
		clearInterval(watchdog);
		channel.close();
	});
	waitForTurn();
}
