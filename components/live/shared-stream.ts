import { followEvents, type StreamNews } from "./event-stream.ts";

/** How long a page may be out of sight before it gives its part in the stream up, milliseconds. */
const hiddenFor = 5000;
const name = "eosync events";

/** What pages of one browser say to each other; `hello` asks the one with the stream how things are. */
type Said = StreamNews | { readonly type: "hello" };

/**
 * Follows the event stream together with the other pages of this browser until the returned function is called: one of
 * them has the stream (it holds a lock) and passes on what it hears; when it goes, the next one takes over. Pages out of
 * sight take no part, so that a browser with none in sight has no stream. A browser without locks (they need HTTPS or
 * localhost) has a stream for each page in sight.
 */
export function followTogether(onNews: (news: StreamNews) => void): () => void {
	let taking: AbortController | null = null;
	let leaving: ReturnType<typeof setTimeout> | undefined;
	let hadGap = false;

	function take() {
		clearTimeout(leaving);
		if (taking !== null) return;
		taking = new AbortController();
		const { signal } = taking;
		if (navigator.locks === undefined) void followEvents({ onNews, hadGap, signal });
		else takePart(signal);
	}

	function takePart(signal: AbortSignal) {
		const channel = new BroadcastChannel(name);
		let isLeader = false;
		const last = new Map<string, StreamNews>();
		const say = (said: Said) => channel.postMessage(said);
		channel.onmessage = ({ data }: MessageEvent<Said>) => {
			if (data.type === "hello") {
				if (isLeader) for (const news of last.values()) say(news);
				return;
			}
			if (isLeader) return;
			onNews(data);
			// It hears of nothing that was said before it came.
			if (data.type === "connection" && data.connection === "live" && !wasTold) onNews({ type: "gap" });
			if (data.type === "connection") wasTold = true;
		};
		let wasTold = false;
		signal.addEventListener("abort", () => channel.close());
		say({ type: "hello" });
		const lead = () => {
			isLeader = true;
			return followEvents({
				hadGap: hadGap || wasTold,
				signal,
				onNews: (news) => {
					if (news.type === "connection" || news.type === "status") last.set(news.type, news);
					onNews(news);
					if (!signal.aborted) say(news);
				},
			});
		};
		navigator.locks.request(name, { signal }, lead).catch((error: unknown) => {
			if (!signal.aborted) throw error;
		});
	}

	function leave() {
		taking?.abort();
		taking = null;
		hadGap = true;
	}

	function onVisibility() {
		if (document.visibilityState === "visible") take();
		else leaving = setTimeout(leave, hiddenFor);
	}

	document.addEventListener("visibilitychange", onVisibility);
	addEventListener("pagehide", leave);
	addEventListener("pageshow", onVisibility);
	onVisibility();
	return () => {
		document.removeEventListener("visibilitychange", onVisibility);
		removeEventListener("pagehide", leave);
		removeEventListener("pageshow", onVisibility);
		clearTimeout(leaving);
		leave();
	};
}
