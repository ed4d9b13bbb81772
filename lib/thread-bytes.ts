import type { MessagePort, Worker } from "node:worker_threads";
import { messageOf } from "#lib/errors.ts";

/**
 * How a thread reads a file that only the process can read (it has the storage's connection and credentials): the thread names
 * ranges, and waits until their bytes lie in memory that both share. Waiting is blocking, as decoders written for files want it; the
 * ranges of one request are fetched side by side.
 */

export interface ByteRange {
	readonly offset: number;
	readonly length: number;
}

/** What both sides share; made by the process, handed to the thread. */
export interface SharedBytes {
	/** The size of the file. */
	readonly size: number;
	/** [0]: 0 while the thread waits, then how it ended; [1]: bytes of the answer. */
	readonly state: Int32Array<SharedArrayBuffer>;
	readonly answer: SharedArrayBuffer;
}

const [waiting, read, failed] = [0, 1, 2];
const maxMessage = 2000;

/** @param maxAnswer bytes that one request may ask for */
export function shareBytes(size: number, maxAnswer: number): SharedBytes {
	const answer = new SharedArrayBuffer(maxMessage, { maxByteLength: Math.max(maxAnswer, maxMessage) });
	return { size, state: new Int32Array(new SharedArrayBuffer(8)), answer };
}

/** A request of the thread. Other messages of it are not about bytes. */
export interface BytesWanted {
	readonly ranges: readonly ByteRange[];
}

interface Serving {
	readonly read: (range: ByteRange) => Promise<Uint8Array>;
	/** Bytes that may be read in all. */
	readonly maxBytes: number;
}

/** The process's side: answers the thread's requests until it ends, or what is returned is called. */
export function serveBytes(
	thread: Worker,
	{ state, answer }: SharedBytes,
	{ read: readRange, maxBytes }: Serving,
): () => void {
	let budget = maxBytes;
	const fetched = async (ranges: readonly ByteRange[]) => {
		const wanted = ranges.reduce((sum, { length }) => sum + length, 0);
		// Also what is no number, as of a file that names no lengths.
		if (!(wanted <= answer.maxByteLength && wanted <= budget))
			throw new Error(`more than ${Math.floor(maxBytes / 1e6)} MB would have to be read`);
		budget -= wanted;
		return Promise.all(ranges.map(readRange));
	};
	const put = (parts: readonly Uint8Array[], outcome: number) => {
		const length = parts.reduce((sum, part) => sum + part.length, 0);
		if (length > answer.byteLength) answer.grow(length);
		let at = 0;
		for (const part of parts) {
			new Uint8Array(answer).set(part, at);
			at += part.length;
		}
		Atomics.store(state, 1, length);
		Atomics.store(state, 0, outcome);
		Atomics.notify(state, 0);
	};
	const answerTo = (message: unknown) => {
		if (typeof message !== "object" || message === null || !("ranges" in message)) return;
		fetched((message as BytesWanted).ranges).then(
			(parts) => put(parts, read),
			(error: unknown) => put([new TextEncoder().encode(messageOf(error)).subarray(0, maxMessage)], failed),
		);
	};
	thread.on("message", answerTo);
	return () => thread.off("message", answerTo);
}

/** The thread's side: the bytes of each range, fewer at the end of the file. @throws what kept the process from reading them. */
export function readBytes(port: MessagePort, shared: SharedBytes, ranges: readonly ByteRange[]): readonly Uint8Array[] {
	const { size, state, answer } = shared;
	const within = ranges.map(({ offset, length }) => ({ offset, length: Math.max(0, Math.min(length, size - offset)) }));
	Atomics.store(state, 0, waiting);
	port.postMessage({ ranges: within } satisfies BytesWanted);
	Atomics.wait(state, 0, waiting);
	const bytes = new Uint8Array(answer, 0, Atomics.load(state, 1));
	if (Atomics.load(state, 0) === failed) throw new Error(new TextDecoder().decode(bytes.slice()));
	const parts: Uint8Array[] = [];
	let at = 0;
	for (const { length } of within) {
		parts.push(bytes.slice(at, at + length));
		at += length;
	}
	return parts;
}
