import { setTimeout as sleep } from "node:timers/promises";
import { StorageError } from "#lib/errors.ts";

/** A connection to a server. */
export interface Session {
	/** Whether another request can be made on it. */
	readonly usable: boolean;
	/** Ends the connection, and whatever waits for it, at once. */
	close(): void;
}

/** The server allows no further connection from us. */
export class BusyError extends Error {}

/** A connection ended while in use or idle; its request may be repeated. */
export class ConnectionLostError extends StorageError {}

interface PoolOptions<S extends Session> {
	/** Sessions at once, at most; fewer where the server allows fewer. */
	readonly parallel: number;
	/** How long to wait for a busy server, milliseconds. */
	readonly timeoutMs: number;
	/** @throws BusyError when the server takes no further connection now. */
	open(signal: AbortSignal): Promise<S>;
}

/** First pause before a busy server is asked again; doubled each time. */
const pauseMs = 250;

/**
 * Sessions with one server, each used by one call at a time, opened when they are first needed. A server that refuses a
 * further one is not asked for more than it gave; when it gives none at all, it is asked again for a while.
 */
export class SessionPool<S extends Session> implements AsyncDisposable {
	readonly #options: PoolOptions<S>;
	readonly #closing = new AbortController();
	readonly #idle: S[] = [];
	readonly #sessions = new Set<S>();
	readonly #waiting = new Set<() => void>();
	#limit: number;
	#opening = 0;

	constructor(options: PoolOptions<S>) {
		this.#options = options;
		this.#limit = options.parallel;
	}

	/**
	 * Runs `work` with a session of its own. Where the connection is lost it is done again, once, on a new one.
	 * @throws the signal's reason when it aborts, StorageError when the pool is disposed of, what `work` throws.
	 */
	async use<T>(signal: AbortSignal, work: (session: S) => Promise<T>): Promise<T> {
		const ending = AbortSignal.any([signal, this.#closing.signal]);
		try {
			return await this.#attempt(ending, false, work);
		} catch (error) {
			ending.throwIfAborted();
			if (!(error instanceof ConnectionLostError)) throw error;
			return await this.#attempt(ending, true, work);
		}
	}

	async [Symbol.asyncDispose](): Promise<void> {
		const error = new StorageError("unreachable", "", "The storage was closed while it was in use.", {
			retryable: false,
		});
		this.#closing.abort(error);
		for (const session of this.#sessions) session.close();
	}

	async #attempt<T>(signal: AbortSignal, anew: boolean, work: (session: S) => Promise<T>): Promise<T> {
		const session = await this.#take(signal, anew);
		const close = () => session.close();
		signal.addEventListener("abort", close, { once: true });
		try {
			return await work(session);
		} catch (error) {
			throw signal.aborted ? signal.reason : error;
		} finally {
			signal.removeEventListener("abort", close);
			this.#giveBack(session);
		}
	}

	async #take(signal: AbortSignal, anew: boolean): Promise<S> {
		const deadline = performance.now() + this.#options.timeoutMs;
		for (let pause = pauseMs; ; ) {
			if (signal.aborted) {
				// Passes the wake-up on to the next waiting call.
				this.#wake();
				throw signal.reason;
			}
			const session = this.#idle.pop();
			if (session?.usable && !anew) return session;
			if (session) {
				this.#forget(session);
				continue;
			}
			if (this.#sessions.size + this.#opening >= this.#limit) {
				await this.#waitForOne(signal);
				continue;
			}
			try {
				return await this.#open(signal);
			} catch (error) {
				if (!(error instanceof BusyError)) throw error;
				if (this.#sessions.size + this.#opening > 0) continue;
				if (performance.now() + pause > deadline)
					throw new StorageError(
						"unreachable",
						"",
						`${error.message} Try again later, or allow more connections on the server.`,
					);
				await sleep(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
				pause *= 2;
			}
		}
	}

	async #open(signal: AbortSignal): Promise<S> {
		this.#opening++;
		try {
			const session = await this.#options.open(signal);
			this.#sessions.add(session);
			this.#opening--;
			return session;
		} catch (error) {
			this.#opening--;
			const others = this.#sessions.size + this.#opening;
			// Waits before another call tries the same.
			if (error instanceof BusyError && others > 0) this.#limit = Math.min(this.#limit, others);
			this.#wake();
			throw error;
		}
	}

	#giveBack(session: S): void {
		if (session.usable && !this.#closing.signal.aborted) this.#idle.push(session);
		else this.#forget(session);
		this.#wake();
	}

	#forget(session: S): void {
		session.close();
		this.#sessions.delete(session);
	}

	#waitForOne(signal: AbortSignal): Promise<void> {
		return new Promise((resolve, reject) => {
			const end = () => {
				this.#waiting.delete(wake);
				signal.removeEventListener("abort", abort);
			};
			const wake = () => {
				end();
				resolve();
			};
			const abort = () => {
				end();
				reject(signal.reason);
			};
			this.#waiting.add(wake);
			signal.addEventListener("abort", abort, { once: true });
		});
	}

	/** The one that has waited longest looks again whether there is something for it. */
	#wake(): void {
		const [wake] = this.#waiting;
		wake?.();
	}
}
