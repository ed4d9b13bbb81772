import { changedWhileRead } from "#lib/errors.ts";
import { bytesInRange } from "#lib/storage/byte-range.ts";
import type { Entry, OpenFile } from "#lib/storage/storage.ts";
import type { FtpSession } from "./session.ts";

interface FtpFileOptions {
	/** The file's entry when it was opened. */
	readonly entry: Entry;
	readonly path: string;
	/** Absolute path on the server. */
	readonly full: string;
	run<T>(path: string, signal: AbortSignal, work: (session: FtpSession) => Promise<T>): Promise<T>;
	/** Looks the file up again. */
	stat(session: FtpSession): Promise<Entry | null>;
}

/** A file on an FTP server, fetched in parts: `REST` sets where a part begins, and no more than needed is read. */
export class FtpFile implements OpenFile {
	readonly name: string;
	readonly size: number;
	readonly #options: FtpFileOptions;

	constructor(options: FtpFileOptions) {
		this.name = options.entry.name;
		this.size = options.entry.size;
		this.#options = options;
	}

	async read(offset: number, length: number, { signal }: { readonly signal: AbortSignal }): Promise<Uint8Array> {
		const wanted = bytesInRange(this, offset, length);
		signal.throwIfAborted();
		const { path, full, run, stat, entry } = this.#options;
		return run(path, signal, async (session) => {
			const bytes = wanted === 0 ? new Uint8Array(0) : await fetch(session, full, offset, wanted);
			const now = await stat(session);
			const same = now?.size === entry.size && now.mtime === entry.mtime && now.inode === entry.inode;
			if (!same || bytes.length < wanted) throw changedWhileRead(path, full);
			return bytes;
		});
	}

	async [Symbol.asyncDispose](): Promise<void> {}
}

async function fetch(session: FtpSession, full: string, offset: number, length: number): Promise<Uint8Array> {
	const bytes = new Uint8Array(length);
	let got = 0;
	const sink = (chunk: Buffer) => {
		bytes.set(chunk.subarray(0, length - got), got);
		got = Math.min(got + chunk.length, length);
		return got === length;
	};
	// RANG (draft-bryan-ftp-range), where there is one, ends the transfer at the right place; else the connection is cut.
	const exact = session.features.get("RANG")?.toUpperCase().includes("STREAM") ?? false;
	if (exact) await session.command(`RANG ${offset} ${offset + length - 1}`);
	const restart = !exact && offset > 0 ? offset : null;
	await session.transfer(`RETR ${full}`, sink, restart);
	return bytes.subarray(0, got);
}
