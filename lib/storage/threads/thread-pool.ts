import { leaveThread, takeThread } from "./idle-threads.ts";
import type { Job, PoolThread, ThreadOptions, ThreadOwner } from "./pool-thread.ts";

export interface PoolOptions<Task> extends ThreadOptions {
	readonly threads: number;
	/** Requests handed to a thread ahead of their turn, so that it never waits for the next one; default: 32. */
	readonly ahead?: number;
	/** What a task gets whose thread hung or died. */
	lost(task: Task, error: unknown): Error;
	/** What a call gets when so many earlier ones still hang, and when the pool is closed. */
	hanging(task: Task, count: number): Error;
	closed(task: Task): Error;
}

interface Watched<Task, Result> {
	readonly jobs: Set<Job<Task, Result>>;
	readonly abort: () => void;
}

const defaultAhead = 32;

/**
 * Threads for work that waits for a disk, or keeps a processor busy. They are started when needed, left to other pools
 * when no longer needed, and never keep the process alive while idle. Requests of one tick travel in one message per thread. A thread that dies, or hangs on a dead mount, costs the caller of the request
 * at work an error; the other requests are given to a new thread. A hanging thread cannot be killed, only left
 * behind: after a few of those, calls fail at once until one of them has ended.
 */
export class ThreadPool<Task, Result> implements AsyncDisposable {
	readonly parallel: number;
	readonly #options: PoolOptions<Task>;
	readonly #ahead: number;
	readonly #threads: PoolThread<Task, Result>[] = [];
	readonly #abandoned = new Set<PoolThread<Task, Result>>();
	/** The calls that a signal aborts, with one listener for all: to listen for each costs as much as a small call. */
	readonly #watchedBySignal = new Map<AbortSignal, Watched<Task, Result>>();
	#queue: Job<Task, Result>[] = [];
	#flushing: NodeJS.Immediate | undefined;
	readonly #owner: ThreadOwner<Task, Result> = {
		lostError: (task, error) => this.#options.lost(task, error),
		replied: () => (this.#queue.length > 0 ? this.#schedule() : this.#rest()),
		lost: (thread, error) => this.#replace(thread, error),
	};
	#closed = false;

	constructor(options: PoolOptions<Task>) {
		this.#options = options;
		this.#ahead = options.ahead ?? defaultAhead;
		this.parallel = options.threads * this.#ahead;
	}

	/** @throws what `options` makes of a lost task, StorageError from the task, and the signal's reason as soon as it aborts. */
	run(task: Task, signal: AbortSignal): Promise<Result> {
		return new Promise((resolve, reject) => {
			signal.throwIfAborted();
			this.#assertUsable(task);
			const finish = () => {
				job.settled = true;
				this.#unwatch(signal, job);
			};
			const job: Job<Task, Result> = {
				request: { id: nextId(), task },
				settled: false,
				resolve: (result) => {
					finish();
					resolve(result);
				},
				reject: (error) => {
					finish();
					reject(error);
				},
			};
			this.#watch(signal, job);
			this.#queue.push(job);
			this.#schedule();
		});
	}

	/** Calls under way fail; never waits for a thread that hangs. */
	async [Symbol.asyncDispose](): Promise<void> {
		this.#closed = true;
		clearImmediate(this.#flushing);
		const jobs = [...this.#queue, ...this.#threads.flatMap((thread) => [...thread.jobs.values()])];
		for (const job of jobs) job.reject(this.#options.closed(job.request.task));
		this.#leaveIdle();
		const ended = Promise.all(this.#threads.splice(0).map((thread) => thread.end()));
		await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 1000).unref())]);
	}

	#watch(signal: AbortSignal, job: Job<Task, Result>): void {
		const watched = this.#watchedBySignal.get(signal);
		if (watched !== undefined) {
			watched.jobs.add(job);
			return;
		}
		const jobs = new Set([job]);
		const abort = () => {
			for (const one of jobs) one.reject(signal.reason);
			for (const thread of this.#threads) thread.refresh();
		};
		this.#watchedBySignal.set(signal, { jobs, abort });
		signal.addEventListener("abort", abort, { once: true });
	}

	#unwatch(signal: AbortSignal, job: Job<Task, Result>): void {
		const watched = this.#watchedBySignal.get(signal);
		if (!watched?.jobs.delete(job) || watched.jobs.size > 0) return;
		this.#watchedBySignal.delete(signal);
		signal.removeEventListener("abort", watched.abort);
	}

	#assertUsable(task: Task): void {
		if (this.#closed) throw this.#options.closed(task);
		if (this.#abandoned.size >= 2 * this.#options.threads) throw this.#options.hanging(task, this.#abandoned.size);
	}

	#schedule(): void {
		this.#flushing ??= setImmediate(() => {
			this.#flushing = undefined;
			this.#flush();
		});
	}

	#flush(): void {
		const batches = new Map<PoolThread<Task, Result>, Job<Task, Result>[]>();
		const waiting = this.#queue.filter((job) => !job.settled);
		if (waiting.length > 0) this.#takeThreads();
		let next = 0;
		for (; next < waiting.length; next++) {
			const thread = this.#leastBusy();
			if (thread === undefined) break;
			const job = waiting[next] as Job<Task, Result>;
			thread.jobs.set(job.request.id, job);
			const batch = batches.get(thread);
			if (batch === undefined) batches.set(thread, [job]);
			else batch.push(job);
		}
		this.#queue = waiting.slice(next);
		for (const [thread, jobs] of batches) thread.send(jobs);
	}

	#leastBusy(): PoolThread<Task, Result> | undefined {
		let best: PoolThread<Task, Result> | undefined;
		for (const thread of this.#threads) if (best === undefined || thread.jobs.size < best.jobs.size) best = thread;
		return best !== undefined && best.jobs.size < this.#ahead ? best : undefined;
	}

	/** All together: the first task may soon bring more, and it takes a while until one is there. */
	#takeThreads(): void {
		while (this.#threads.length < this.#options.threads) this.#threads.push(takeThread(this.#options, this.#owner));
	}

	#rest(): void {
		if (this.#threads.every(isIdle)) this.#leaveIdle();
	}

	#leaveIdle(): void {
		for (const thread of this.#threads.filter(isIdle)) {
			this.#threads.splice(this.#threads.indexOf(thread), 1);
			leaveThread(this.#options, thread);
		}
	}

	/** The request at work fails; the others go to another thread. A thread that never began any fails them all. */
	#replace(thread: PoolThread<Task, Result>, error: unknown): void {
		const at = this.#threads.indexOf(thread);
		if (at < 0) return;
		this.#threads.splice(at, 1);
		this.#abandoned.add(thread);
		thread.end().finally(() => this.#abandoned.delete(thread));
		const culprit = thread.jobs.get(thread.current);
		for (const job of thread.jobs.values()) {
			if (culprit === undefined || job === culprit) job.reject(this.#options.lost(job.request.task, error));
			else this.#queue.push(job);
		}
		thread.jobs.clear();
		if (this.#queue.length > 0) this.#schedule();
	}
}

function isIdle({ jobs }: { readonly jobs: ReadonlyMap<number, unknown> }): boolean {
	return jobs.size === 0;
}

let lastId = 0;

/** Of all pools, as a thread still shows the last request of the pool that it came from. */
function nextId(): number {
	lastId = (lastId % 0x7fffffff) + 1;
	return lastId;
}
