import type { Socket } from "node:net";
import type { Client, SFTPWrapper } from "ssh2";
import { StorageError } from "#lib/errors.ts";
import type { RateLimiter } from "#lib/storage/flow-control/rate-limiter.ts";
import { ConnectionLostError } from "#lib/storage/flow-control/session-pool.ts";

/** A call of ssh2 that takes a callback. */
export type SftpCall<T> = (sftp: SFTPWrapper, answer: (error: Error | null | undefined, result: T) => void) => void;

interface RequestOptions<T> {
	readonly signal?: AbortSignal | undefined;
	/** Closes a handle that arrives when no caller waits for it any more. */
	discard?(result: T): void;
}

interface SessionOptions {
	readonly rateLimiter: RateLimiter;
	readonly timeoutMs: number;
	/** The server's name for itself, `OpenSSH_9.2p1 Debian-2`; null where it does not say. */
	readonly server: string | null;
	/** The socket of the connection. */
	readonly socket: Socket;
}

/** One connection with a channel for files; many requests may be under way on it. */
export class SftpSession {
	readonly server: string | null;
	/** Number of the storage's calls that use the session now. */
	users = 0;
	readonly #client: Client;
	readonly #sftp: SFTPWrapper;
	readonly #options: SessionOptions;
	readonly #ended = new AbortController();
	#gathering = false;

	constructor(client: Client, sftp: SFTPWrapper, options: SessionOptions) {
		this.server = options.server;
		this.#client = client;
		this.#sftp = sftp;
		this.#options = options;
		const end = (cause?: unknown) => this.#end(lost(cause));
		client.on("error", end).on("close", () => end());
		sftp.on("error", end).on("close", () => end());
	}

	get usable(): boolean {
		return !this.#ended.signal.aborted;
	}

	/** Ends the connection and every request on it. */
	close(reason: Error = lost()): void {
		this.#end(reason);
	}

	/**
	 * The server's answer to one request.
	 * @throws an Error with the server's status as its code; StorageError `timeout`; ConnectionLostError; the signal's reason.
	 */
	async request<T>(call: SftpCall<T>, { signal, discard }: RequestOptions<T> = {}): Promise<T> {
		await this.#options.rateLimiter.turn({ signal });
		signal?.throwIfAborted();
		const ended = this.#ended.signal;
		ended.throwIfAborted();
		const { timeoutMs } = this.#options;
		return new Promise((resolve, reject) => {
			let waiting = true;
			const stop = () => {
				waiting = false;
				clearTimeout(timer);
				signal?.removeEventListener("abort", abort);
				ended.removeEventListener("abort", end);
			};
			const giveUp = (reason: unknown) => {
				stop();
				reject(reason);
			};
			const abort = () => giveUp(signal?.reason);
			const end = () => giveUp(ended.reason);
			const timer = setTimeout(() => {
				const message = `No answer for ${timeoutMs / 1000} s; check that the server is running and not overloaded.`;
				this.#end(new StorageError("timeout", "", message));
			}, timeoutMs);
			signal?.addEventListener("abort", abort, { once: true });
			ended.addEventListener("abort", end, { once: true });
			this.#gather();
			call(this.#sftp, (error, result) => {
				if (!waiting) return error ? undefined : discard?.(result);
				stop();
				if (error) reject(error);
				else resolve(result);
			});
		});
	}

	/** Without waiting for it. */
	closeHandle(handle: Buffer): void {
		if (!this.usable) return;
		this.#gather();
		this.#sftp.close(handle, () => {});
	}

	/** Sends the requests of one tick in one write: a write for each costs more than all its other work. */
	#gather(): void {
		if (this.#gathering) return;
		this.#gathering = true;
		const { socket } = this.#options;
		socket.cork();
		process.nextTick(() => {
			this.#gathering = false;
			socket.uncork();
		});
	}

	#end(reason: Error): void {
		this.#ended.abort(reason);
		this.#client.destroy();
	}
}

function lost(cause?: unknown): ConnectionLostError {
	const why = cause instanceof Error ? ` (${cause.message})` : "";
	return new ConnectionLostError("unreachable", "", `The connection was lost${why}; try again.`, { cause });
}
