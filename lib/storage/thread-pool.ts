import { type Job, PoolThread, type ThreadOptions } from "./pool-thread.ts";

export interface PoolOptions<Task> extends ThreadOptions<Task> {
	readonly threads: number;
	/** What a call gets when so many earlier ones still hang, and when the pool is closed. */
	hanging(task: Task, count: number): Error;
	closed(task: Task): Error;
}

/** Requests handed to a thread ahead of their turn, so that it never waits for the next one. */
const ahead = 32;

/** Milliseconds without work after which threads end, and give back what a large folder took. */
const restsFor = 1000;

/**
 * Threads for work that waits for a disk, or keeps a processor busy. They start when they are needed, end when they are no more, and never keep the process alive while idle. Requests of one
 * tick travel in one message per thread. A thread that dies, or hangs on a dead mount, costs the caller of the request
 * at work an error; the other requests are asked again of a new thread. A hanging thread cannot be killed, only left
 * behind: after a few of those, calls fail at once until one of them has ended.
 */
export class ThreadPool<Task, Result> implements AsyncDisposable {
	readonly parallel: number;
	readonly #options: PoolOptions<Task>;
	readonly #threads: PoolThread<Task, Result>[] = [];
	readonly #abandoned = new Set<PoolThread<Task, Result>>();
	#queue: Job<Task, Result>[] = [];
	#lastId = 0;
	#flushing: NodeJS.Immediate | undefined;
	#resting: NodeJS.Timeout | undefined;
	#closed = false;

	constructor(options: PoolOptions<Task>) {
		this.#options = options;
		this.parallel = options.threads * ahead;
	}

	/** @throws what `options` makes of a lost task, StorageError from the task, and the signal's reason as soon as it aborts. */
	run(task: Task, signal: AbortSignal): Promise<Result> {
		return new Promise((resolve, reject) => {
			signal.throwIfAborted();
			this.#assertUsable(task);
			const finish = () => {
				job.settled = true;
				signal.removeEventListener("abort", abort);
			};
			const job: Job<Task, Result> = {
				request: { id: this.#nextId(), task },
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
			const abort = () => {
				job.reject(signal.reason);
				for (const thread of this.#threads) thread.refresh();
			};
			signal.addEventListener("abort", abort, { once: true });
			this.#queue.push(job);
			this.#schedule();
		});
	}

	/** Calls under way fail; never waits for a thread that hangs. */
	async [Symbol.asyncDispose](): Promise<void> {
		this.#closed = true;
		clearImmediate(this.#flushing);
		clearTimeout(this.#resting);
		const jobs = [...this.#queue, ...this.#threads.flatMap((thread) => [...thread.jobs.values()])];
		for (const job of jobs) job.reject(this.#options.closed(job.request.task));
		const ended = Promise.all(this.#threads.splice(0).map((thread) => thread.end()));
		await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 1000).unref())]);
	}

	#assertUsable(task: Task): void {
		if (this.#closed) throw this.#options.closed(task);
		if (this.#abandoned.size >= 2 * this.#options.threads) throw this.#options.hanging(task, this.#abandoned.size);
	}

	#nextId(): number {
		this.#lastId = (this.#lastId % 0x7fffffff) + 1;
		return this.#lastId;
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
		if (waiting.length > 0) this.#startThreads();
		clearTimeout(this.#resting);
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
		return best !== undefined && best.jobs.size < ahead ? best : undefined;
	}

	/** All together: the first task may soon bring more, and it takes a while until one is there. */
	#startThreads(): void {
		while (this.#threads.length < this.#options.threads) {
			const thread = new PoolThread<Task, Result>(this.#options, {
				replied: () => (this.#queue.length > 0 ? this.#schedule() : this.#rest()),
				lost: (lost, error) => this.#replace(lost, error),
			});
			this.#threads.push(thread);
		}
	}

	#rest(): void {
		if (this.#threads.some((thread) => thread.jobs.size > 0)) return;
		clearTimeout(this.#resting);
		this.#resting = setTimeout(() => {
			for (const thread of this.#threads.splice(0)) void thread.end();
		}, restsFor).unref();
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
