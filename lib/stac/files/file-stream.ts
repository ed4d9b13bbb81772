import { StorageError } from "#lib/errors.ts";
import type { OpenFile } from "#lib/storage/storage.ts";
import { fingerprint, sameContent } from "#lib/sync/match/fingerprint.ts";
import type { CataloguedFile } from "./catalogued-file.ts";
import type { BorrowedStorage } from "./opened-storages.ts";

/** The bytes of a catalogued file, as fast as they are taken, and never those of another file. */

/** Some bytes of it, and the text around them (of a multipart answer; ASCII). */
export interface FilePart {
	readonly before: string;
	readonly first: number;
	readonly length: number;
	readonly after: string;
}

export interface StreamOptions extends CataloguedFile {
	/** Takes a place among those who read the storage. */
	readonly borrow: (signal: AbortSignal) => Promise<BorrowedStorage>;
	readonly parts: readonly FilePart[];
	/** Only looks whether it could be read. */
	readonly isHead: boolean;
	/** The client has hung up. */
	readonly signal: AbortSignal;
	/** Called once, when nothing more will be read. */
	readonly onEnd: () => void;
}

const chunkBytes = 512 * 1024;
/** Who takes nothing for so long has hung up without a word. */
const stalledMs = 60_000;
/** So long a reader keeps their place while others wait for one, and not longer than that while they take nothing. */
const turnMs = 1000;

/**
 * Compares the file with the catalogue before the first byte and before the last: one that becomes another meanwhile cuts the answer off.
 * @throws StorageError `changed` when it is another one already, `not-found` when it is gone
 */
export async function fileStream(options: StreamOptions): Promise<ReadableStream<Uint8Array> | null> {
	const { parts, isHead, onEnd } = options;
	const hungUp = new AbortController();
	const signal = AbortSignal.any([options.signal, hungUp.signal]);
	const turns = new Turns(options, signal);
	const close = async () => {
		hungUp.abort();
		try {
			await turns.leave();
		} finally {
			onEnd();
		}
	};
	try {
		if (isHead) {
			await look(options, signal);
			await close();
			return null;
		}
		await turns.take();
		await turns.rest();
		return streamOf(bytesOf(turns, parts, signal), close);
	} catch (error) {
		await close();
		throw error;
	}
}

async function look(options: StreamOptions, signal: AbortSignal): Promise<void> {
	const borrowed = await options.borrow(signal);
	try {
		await requireAsCatalogued(options, borrowed, signal);
	} finally {
		borrowed.release();
	}
}

interface Turn {
	readonly borrowed: BorrowedStorage;
	readonly file: OpenFile;
	readonly since: number;
}

/**
 * The places at a storage are few, and clients may be slow: while others wait, a reader gives up their place after a second, and takes one
 * again, at the end of the queue, for what is still to be read. So nobody who takes their bytes slowly, or not at all, keeps others out.
 */
class Turns {
	readonly #options: StreamOptions;
	readonly #signal: AbortSignal;
	#turn: Turn | null = null;
	#resting: NodeJS.Timeout | undefined;

	constructor(options: StreamOptions, signal: AbortSignal) {
		this.#options = options;
		this.#signal = signal;
	}

	/** The file, opened; as the catalogue knows it if it was opened just now. */
	async take(): Promise<OpenFile> {
		clearTimeout(this.#resting);
		if (this.#turn !== null) return this.#turn.file;
		const { borrow, path, symlinks } = this.#options;
		const borrowed = await borrow(this.#signal);
		try {
			// Opened first: then what is looked at is not older than what is read.
			const file = await borrowed.storage.open(path, { symlinks, signal: this.#signal });
			this.#turn = { borrowed, file, since: performance.now() };
		} catch (error) {
			borrowed.release();
			throw error;
		}
		await this.requireAsCatalogued();
		return this.#turn.file;
	}

	/** The client has something to take. */
	async rest(): Promise<void> {
		const turn = this.#turn;
		if (turn === null) return;
		if (turn.borrowed.isWanted() && performance.now() - turn.since >= turnMs) return this.leave();
		// A file that cannot be closed was read all the same; its place is free.
		this.#resting = setTimeout(() => void this.rest().catch(() => {}), turnMs).unref();
	}

	async leave(): Promise<void> {
		clearTimeout(this.#resting);
		const turn = this.#turn;
		this.#turn = null;
		try {
			await turn?.file[Symbol.asyncDispose]();
		} finally {
			turn?.borrowed.release();
		}
	}

	async requireAsCatalogued(): Promise<void> {
		if (this.#turn !== null) await requireAsCatalogued(this.#options, this.#turn.borrowed, this.#signal);
	}
}

async function requireAsCatalogued(
	{ path, symlinks, file }: CataloguedFile,
	{ storage }: BorrowedStorage,
	signal: AbortSignal,
): Promise<void> {
	const entry = await storage.stat(path, { symlinks, signal });
	if (entry === null) throw new StorageError("not-found", path, `${path} is not there any more.`);
	if (!sameContent(fingerprint(entry, file.role), file))
		throw new StorageError("changed", path, `${path} has become another file.`);
}

async function* bytesOf(turns: Turns, parts: readonly FilePart[], signal: AbortSignal): AsyncGenerator<Uint8Array> {
	const text = new TextEncoder();
	for (const [index, { before, first, length, after }] of parts.entries()) {
		if (before !== "") yield text.encode(before);
		for (let done = 0; done < length; ) {
			const wanted = Math.min(chunkBytes, length - done);
			const file = await turns.take();
			const bytes = await file.read(first + done, wanted, { signal });
			if (bytes.length !== wanted) throw new StorageError("changed", file.name, `${file.name} is shorter than it was.`);
			done += wanted;
			if (index === parts.length - 1 && done === length) await turns.requireAsCatalogued();
			await turns.rest();
			yield bytes;
		}
		if (after !== "") yield text.encode(after);
	}
}

function streamOf(bytes: AsyncGenerator<Uint8Array>, close: () => Promise<void>): ReadableStream<Uint8Array> {
	let stalled: NodeJS.Timeout | undefined;
	const end = () => {
		clearTimeout(stalled);
		return close();
	};
	return new ReadableStream(
		{
			async pull(controller) {
				clearTimeout(stalled);
				try {
					const { value, done } = await bytes.next();
					if (done) {
						await end();
						controller.close();
						return;
					}
					controller.enqueue(value);
				} catch (error) {
					await end();
					throw error;
				}
				stalled = setTimeout(() => {
					controller.error(new Error("The client takes nothing."));
					void end();
				}, stalledMs).unref();
			},
			cancel: end,
		},
		{ highWaterMark: 0 },
	);
}
