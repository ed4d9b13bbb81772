import { followEvents, type StreamNews } from "./event-stream.ts";
import { takePart } from "./take-part.ts";

/** How long a page may be out of sight before it gives its part in the stream up, milliseconds. */
const hiddenFor = 5000;

/**
 * Follows the event stream together with the other pages of this browser until the returned function is called: one of
 * them has the stream (it holds a lock) and passes on what it hears; when it goes, or is silent for too long, the next one takes over.
 * Pages out of sight take no part, so that a browser with none in sight has no stream. A browser without locks (they need HTTPS or
 * localhost) has a stream for each page in sight.
 */
export function followTogether(onNews: (news: StreamNews) => void): () => void {
	let taking: AbortController | null = null;
	let leaving: ReturnType<typeof setTimeout> | undefined;

	function take() {
		clearTimeout(leaving);
		if (taking !== null) return;
		taking = new AbortController();
		const { signal } = taking;
		if (navigator.locks === undefined) void followEvents({ onNews, signal });
		else takePart({ onNews, signal });
	}

	function leave() {
		taking?.abort();
		taking = null;
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
