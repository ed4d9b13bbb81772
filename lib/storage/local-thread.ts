import { Worker } from "node:worker_threads";
import { messageOf, StorageError } from "../errors.ts";
import type { Reply, Request, Task, TaskResult, WorkerData } from "./local-worker.ts";

export interface ThreadOptions {
	/** A thread that makes no progress for that long is given up. */
	readonly timeoutMs: number;
	/** Speaks the protocol of `local-worker.ts`. */
	readonly worker: URL;
}

export interface Job {
	readonly request: Request;
	resolve(result: TaskResult): void;
	reject(error: unknown): void;
	/** Its caller no longer waits. */
	settled: boolean;
}

/** A watched thread is looked at that often within its time-out. */
const looks = 8;

interface ThreadEvents {
	replied(): void;
	lost(thread: LocalThread, error: unknown): void;
}

/** One worker thread, the requests it has, and the watch over its progress. */
export class LocalThread {
	readonly jobs = new Map<number, Job>();
	readonly #worker: Worker;
	readonly #progress = new Int32Array(new SharedArrayBuffer(8));
	readonly #options: ThreadOptions;
	readonly #events: ThreadEvents;
	#watch: NodeJS.Timeout | undefined;
	#idleLooks = 0;
	#lastCount = 0;

	constructor(options: ThreadOptions, events: ThreadEvents) {
		this.#options = options;
		this.#events = events;
		const workerData: WorkerData = { progress: this.#progress };
		this.#worker = new Worker(options.worker, { workerData, name: "eosync-local", execArgv: [] });
		this.#worker.on("message", (replies: readonly Reply[]) => this.#receive(replies));
		this.#worker.on("error", (error) => events.lost(this, error));
		this.#worker.on("exit", (code) => events.lost(this, new Error(`the thread ended with status ${code}`)));
	}

	/** The id of the request at work. */
	get current(): number {
		return Atomics.load(this.#progress, 0);
	}

	/** Their jobs are in `jobs` already. */
	send(jobs: readonly Job[]): void {
		this.#worker.postMessage(jobs.map((job) => job.request));
		this.refresh();
	}

	/** Watched while it has requests; keeps the process alive while somebody waits for one. */
	refresh(): void {
		if (this.jobs.size === 0) {
			clearInterval(this.#watch);
			this.#watch = undefined;
		} else if (this.#watch === undefined) {
			this.#idleLooks = 0;
			this.#watch = setInterval(() => this.#look(), this.#options.timeoutMs / looks).unref();
		}
		if ([...this.jobs.values()].some((job) => !job.settled)) this.#worker.ref();
		else this.#worker.unref();
	}

	async end(): Promise<void> {
		clearInterval(this.#watch);
		this.#worker.unref();
		await this.#worker.terminate();
	}

	#receive(replies: readonly Reply[]): void {
		for (const reply of replies) {
			const job = this.jobs.get(reply.id);
			this.jobs.delete(reply.id);
			if (job === undefined || job.settled) continue;
			if ("result" in reply) job.resolve(reply.result);
			else if (typeof reply.error === "string") job.reject(lostError(job.request.task, reply.error));
			else job.reject(new StorageError(reply.error.code, reply.error.path, reply.error.message));
		}
		this.refresh();
		this.#events.replied();
	}

	#look(): void {
		const count = Atomics.load(this.#progress, 1);
		this.#idleLooks = count === this.#lastCount ? this.#idleLooks + 1 : 0;
		this.#lastCount = count;
		if (this.#idleLooks < looks) return;
		const seconds = this.#options.timeoutMs / 1000;
		this.#events.lost(this, new StorageError("timeout", "", `no answer for ${seconds} s`));
	}
}

export function lostError({ root, path }: Task, error: unknown): StorageError {
	const where = `${path === "" ? "the root" : path} of ${root}`;
	if (error instanceof StorageError)
		return new StorageError(
			error.code,
			path,
			`Listing ${where}: ${error.message}; check that the disk or network share is mounted and answers.`,
		);
	const message = `Listing ${where} failed unexpectedly: ${messageOf(error)}. Run again, and report it if it stays.`;
	return new StorageError("io", path, message, { cause: error, retryable: true });
}
