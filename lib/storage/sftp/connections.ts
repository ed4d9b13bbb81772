import { StorageError } from "#lib/errors.ts";
import { abortable } from "#lib/storage/flow-control/abortable.ts";
import { Semaphore } from "#lib/storage/flow-control/semaphore.ts";
import { ConnectionLostError } from "#lib/storage/flow-control/session-pool.ts";
import type { SftpSession } from "./session.ts";

interface ConnectionsOptions {
	/** Calls at once. */
	readonly parallel: number;
	open(signal: AbortSignal): Promise<SftpSession>;
}

/** Calls at once that make another connection worth while: each is encrypted by one process on either side. */
const callsPerConnection = 8;

/** The connections with one server. Calls share them, as a server answers many requests on one. */
export class SftpConnections implements AsyncDisposable {
	readonly #options: ConnectionsOptions;
	readonly #slots: Semaphore;
	readonly #closing = new AbortController();
	#sessions: SftpSession[] = [];
	#opening: Promise<SftpSession> | null = null;
	#limit: number;

	constructor(options: ConnectionsOptions) {
		this.#options = options;
		this.#slots = new Semaphore(options.parallel);
		this.#limit = Math.ceil(options.parallel / callsPerConnection);
	}

	/** Runs `work`, and where the connection was lost runs it again, once, on another one. */
	async use<T>(signal: AbortSignal, work: (session: SftpSession) => Promise<T>): Promise<T> {
		const ending = AbortSignal.any([signal, this.#closing.signal]);
		return this.#slots.run(
			async () => {
				try {
					return await this.#attempt(ending, work);
				} catch (error) {
					ending.throwIfAborted();
					if (!(error instanceof ConnectionLostError)) throw error;
					return await this.#attempt(ending, work);
				}
			},
			{ signal: ending },
		);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		const error = new StorageError("unreachable", "", "The storage was closed while it was in use.", {
			retryable: false,
		});
		this.#closing.abort(error);
		for (const session of this.#sessions) session.close(error);
	}

	async #attempt<T>(signal: AbortSignal, work: (session: SftpSession) => Promise<T>): Promise<T> {
		const session = await this.#take(signal);
		session.users++;
		try {
			return await work(session);
		} finally {
			session.users--;
		}
	}

	/** The one with the fewest users; a further one is opened beside it when there is enough to do. */
	async #take(signal: AbortSignal): Promise<SftpSession> {
		signal.throwIfAborted();
		this.#sessions = this.#sessions.filter(({ usable }) => usable);
		const [idlest] = this.#sessions.toSorted((a, b) => a.users - b.users);
		if (idlest === undefined) return await abortable(signal, this.#open());
		if (idlest.users >= callsPerConnection && this.#sessions.length < this.#limit && this.#opening === null) {
			// A server that takes no further connection has to do with those there are.
			this.#open().catch(() => {
				this.#limit = Math.max(1, this.#sessions.length);
			});
		}
		return idlest;
	}

	/** One at a time: servers refuse many connections that begin at once. */
	#open(): Promise<SftpSession> {
		this.#opening ??= this.#options
			.open(this.#closing.signal)
			.then((session) => {
				this.#sessions.push(session);
				if (this.#closing.signal.aborted) session.close();
				return session;
			})
			.finally(() => {
				this.#opening = null;
			});
		return this.#opening;
	}
}
