import { parentPort, workerData } from "node:worker_threads";
import { StorageError, type StorageErrorCode } from "#lib/errors.ts";

/** A StorageError as it travels between threads, where classes do not survive. */
export interface PlainError {
	readonly code: StorageErrorCode;
	readonly path: string;
	readonly message: string;
}

export interface Request<Task> {
	readonly id: number;
	readonly task: Task;
}

export type Reply<Result> = { readonly id: number } & (
	| { readonly result: Result }
	| { readonly error: PlainError | string }
);

/** Shared with the main thread, which cannot ask a thread that hangs: the request at work, and a count that goes up. */
export interface PoolThreadData {
	readonly progress: Int32Array;
	/** What the thread runs, a URL. */
	readonly module: string;
}

/** A reply waits for others, but not for long: a message costs as much as the listing of a small folder. */
const replyAfterMs = 4;

/** The thread's side of a `ThreadPool`: runs one task after the other. Call it once, in a worker thread. */
export function answerRequests<Task, Result>(run: (task: Task, tick: () => void) => Result | Promise<Result>): void {
	if (parentPort === null) throw new Error("This file runs as a worker thread only.");
	const port = parentPort;
	const { progress } = workerData as PoolThreadData;
	const tick = () => void Atomics.add(progress, 1, 1);

	async function answer({ id, task }: Request<Task>): Promise<Reply<Result>> {
		try {
			return { id, result: await run(task, tick) };
		} catch (error) {
			if (!(error instanceof StorageError)) return { id, error: String(error) };
			return { id, error: { code: error.code, path: error.path, message: error.message } };
		}
	}

	let working: Promise<void> = Promise.resolve();
	async function work(requests: readonly Request<Task>[]): Promise<void> {
		let replies: Reply<Result>[] = [];
		let since = performance.now();
		for (const request of requests) {
			Atomics.store(progress, 0, request.id);
			tick();
			replies.push(await answer(request));
			if (performance.now() - since < replyAfterMs) continue;
			port.postMessage(replies);
			replies = [];
			since = performance.now();
		}
		if (replies.length > 0) port.postMessage(replies);
	}
	port.on("message", (requests: readonly Request<Task>[]) => {
		working = working.then(() => work(requests));
	});
}
