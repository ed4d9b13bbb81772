import { Worker } from "node:worker_threads";
import { StorageError } from "#lib/errors.ts";
import { moduleUrl } from "#lib/installation.ts";
import type { PoolThreadData, Reply, Request } from "./thread-port.ts";

export interface ThreadOptions {
	/** For debuggers and crash reports. */
	readonly name: string;
	/** A thread that makes no progress for that long is given up. */
	readonly timeoutMs: number;
	/** Speaks the protocol of `thread-port.ts`. */
	readonly worker: URL;
	/** Memory of each thread; one that needs more ends, and its task is lost. */
	readonly megabytes: { readonly young: number; readonly old: number };
}

export interface Job<Task, Result> {
	readonly request: Request<Task>;
	resolve(result: Result): void;
	reject(error: unknown): void;
	/** Its caller no longer waits. */
	settled: boolean;
}

/** A watched thread is looked at that often within its time-out. */
const looks = 8;

/** Whom a thread works for. */
export interface ThreadOwner<Task, Result> {
	/** What a task gets whose thread hung or died. */
	lostError(task: Task, error: unknown): Error;
	replied(): void;
	lost(thread: PoolThread<Task, Result>, error: unknown): void;
}

/** One worker thread, the requests it has, and the watch over its progress. */
export class PoolThread<Task, Result> {
	readonly jobs = new Map<number, Job<Task, Result>>();
	owner: ThreadOwner<Task, Result>;
	readonly #worker: Worker;
	readonly #progress = new Int32Array(new SharedArrayBuffer(8));
	readonly #timeoutMs: number;
	#watch: NodeJS.Timeout | undefined;
	#idleLooks = 0;
	#lastCount = 0;

	constructor({ worker, name, megabytes, timeoutMs }: ThreadOptions, owner: ThreadOwner<Task, Result>) {
		this.owner = owner;
		this.#timeoutMs = timeoutMs;
		const workerData: PoolThreadData = { progress: this.#progress, module: worker.href };
		const resourceLimits = { maxYoungGenerationSizeMb: megabytes.young, maxOldGenerationSizeMb: megabytes.old };
		this.#worker = new Worker(moduleUrl("storage/threads/thread.js"), {
			workerData,
			name,
			execArgv: [],
			resourceLimits,
		});
		this.#worker.on("message", (replies: readonly Reply<Result>[]) => this.#receive(replies));
		this.#worker.on("error", (error) => this.owner.lost(this, error));
		this.#worker.on("exit", (code) => this.owner.lost(this, new Error(`the thread ended with status ${code}`)));
		// Listeners keep the process alive.
		this.#worker.unref();
	}

	/** The id of the request at work. */
	get current(): number {
		return Atomics.load(this.#progress, 0);
	}

	/** Their jobs are in `jobs` already. */
	send(jobs: readonly Job<Task, Result>[]): void {
		this.#worker.postMessage(jobs.map((job) => job.request));
		this.refresh();
	}

	/** Watched while it has requests; keeps the process alive while a caller waits for one. */
	refresh(): void {
		if (this.jobs.size === 0) {
			clearInterval(this.#watch);
			this.#watch = undefined;
		} else if (this.#watch === undefined) {
			this.#idleLooks = 0;
			this.#watch = setInterval(() => this.#look(), this.#timeoutMs / looks).unref();
		}
		if ([...this.jobs.values()].some((job) => !job.settled)) this.#worker.ref();
		else this.#worker.unref();
	}

	async end(): Promise<void> {
		clearInterval(this.#watch);
		this.#worker.unref();
		await this.#worker.terminate();
	}

	#receive(replies: readonly Reply<Result>[]): void {
		for (const reply of replies) {
			const job = this.jobs.get(reply.id);
			this.jobs.delete(reply.id);
			if (job === undefined || job.settled) continue;
			if ("result" in reply) job.resolve(reply.result);
			else if (typeof reply.error === "string") job.reject(this.owner.lostError(job.request.task, reply.error));
			else job.reject(new StorageError(reply.error.code, reply.error.path, reply.error.message));
		}
		this.refresh();
		this.owner.replied();
	}

	#look(): void {
		const count = Atomics.load(this.#progress, 1);
		this.#idleLooks = count === this.#lastCount ? this.#idleLooks + 1 : 0;
		this.#lastCount = count;
		if (this.#idleLooks < looks) return;
		const seconds = this.#timeoutMs / 1000;
		this.owner.lost(this, new StorageError("timeout", "", `no answer for ${seconds} s`));
	}
}
