import { StorageError } from "#lib/errors.ts";

interface CallOptions<T> {
	readonly signal?: AbortSignal;
	/** Called with a result that arrives after the caller gave up. */
	discard?(result: T): unknown;
}

/** With so many hanging calls further ones fail at once: each holds one of the four threads of Node's asynchronous I/O. */
const maxHangingCalls = 2;

/** Gives up waiting for operations that take too long or are cancelled, though they themselves cannot be stopped. */
export class CallTimeout {
	readonly #timeoutMs: number;
	#hanging = 0;

	constructor(timeoutMs: number) {
		this.#timeoutMs = timeoutMs;
	}

	/** @throws StorageError `timeout`, or `unreachable` when others hang already; the signal's reason when it aborts. */
	async run<T>(path: string, operation: () => Promise<T>, { signal, discard }: CallOptions<T>): Promise<T> {
		signal?.throwIfAborted();
		const advice = "check that the disk or network share is mounted and answers";
		if (this.#hanging >= maxHangingCalls)
			throw new StorageError(
				"unreachable",
				path,
				`Not read, because ${this.#hanging} earlier calls still hang; ${advice}.`,
			);
		return new Promise((resolve, reject) => {
			let waiting = true;
			let timedOut = false;
			const abort = () => giveUp(signal?.reason);
			const timer = setTimeout(() => {
				timedOut = true;
				this.#hanging++;
				giveUp(new StorageError("timeout", path, `No answer for ${this.#timeoutMs / 1000} s; ${advice}.`));
			}, this.#timeoutMs);
			const stop = () => {
				waiting = false;
				clearTimeout(timer);
				signal?.removeEventListener("abort", abort);
			};
			const giveUp = (reason: unknown) => {
				stop();
				reject(reason);
			};
			signal?.addEventListener("abort", abort, { once: true });
			operation()
				.finally(() => {
					if (timedOut) this.#hanging--;
				})
				.then(
					(result) => {
						if (!waiting) return discard?.(result);
						stop();
						resolve(result);
					},
					(error) => {
						if (waiting) giveUp(error);
					},
				);
		});
	}
}
