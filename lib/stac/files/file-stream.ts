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
	/** Given back when the stream has ended, however it ends. */
	readonly borrowed: BorrowedStorage;
	readonly parts: readonly FilePart[];
	/** Only looks whether it could be read. */
	readonly isHead: boolean;
	/** The client has hung up. */
	readonly signal: AbortSignal;
}

const chunkBytes = 512 * 1024;
/** Who takes nothing for so long has hung up without a word. */
const stalledMs = 60_000;

/**
 * Compares the file with the catalogue before the first byte and before the last: one that becomes another meanwhile cuts the answer off.
 * @throws StorageError `changed` when it is another one already, `not-found` when it is gone
 */
export async function fileStream(options: StreamOptions): Promise<ReadableStream<Uint8Array> | null> {
	const { borrowed, parts, isHead, path, symlinks } = options;
	const hungUp = new AbortController();
	const signal = AbortSignal.any([options.signal, hungUp.signal]);
	// Opened first: then what is looked at is not older than what is read.
	const file = isHead ? null : await borrowed.storage.open(path, { symlinks, signal });
	const close = async () => {
		hungUp.abort();
		try {
			await file?.[Symbol.asyncDispose]();
		} finally {
			borrowed.release();
		}
	};
	try {
		await requireAsCatalogued(options, signal);
		if (file === null) {
			await close();
			return null;
		}
		return streamOf(bytesOf(file, parts, { check: () => requireAsCatalogued(options, signal), signal }), close);
	} catch (error) {
		await close();
		throw error;
	}
}

async function requireAsCatalogued(
	{ borrowed, path, symlinks, file }: StreamOptions,
	signal: AbortSignal,
): Promise<void> {
	const entry = await borrowed.storage.stat(path, { symlinks, signal });
	if (entry === null) throw new StorageError("not-found", path, `${path} is not there any more.`);
	if (!sameContent(fingerprint(entry, file.role), file))
		throw new StorageError("changed", path, `${path} has become another file.`);
}

async function* bytesOf(
	file: OpenFile,
	parts: readonly FilePart[],
	{ check, signal }: { readonly check: () => Promise<void>; readonly signal: AbortSignal },
): AsyncGenerator<Uint8Array> {
	const text = new TextEncoder();
	for (const [index, { before, first, length, after }] of parts.entries()) {
		if (before !== "") yield text.encode(before);
		for (let done = 0; done < length; ) {
			const wanted = Math.min(chunkBytes, length - done);
			const bytes = await file.read(first + done, wanted, { signal });
			if (bytes.length !== wanted) throw new StorageError("changed", file.name, `${file.name} is shorter than it was.`);
			done += wanted;
			if (index === parts.length - 1 && done === length) await check();
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
