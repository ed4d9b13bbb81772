import type { LiveEvent } from "#lib/catalog/read-models.ts";

export type Connection = "connecting" | "live" | "lost";

interface StreamOptions {
	readonly url: string;
	readonly onEvent: (event: LiveEvent) => void;
	readonly onConnection: (connection: Connection) => void;
	/** The session has ended, or the user's role is another one. */
	readonly onAccess: (what: "signed-out" | "role") => void;
	/** Connected again: what happened meanwhile is not repeated. */
	readonly onGap: () => void;
}

/** The server sends a heartbeat every 15 s: after this silence the connection is dead whatever the browser believes. */
const silence = 40_000;
const backOff = { first: 500, factor: 2, most: 15_000 };

/** Follows the event stream until the returned function is called; reconnects with growing, scattered pauses. */
export function followEvents({ url, onEvent, onConnection, onAccess, onGap }: StreamOptions): () => void {
	let source: EventSource | null = null;
	let retry: ReturnType<typeof setTimeout> | undefined;
	let watchdog: ReturnType<typeof setTimeout> | undefined;
	let pause = backOff.first;
	let hadGap = false;

	function connect() {
		clearTimeout(retry);
		source?.close();
		source = new EventSource(url);
		source.onopen = () => {
			pause = backOff.first;
			alive();
			onConnection("live");
			if (hadGap) onGap();
			hadGap = false;
		};
		source.onmessage = (message: MessageEvent<string>) => {
			alive();
			onEvent(JSON.parse(message.data) as LiveEvent);
		};
		source.addEventListener("heartbeat", alive);
		source.addEventListener("role", () => onAccess("role"));
		source.addEventListener("signed-out", () => onAccess("signed-out"));
		source.onerror = lost;
		alive();
	}

	function alive() {
		clearTimeout(watchdog);
		watchdog = setTimeout(lost, silence);
	}

	function lost() {
		source?.close();
		clearTimeout(watchdog);
		hadGap = true;
		onConnection("lost");
		clearTimeout(retry);
		retry = setTimeout(reconnect, pause * (0.75 + Math.random() / 2));
		pause = Math.min(pause * backOff.factor, backOff.most);
	}

	/** Why a stream was refused is told to no script: whether it is for the session is asked another way. */
	async function reconnect() {
		const answer = await fetch("/api/session").catch(() => null);
		if (answer?.status === 401) onAccess("signed-out");
		else connect();
	}

	function hurry() {
		if (hadGap && document.visibilityState === "visible") void reconnect();
	}

	connect();
	window.addEventListener("online", hurry);
	document.addEventListener("visibilitychange", hurry);
	return () => {
		window.removeEventListener("online", hurry);
		document.removeEventListener("visibilitychange", hurry);
		clearTimeout(retry);
		clearTimeout(watchdog);
		source?.close();
	};
}
