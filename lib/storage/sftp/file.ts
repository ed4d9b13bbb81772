import { changedWhileRead } from "#lib/errors.ts";
import { bytesInRange } from "#lib/storage/byte-range.ts";
import type { Entry, OpenFile } from "#lib/storage/storage.ts";
import { sftpError } from "./errors.ts";
import type { SftpSession } from "./session.ts";

interface SftpFileOptions {
	/** As it was opened. */
	readonly entry: Entry;
	readonly path: string;
	/** Absolute on the server. */
	readonly full: string;
	run<T>(path: string, signal: AbortSignal, work: (session: SftpSession) => Promise<T>): Promise<T>;
	/** The file as it is now. */
	stat(session: SftpSession, signal: AbortSignal): Promise<Entry | null>;
}

/** What every server answers with at once. */
const portion = 32 * 1024;
/** Portions asked for at once: 512 kB under way. */
const portionsAtOnce = 16;

/** A file on an SFTP server. A handle belongs to a connection, so that it is asked for when it is needed, and kept. */
export class SftpFile implements OpenFile {
	readonly name: string;
	readonly size: number;
	readonly #options: SftpFileOptions;
	readonly #handles = new Map<SftpSession, Promise<Buffer>>();

	constructor(options: SftpFileOptions) {
		this.name = options.entry.name;
		this.size = options.entry.size;
		this.#options = options;
	}

	/** That it may be read shows at once. */
	async prepare(signal: AbortSignal): Promise<void> {
		const { path, run } = this.#options;
		await run(path, signal, (session) => this.#handle(session));
	}

	async read(offset: number, length: number, { signal }: { readonly signal: AbortSignal }): Promise<Uint8Array> {
		const wanted = bytesInRange(this, offset, length);
		signal.throwIfAborted();
		const { path, full, run, stat, entry } = this.#options;
		const bytes = Buffer.alloc(wanted);
		return run(path, signal, async (session) => {
			const whole = await this.#fill(session, bytes, offset, signal);
			const now = await stat(session, signal);
			if (!whole || now?.size !== entry.size || now.mtime !== entry.mtime) throw changedWhileRead(path, full);
			return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
		});
	}

	async [Symbol.asyncDispose](): Promise<void> {
		for (const [session, handle] of this.#handles) handle.then((open) => session.closeHandle(open)).catch(() => {});
		this.#handles.clear();
	}

	/** false: the file ends before. */
	async #fill(session: SftpSession, bytes: Buffer, offset: number, signal: AbortSignal): Promise<boolean> {
		const handle = await this.#handle(session);
		let next = 0;
		let whole = true;
		const lane = async () => {
			while (next < bytes.length && whole) {
				const from = next;
				next = Math.min(from + portion, bytes.length);
				if (!(await readPortion(session, { handle, bytes, from, to: next, offset }, signal))) whole = false;
			}
		};
		await Promise.all(Array.from({ length: Math.min(portionsAtOnce, Math.ceil(bytes.length / portion)) }, lane));
		return whole;
	}

	#handle(session: SftpSession): Promise<Buffer> {
		const { path, full } = this.#options;
		const known = this.#handles.get(session);
		if (known) return known;
		const handle = session
			.request<Buffer>((sftp, answer) => sftp.open(full, "r", answer), {})
			.catch((error: unknown) => {
				this.#handles.delete(session);
				throw sftpError(error, path, full);
			});
		this.#handles.set(session, handle);
		return handle;
	}
}

interface Portion {
	readonly handle: Buffer;
	readonly bytes: Buffer;
	/** Place in `bytes`. */
	readonly from: number;
	readonly to: number;
	/** Of the first of `bytes` in the file. */
	readonly offset: number;
}

/** Servers may answer with less than was asked for. false: nothing is there. */
async function readPortion(session: SftpSession, { handle, bytes, from, to, offset }: Portion, signal: AbortSignal) {
	for (let at = from; at < to; ) {
		const got = await session
			.request<number>(
				(sftp, answer) => sftp.read(handle, bytes, at, to - at, offset + at, (error, count) => answer(error, count)),
				{ signal },
			)
			.catch((error: unknown) => {
				if (error instanceof Error && Reflect.get(error, "code") === 1) return 0;
				throw error;
			});
		if (got === 0) return false;
		at += got;
	}
	return true;
}
