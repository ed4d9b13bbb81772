import { availableParallelism } from "node:os";
import { sep } from "node:path";
import { StorageError } from "#lib/errors.ts";
import { moduleUrl } from "#lib/installation.ts";
import type { LocalConfig } from "#lib/storage/config.ts";
import { CallTimeout } from "#lib/storage/flow-control/call-timeout.ts";
import { normalisePath } from "#lib/storage/path.ts";
import type {
	AccessOptions,
	Entry,
	Listing,
	ListOptions,
	OpenFile,
	Storage,
	StorageFacts,
} from "#lib/storage/storage.ts";
import { ThreadPool } from "#lib/storage/threads/thread-pool.ts";
import { LocalFile } from "./file.ts";
import { type FileHead, LocalHead } from "./head.ts";
import { type Examination, type LargeFolder, listLargeFolder } from "./large-folder.ts";
import type { LocalPlace } from "./place.ts";
import { closedError, hangingError, type LocalResult, type LocalTask, lostError, runTask } from "./task.ts";

interface LocalOptions {
	/** Threads that list. */
	readonly threads?: number;
	/** How long a call may go without progress, a hanging mount for instance. */
	readonly timeoutMs?: number;
	/** A worker's script, which speaks the protocol of `thread-port.ts`. */
	readonly worker?: URL;
	/** The caller is a watched thread that may wait for the disk: everything runs in it. */
	readonly inThread?: boolean;
	/** Folders that links may lead into; absent: anywhere. */
	readonly roots?: readonly string[] | undefined;
}

/** Bytes that readers ask for first. */
const headLength = 64 * 1024;

/**
 * A folder on a disk of this machine, or on a network share mounted there. Sockets, FIFOs and devices are
 * never opened. The root itself may be a symbolic link; below it, links are followed only where the caller says so.
 *
 * A call that waits for a dead mount rejects in time, but the thread behind it stays until the mount answers, and keeps
 * the process from exiting unless it is killed.
 */
export class LocalStorage implements Storage {
	readonly type = "local";
	readonly readsInThreads = true;
	/** Kernels stamp files at their timer's tick, of 10 ms at most. */
	readonly timeGrain = 10_000;
	readonly parallel: number;
	readonly #root: string;
	readonly #roots: readonly string[] | undefined;
	readonly #disk: Disk;
	readonly #inThread: boolean;
	readonly #timeout: CallTimeout;

	constructor({ root }: LocalConfig, options: LocalOptions = {}) {
		const timeoutMs = options.timeoutMs ?? 60_000;
		const threads = options.threads ?? Math.min(2, availableParallelism());
		const worker = options.worker ?? moduleUrl("storage/local/worker.ts");
		this.#root = root;
		this.#roots = options.roots;
		this.#inThread = options.inThread ?? false;
		this.#disk = this.#inThread ? new ThisThread() : diskThreads({ threads, timeoutMs, worker });
		this.#timeout = new CallTimeout(timeoutMs);
		this.parallel = this.#disk.parallel;
	}

	async list(path: string, { symlinks, knownDigest = null, signal }: ListOptions): Promise<Listing> {
		const place = this.#place(path, symlinks);
		const run = (task: LocalTask) => this.#disk.run(task, signal);
		const listed = (await run({ kind: "list", knownDigest, ...place })) as Listing | LargeFolder;
		if (!("names" in listed)) return listed;
		return listLargeFolder(listed, {
			knownDigest,
			examine: async (names) => (await run({ kind: "examine", names, ...place })) as Examination,
			assertSame: (identity) => run({ kind: "same", identity, ...place }),
		});
	}

	async stat(path: string, { symlinks = "skip", signal }: AccessOptions): Promise<Entry | null> {
		return (await this.#disk.run({ kind: "stat", ...this.#place(path, symlinks) }, signal)) as Entry | null;
	}

	async open(path: string, { symlinks = "skip", signal }: AccessOptions): Promise<OpenFile> {
		const place = this.#place(path, symlinks);
		const examined = (await this.#disk.run({ kind: "head", length: headLength, ...place }, signal)) as FileHead | null;
		if (examined === null)
			throw new StorageError(
				"not-found",
				path,
				`The file ${path} does not exist in ${this.#root}, or was removed; run again.`,
			);
		return new LocalHead(place, examined, {
			// A thread that reads datasets examines their files again when it is done; each examination costs a call for every folder above.
			...(this.#inThread ? {} : { stat: (reading: AbortSignal) => this.stat(path, { symlinks, signal: reading }) }),
			open: (reading) => LocalFile.open(place, examined.entry, this.#timeout, reading),
		});
	}

	async facts({ signal }: { readonly signal: AbortSignal }): Promise<StorageFacts> {
		await this.list("", { symlinks: "skip", signal });
		return { server: null, times: "exact", versions: false, ranges: true, notes: [] };
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#disk[Symbol.asyncDispose]();
	}

	#place(text: string, symlinks: "skip" | "follow"): LocalPlace {
		const path = normalisePath(text);
		// On Windows these names would lead out of the root.
		if (sep === "\\" && /[\\:]/.test(path))
			throw new StorageError("invalid-path", text, `The path ${JSON.stringify(text)} contains “\\” or “:”; rename it.`);
		return { root: this.#root, path, symlinks, ...(this.#roots === undefined ? {} : { roots: this.#roots }) };
	}
}

/** Runs the tasks that wait for the disk. */
interface Disk extends AsyncDisposable {
	readonly parallel: number;
	run(task: LocalTask, signal: AbortSignal): Promise<LocalResult>;
}

function diskThreads(options: Required<Pick<LocalOptions, "threads" | "timeoutMs" | "worker">>): Disk {
	return new ThreadPool<LocalTask, LocalResult>({
		name: "eosync-local",
		// The entries of a folder of a million files take 300.
		megabytes: { young: 8, old: 2048 },
		...options,
		lost: lostError,
		hanging: hangingError,
		closed: closedError,
	});
}

class ThisThread implements Disk {
	readonly parallel = 1;
	#closed = false;

	async run(task: LocalTask, signal: AbortSignal): Promise<LocalResult> {
		signal.throwIfAborted();
		if (this.#closed) throw closedError(task);
		return runTask(task, () => {});
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#closed = true;
	}
}
