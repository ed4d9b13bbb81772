import type { Socket } from "node:net";

/** A connection that waits for the server: a statement was sent, or data that the server has not taken yet. */
export interface Waiting {
	/** The server's process, as the server reported it when the connection was made. */
	readonly pid: number;
	/** Grows with every byte that gets through. */
	readonly progress: number;
}

export interface StallOptions {
	/** Milliseconds without progress after which the server is asked. */
	readonly limit: number;
	/** Whether the server is at work for that process of it, waiting for a lock included; asks by a connection of its own. */
	readonly isAtWork: (pid: number) => Promise<boolean>;
}

export interface StallWatch extends Disposable {
	/** What the driver calls for each socket. */
	readonly onsocket: (socket: Socket, waiting: () => Waiting | null) => void;
}

interface Watched {
	readonly waiting: () => Waiting | null;
	last: Waiting | null;
	/** When `last` was first seen; milliseconds that do not jump. */
	since: number;
	isAsked: boolean;
}

/**
 * Gives up connections on which nothing will come any more, so that no statement waits for ever: a network that swallows
 * everything without a word, an answer that was lost. A statement may take long; that the server is at work on it is
 * progress, so it is asked.
 */
export function watchStalls({ limit, isAtWork }: StallOptions): StallWatch {
	const connections = new Map<Socket, Watched>();
	const timer = setInterval(() => {
		for (const [socket, watched] of connections) {
			if (!isOverdue(watched, limit) || watched.isAsked) continue;
			watched.isAsked = true;
			void settle(socket, watched).finally(() => {
				watched.isAsked = false;
			});
		}
	}, limit / 4);
	timer.unref();
	const settle = async (socket: Socket, watched: Watched) => {
		const { pid = 0 } = watched.last ?? {};
		const atWork = await isAtWork(pid);
		if (atWork) watched.since = performance.now();
		// The answer may have come meanwhile.
		else if (isOverdue(watched, limit)) socket.destroy(stalled(limit));
	};
	return {
		onsocket(socket, waiting) {
			connections.set(socket, { waiting, last: null, since: performance.now(), isAsked: false });
			socket.once("close", () => connections.delete(socket));
		},
		[Symbol.dispose]: () => clearInterval(timer),
	};
}

function isOverdue(watched: Watched, limit: number): boolean {
	const now = watched.waiting();
	if (now === null || now.pid !== watched.last?.pid || now.progress !== watched.last.progress) {
		watched.last = now;
		watched.since = performance.now();
	}
	return now !== null && performance.now() - watched.since >= limit;
}

/** Counts as a lost connection (`isConnectionLost`). */
function stalled(limit: number): Error {
	const message = `The database has not answered for ${(limit / 1000).toFixed(0)} s and is not at work on the statement: the connection was given up.`;
	return Object.assign(new Error(message), { code: "CONNECTION_STALLED" });
}
