import { StorageError } from "#lib/errors.ts";
import type { HttpConfig } from "#lib/storage/config.ts";
import { limitsOf } from "#lib/storage/flow-control/rate-limit.ts";
import { digestOf } from "#lib/storage/listing/digest.ts";
import { baseName, byName, joinPath, normalisePath } from "#lib/storage/path.ts";
import type { NetworkPolicy } from "#lib/storage/security/network-policy.ts";
import type {
	AccessOptions,
	Entry,
	Listing,
	ListOptions,
	OpenFile,
	Storage,
	StorageFacts,
} from "#lib/storage/storage.ts";
import { type HttpAnswer, HttpClient, type HttpRequest } from "./client.ts";
import { exactListing, shownEntry } from "./coarse-times.ts";
import { propfindBody, readMultistatus } from "./dav.ts";
import { type FoundEntries, fileFacts, httpTime, sizeOf } from "./entry.ts";
import { httpFacts } from "./facts.ts";
import { HttpFile } from "./file.ts";
import { type Row, readHtmlIndex } from "./html.ts";
import { readJsonIndex } from "./json.ts";
import { detectMode, type HttpMode } from "./mode.ts";

/**
 * A tree of folders on a web server: an index per folder (nginx's JSON, HTML) or WebDAV. There are no symbolic links: a
 * server shows what they lead to, or does not show them.
 */
export class HttpStorage implements Storage {
	readonly type = "http";
	readonly parallel: number;
	readonly #client: HttpClient;
	readonly #offsets = new Set<number>();
	#mode: Promise<HttpMode> | undefined;

	constructor(config: HttpConfig, { reach }: { readonly reach?: NetworkPolicy | undefined } = {}) {
		const limits = limitsOf(config, { parallel: 8 });
		this.#client = new HttpClient(config, limits, reach);
		this.parallel = limits.parallel;
		if (config.listing !== "auto") this.#mode = Promise.resolve(config.listing);
	}

	async list(text: string, options: ListOptions): Promise<Listing> {
		const path = normalisePath(text);
		const { knownDigest = null, signal } = options;
		const mode = await this.#modeFor(path, signal);
		if (mode === "html") return this.#listRounded(path, options);
		const found = mode === "json" ? await this.#listJson(path, signal) : await this.#propfind(path, "1", signal);
		if (found === null || ("self" in found && found.self !== null)) throw this.#noFolder(path);
		const folders = [...found.folders].sort();
		const files = [...found.files].sort(byName);
		const digest = digestOf(folders, files);
		return { digest, folders, files: digest === knownDigest ? null : files, problems: found.problems };
	}

	async stat(text: string, { signal }: AccessOptions): Promise<Entry | null> {
		const path = normalisePath(text);
		const mode = await this.#modeFor(path, signal);
		if (mode === "webdav") return path === "" ? null : ((await this.#propfind(path, "0", signal))?.self ?? null);
		const head = await this.#headOf(path, signal);
		if (head === null) return null;
		const { size, mtime, etag } = head;
		// As the listing has it: nginx's JSON knows no versions.
		return { name: baseName(path), size, mtime, etag: mode === "json" ? null : etag, inode: null };
	}

	async open(text: string, { signal }: AccessOptions): Promise<OpenFile> {
		const path = normalisePath(text);
		const mode = await this.#modeFor(path, signal);
		// A folder may well have a page of its own, with WebDAV.
		const found = mode === "webdav" ? await this.stat(path, { signal }) : await this.#headOf(path, signal);
		if (found === null)
			throw new StorageError(
				"not-found",
				path,
				`There is no file ${this.#client.address(path)} (any more); run again.`,
			);
		return new HttpFile(this.#client, { strong: null, ...found, path });
	}

	async facts({ signal }: { readonly signal: AbortSignal }): Promise<StorageFacts> {
		return httpFacts(this, this.#client, await this.#modeFor("", signal), { signal });
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#client[Symbol.asyncDispose]();
	}

	/** Found out once, for all calls: one that is cancelled does not spoil it for the others. */
	async #modeFor(path: string, signal: AbortSignal): Promise<HttpMode> {
		signal.throwIfAborted();
		if (this.#mode === undefined) {
			const mode = detectMode(this.#client, new AbortController().signal);
			this.#mode = mode;
			mode.catch(() => {
				this.#mode = undefined;
			});
		}
		const cancelled = Promise.withResolvers<never>();
		const cancel = () => cancelled.reject(signal.reason);
		signal.addEventListener("abort", cancel, { once: true });
		try {
			return await Promise.race([this.#mode, cancelled.promise]);
		} catch (error) {
			if (signal.aborted || !(error instanceof StorageError)) throw error;
			throw new StorageError(error.code, path, error.message, { cause: error, retryable: error.retryable });
		} finally {
			signal.removeEventListener("abort", cancel);
		}
	}

	async #listJson(path: string, signal: AbortSignal): Promise<FoundEntries> {
		return this.#folder({ method: "GET", path, expected: [200], signal }, (answer) => readJsonIndex(answer, path));
	}

	async #listRounded(path: string, options: ListOptions): Promise<Listing> {
		const { signal } = options;
		const request = { method: "GET", path, expected: [200], signal } as const;
		const readIndex = () =>
			this.#folder(request, async (answer) => {
				const listedAt = Math.floor((httpTime(answer.headers.date) ?? Date.now() * 1000) / 60_000_000);
				return { ...(await readHtmlIndex(answer, path, this.#client.root)), listedAt };
			});
		const vanished = new Set<string>();
		const look = async (row: Row) => {
			try {
				const entry = await this.stat(joinPath(path, row.name), { signal });
				if (entry === null) vanished.add(row.name);
				return entry;
			} catch (error) {
				if (error instanceof StorageError && error.code === "forbidden") return shownEntry(row);
				throw error;
			}
		};
		const listing = await exactListing(await readIndex(), { look, offsets: this.#offsets }, options);
		// Files may go while they are looked at; but a server that shows what it does not have is not believed.
		const shown = vanished.size > 0 ? (await readIndex()).rows.find(({ name }) => vanished.has(name)) : undefined;
		if (shown === undefined) return listing;
		const message = `${this.#client.address(path, true)} shows ${shown.name}, and says it is not there; run again, or check the server.`;
		throw new StorageError("io", path, message, { retryable: true });
	}

	/** null: there is nothing of that name. */
	async #propfind(path: string, depth: "0" | "1", signal: AbortSignal) {
		const headers = { depth, "content-type": "application/xml; charset=utf-8" };
		const request = { method: "PROPFIND", path, headers, body: propfindBody, signal } as const;
		// 400 is what Apache says of a path that leads through a file.
		return this.#client.send({ ...request, folder: depth === "1", expected: [207, 400, 404, 410] }, async (answer) =>
			answer.isFolder || answer.status !== 207 ? null : readMultistatus(answer, path, this.#client.root),
		);
	}

	#folder<T>(request: Omit<HttpRequest, "folder">, use: (answer: HttpAnswer) => Promise<T>): Promise<T> {
		return this.#client.send({ ...request, folder: true }, use);
	}

	/** null: no file of that name. */
	async #headOf(path: string, signal: AbortSignal) {
		if (path === "") return null;
		const request = { method: "HEAD", path, folder: false, expected: [200, 404, 410], signal } as const;
		const head = await this.#client.send(request, async ({ status, headers, isFolder }) =>
			isFolder || status !== 200 ? null : headers,
		);
		if (head === null) return null;
		const { mtime, etag, ...facts } = fileFacts(head);
		const size = facts.size ?? (await this.#sizeOf(path, signal));
		const weak = head.etag?.startsWith("W/") !== false;
		return { size, mtime, etag, strong: weak ? null : etag };
	}

	/** Apache does not tell the size of an empty file but when asked for a part of it. */
	async #sizeOf(path: string, signal: AbortSignal): Promise<number> {
		const headers = { range: "bytes=0-0" };
		const request = { method: "GET", path, folder: false, headers, expected: [200, 206, 416], signal } as const;
		const size = await this.#client.send(request, async ({ status, headers: found }) =>
			sizeOf(status === 200 ? found["content-length"] : /\/(\d+)$/.exec(found["content-range"] ?? "")?.[1]),
		);
		if (size !== null) return size;
		const message = `The server does not tell the size of ${this.#client.address(path)}; check the server.`;
		throw new StorageError("io", path, message);
	}

	#noFolder(path: string): StorageError {
		return new StorageError("not-found", path, `${this.#client.address(path)} is not a folder; give the path of one.`);
	}
}
