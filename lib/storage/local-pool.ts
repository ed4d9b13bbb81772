import { StorageError } from "../errors.ts";
import { type Job, LocalThread, lostError, type ThreadOptions } from "./local-thread.ts";
import type { Task, TaskResult } from "./local-worker.ts";

interface PoolOptions extends ThreadOptions {
	readonly threads: number;
}

/** Requests handed to a thread ahead of their turn, so that it never waits for the next one. */
const ahead = 32;
/**
 * Threads that list and stat. They start when first needed and never keep the process alive while idle. Requests of one
 * tick travel in one message per thread. A thread that dies, or hangs on a dead mount, costs the caller of the request
 * at work an error; the other requests are asked again of a new thread. A hanging thread cannot be killed, only left
 * behind: after a few of those, calls fail at once until one of them has ended.
 */
export class LocalPool implements AsyncDisposable {
	readonly parallel: number;
	readonly #options: PoolOptions;
	readonly #threads: LocalThread[] = [];
	readonly #abandoned = new Set<LocalThread>();
	#queue: Job[] = [];
	#lastId = 0;
	#flushing: NodeJS.Immediate | undefined;
	#closed = false;

	constructor(options: PoolOptions) {
		this.#options = options;
		this.parallel = options.threads * ahead;
	}

	/** @throws StorageError, and the signal's reason as soon as it aborts. */
	run(task: Task, signal: AbortSignal): Promise<TaskResult> {
		return new Promise((resolve, reject) => {
			signal.throwIfAborted();
			this.#assertUsable(task);
			const finish = () => {
				job.settled = true;
				signal.removeEventListener("abort", abort);
			};
			const job: Job = {
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
		const jobs = [...this.#queue, ...this.#threads.flatMap((thread) => [...thread.jobs.values()])];
		for (const job of jobs) job.reject(closedError(job.request.task));
		const ended = Promise.all(this.#threads.splice(0).map((thread) => thread.end()));
		await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 1000).unref())]);
	}

	#assertUsable(task: Task): void {
		if (this.#closed) throw closedError(task);
		if (this.#abandoned.size >= 2 * this.#options.threads)
			throw new StorageError(
				"unreachable",
				task.path,
				`${task.root} does not answer: ${this.#abandoned.size} earlier calls still hang. Check that the disk or network share is mounted and answers.`,
			);
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
		const batches = new Map<LocalThread, Job[]>();
		const waiting = this.#queue.filter((job) => !job.settled);
		let next = 0;
		for (; next < waiting.length; next++) {
			const thread = this.#leastBusy();
			if (thread === undefined) break;
			const job = waiting[next] as Job;
			thread.jobs.set(job.request.id, job);
			const batch = batches.get(thread);
			if (batch === undefined) batches.set(thread, [job]);
			else batch.push(job);
		}
		this.#queue = waiting.slice(next);
		for (const [thread, jobs] of batches) thread.send(jobs);
	}

	#leastBusy(): LocalThread | undefined {
		let best: LocalThread | undefined;
		for (const thread of this.#threads) if (best === undefined || thread.jobs.size < best.jobs.size) best = thread;
		if (this.#threads.length < this.#options.threads && (best === undefined || best.jobs.size > 0)) {
			best = new LocalThread(this.#options, {
				replied: () => this.#queue.length > 0 && this.#schedule(),
				lost: (thread, error) => this.#replace(thread, error),
			});
			this.#threads.push(best);
		}
		return best !== undefined && best.jobs.size < ahead ? best : undefined;
	}

	/** The request at work fails; the others go to another thread. A thread that never began any fails them all. */
	#replace(thread: LocalThread, error: unknown): void {
		const at = this.#threads.indexOf(thread);
		if (at < 0) return;
		this.#threads.splice(at, 1);
		this.#abandoned.add(thread);
		thread.end().finally(() => this.#abandoned.delete(thread));
		const culprit = thread.jobs.get(thread.current);
		for (const job of thread.jobs.values()) {
			if (culprit === undefined || job === culprit) job.reject(lostError(job.request.task, error));
			else this.#queue.push(job);
		}
		thread.jobs.clear();
		if (this.#queue.length > 0) this.#schedule();
	}
}

function closedError({ path }: Task): StorageError {
	return new StorageError("io", path, "The storage was closed while it was in use.");
}
