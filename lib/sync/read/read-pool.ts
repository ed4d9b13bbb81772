import { availableParallelism } from "node:os";
import { messageOf, StorageError } from "#lib/errors.ts";
import { moduleUrl } from "#lib/installation.ts";
import { ThreadPool } from "#lib/storage/threads/thread-pool.ts";
import type { ReadOutcome } from "./read-outcome.ts";
import type { ReadTask } from "./read-thread.ts";

/** More threads than this only wait for the database. */
const maxThreads = 4;
/** Answers come after some milliseconds, for thirty files or so: there are more than as many to go on with then. */
const ahead = 96;
/** A thread that is busy with one file for so long is given up, and the file is a problem. */
const timeoutMs = 60_000;
/** Memory of a thread: headers leave little behind; the largest XML document that is accepted takes about 200. */
const megabytes = { young: 16, old: 512 };

/** Threads that read files and what the files say; they start when first needed. */
export function openReadPool(): ThreadPool<ReadTask, ReadOutcome> {
	return new ThreadPool({
		name: "eosync-read",
		threads: Math.min(maxThreads, availableParallelism()),
		ahead,
		timeoutMs,
		megabytes,
		worker: moduleUrl("sync/read/read-thread.ts"),
		lost: ({ item: { path } }, error) => {
			const isSlow = error instanceof StorageError;
			const message = isSlow
				? `Reading ${path} took longer than ${timeoutMs / 1000} s; check that the disk or network share is mounted and answers.`
				: `Reading ${path} failed unexpectedly: ${messageOf(error)}. Run again; if it happens again, report it as a fault of eosync.`;
			return new StorageError(isSlow ? error.code : "io", path, message, { cause: error });
		},
		hanging: ({ item: { path } }, count) =>
			new StorageError(
				"unreachable",
				path,
				`${path} was not read: ${count} earlier files still hang. Check that the disk or network share is mounted and answers.`,
			),
		closed: ({ item: { path } }) => new StorageError("io", path, "The run was over while it was read."),
	});
}
