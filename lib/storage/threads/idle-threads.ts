import { PoolThread, type ThreadOptions, type ThreadOwner } from "./pool-thread.ts";

/** Milliseconds without work after which a thread ends, and gives back what a large folder took. */
const restsFor = 1000;

interface Idle {
	/** Of its kind's tasks and results. */
	readonly thread: PoolThread<unknown, unknown>;
	readonly ending: NodeJS.Timeout;
}

/** By kind, the last one to work last. */
const idleByKind = new Map<string, Idle[]>();

/**
 * A thread of that kind that has no work, or a new one. To start one costs 40 ms of a processor: more than all else in the
 * sync of a small container, and there may be thousands of these.
 */
export function takeThread<Task, Result>(
	options: ThreadOptions,
	owner: ThreadOwner<Task, Result>,
): PoolThread<Task, Result> {
	const idle = idleOf(kindOf(options)).pop();
	if (idle === undefined) return new PoolThread(options, owner);
	clearTimeout(idle.ending);
	const thread = idle.thread as PoolThread<Task, Result>;
	thread.owner = owner;
	return thread;
}

/** Of a thread without work. */
export function leaveThread<Task, Result>(options: ThreadOptions, thread: PoolThread<Task, Result>): void {
	const kind = kindOf(options);
	const idle: Idle = {
		thread: thread as PoolThread<unknown, unknown>,
		ending: setTimeout(() => {
			forget();
			void thread.end();
		}, restsFor).unref(),
	};
	function forget() {
		clearTimeout(idle.ending);
		idleByKind.set(
			kind,
			idleOf(kind).filter((other) => other !== idle),
		);
	}
	// It has no task that could be lost or answered.
	thread.owner = { lostError: (_, error) => new Error(String(error)), replied: () => {}, lost: forget };
	idleByKind.set(kind, [...idleOf(kind), idle]);
}

function idleOf(kind: string): Idle[] {
	return idleByKind.get(kind) ?? [];
}

function kindOf({ name, worker, timeoutMs, megabytes }: ThreadOptions): string {
	return [name, worker.href, timeoutMs, megabytes.young, megabytes.old].join(" ");
}
