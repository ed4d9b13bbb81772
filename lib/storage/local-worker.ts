import { parentPort, workerData } from "node:worker_threads";
import { StorageError } from "../errors.ts";
import type { PlainError } from "./local-errors.ts";
import { listFolder, type Place, statFile } from "./local-list.ts";
import { type Peeked, peekFile } from "./local-peek.ts";
import type { Entry, Listing } from "./storage.ts";

export type Task =
	| ({ readonly kind: "list"; readonly knownDigest: string | null } & Place)
	| ({ readonly kind: "stat" } & Place)
	| ({ readonly kind: "peek"; readonly length: number } & Place);

export type TaskResult = Listing | Entry | Peeked | null;

export interface Request {
	readonly id: number;
	readonly task: Task;
}

export type Reply = { readonly id: number } & (
	| { readonly result: TaskResult }
	| { readonly error: PlainError | string }
);

/** Shared with the main thread, which cannot ask a thread that hangs: the request at work, and a count that goes up. */
export interface WorkerData {
	readonly progress: Int32Array;
}

/** A reply waits for others, but not for long: a message costs as much as the listing of a small folder. */
const replyAfterMs = 4;

if (parentPort === null) throw new Error("local-worker.ts runs as a worker thread only.");
const port = parentPort;
const { progress } = workerData as WorkerData;

port.on("message", (requests: readonly Request[]) => {
	let replies: Reply[] = [];
	let since = performance.now();
	for (const request of requests) {
		Atomics.store(progress, 0, request.id);
		tick();
		replies.push(answer(request));
		if (performance.now() - since < replyAfterMs) continue;
		port.postMessage(replies);
		replies = [];
		since = performance.now();
	}
	if (replies.length > 0) port.postMessage(replies);
});

function answer({ id, task }: Request): Reply {
	try {
		return { id, result: perform(task) };
	} catch (error) {
		if (!(error instanceof StorageError)) return { id, error: String(error) };
		return { id, error: { code: error.code, path: error.path, message: error.message } };
	}
}

function perform(task: Task): TaskResult {
	switch (task.kind) {
		case "list":
			return listFolder(task, task.knownDigest, tick);
		case "stat":
			return statFile(task);
		case "peek":
			return peekFile(task, task.length);
	}
}

function tick(): void {
	Atomics.add(progress, 1, 1);
}
