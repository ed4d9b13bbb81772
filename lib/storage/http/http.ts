import { StorageError, withoutFullStop } from "#lib/errors.ts";
import { baseName, folderOf } from "#lib/paths.ts";
import type { HttpConfig } from "#lib/storage/config.ts";
import { limitsOf } from "#lib/storage/flow-control/rate-limiter.ts";
import { digestOf } from "#lib/storage/listing/digest.ts";
import { specialEntry, unknownEntry } from "#lib/storage/listing/unclear.ts";
import { byName, joinPath, normalisePath } from "#lib/storage/path.ts";
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
import { exactListing, type Looked, shownEntry } from "./coarse-times.ts";
import { type DavFolder, propfindBody, readMultistatus } from "./dav.ts";
import { fileFacts, httpTime, sizeOf } from "./entry.ts";
import { statusError } from "./errors.ts";
import { httpFacts } from "./facts.ts";
import { HttpFile } from "./file.ts";
import { type HtmlRow, readHtmlIndex } from "./html.ts";
import { jsonFirst, readJsonIndex } from "./json.ts";
import { detectMode, type HttpMode } from "./mode.ts";

/**
 * A tree of folders on a web server: an index per folder (JSON of nginx or Caddy, HTML) or WebDAV. There are no symbolic links: a
 * server shows what they lead to, or does not show them.
 */
export class HttpStorage implements Storage {
	readonly type = "http";
	/** Dates in headers have seconds; times of an index alone look as coarse as they are. */
	readonly timeGrain = 1_000_000;
	readonly parallel: number;
	readonly #client: HttpClient;
	#mode: Promise<HttpMode> | undefined;

	constructor(config: HttpConfig, { network }: { readonly network?: NetworkPolicy | undefined } = {}) {
		const limits = limitsOf(config, { parallel: 8 });
		this.#client = new HttpClient(config, limits, network);
		this.parallel = limits.parallel;
		if (config.listing !== "auto") this.#mode = Promise.resolve(config.listing);
	}

	async list(text: string, options: ListOptions): Promise<Listing> {
		const path = normalisePath(text);
		const { knownDigest = null, signal } = options;
		const mode = await this.#modeFor(path, signal);
		if (mode === "html") return this.#listHtml(path, options);
		const { found, asked } = mode === "json" ? await this.#listJson(path, signal) : await this.#listDav(path, signal);
		const looked: { readonly name: string; readonly now: Looked }[] = [];
		// Of names that no rule needs it is enough to know that they exist.
		const needed = options.needed === undefined || asked.length === 0 ? null : await options.needed(asked);
		const unanswered = { inRow: 0 };
		for (const name of asked) {
			const isNeeded = needed === null || needed.has(name);
			const now = isNeeded ? await this.#look(path, name, { unanswered, signal }) : unknownEntry(name, withoutType);
			looked.push({ name, now });
		}
		const isEntry = (now: Looked): now is Entry => now !== null && now !== "folder" && "mtime" in now;
		const folders = [...found.folders, ...looked.filter(({ now }) => now === "folder").map(({ name }) => name)].sort();
		const files = [...found.files, ...looked.map(({ now }) => now).filter(isEntry)].sort(byName);
		const unclear = looked.flatMap(({ name, now }) =>
			now === null ? [specialEntry(name, nowhere)] : now !== "folder" && "message" in now ? [now] : [],
		);
		const digest = digestOf(folders, files);
		return {
			digest,
			folders,
			files: digest === knownDigest ? null : files,
			unclear: [...found.unclear, ...unclear],
		};
	}

	async stat(text: string, { signal }: AccessOptions): Promise<Entry | null> {
		const path = normalisePath(text);
		const mode = await this.#modeFor(path, signal);
		if (mode !== "webdav") {
			const head = await this.#headOf(path, signal);
			return head === null || head === "folder" ? null : listedEntry(path, head, mode);
		}
		const self = path === "" ? null : ((await this.#propfind(path, "0", signal))?.self ?? null);
		if (self === null || !("message" in self)) return self;
		const head = await this.#headOf(path, signal);
		return head === null || head === "folder" ? null : listedEntry(path, head, mode);
	}

	async open(text: string, { signal }: AccessOptions): Promise<OpenFile> {
		const path = normalisePath(text);
		const mode = await this.#modeFor(path, signal);
		// With WebDAV a folder may have a page of its own.
		const found = mode === "webdav" ? await this.stat(path, { signal }) : await this.#headOf(path, signal);
		if (found === null || found === "folder")
			throw new StorageError(
				"not-found",
				path,
				`The file ${this.#client.address(path)} does not exist, or was removed; run again.`,
			);
		return new HttpFile(this.#client, { strong: null, ...found, path });
	}

	async facts({ signal }: { readonly signal: AbortSignal }): Promise<StorageFacts> {
		return httpFacts(this, this.#client, await this.#modeFor("", signal), { signal });
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#client[Symbol.asyncDispose]();
	}

	/** Found out once for all calls; a cancelled call does not cancel it for the others. */
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

	async #listJson(path: string, signal: AbortSignal) {
		const request = { method: "GET", path, headers: jsonFirst, expected: [200], signal } as const;
		const found = await this.#folder(request, (answer) => readJsonIndex(answer, path));
		return { found, asked: found.others };
	}

	async #listDav(path: string, signal: AbortSignal) {
		const found = await this.#propfind(path, "1", signal);
		if (found === null || found.self !== null) throw this.#noFolder(path);
		return { found, asked: found.sizeless };
	}

	async #listHtml(path: string, options: ListOptions): Promise<Listing> {
		const { signal } = options;
		const request = { method: "GET", path, expected: [200], signal } as const;
		const readIndex = () =>
			this.#folder(request, async (answer) => {
				const listedAt = Math.floor((httpTime(answer.headers.date) ?? Date.now() * 1000) / 60_000_000);
				return { ...(await readHtmlIndex(answer, path, this.#client.root)), listedAt };
			});
		const vanished = new Set<string>();
		const unanswered = { inRow: 0 };
		const look = async (row: HtmlRow) => {
			const now = await this.#look(path, row.name, { unanswered, signal }, row);
			if (now === null) vanished.add(row.name);
			return now;
		};
		const listing = await exactListing(await readIndex(), { look }, options);
		if (vanished.size === 0) return listing;
		// A file may be removed while it is examined; one that is still listed is a broken link.
		const dangling = (await readIndex()).rows.filter(({ name }) => vanished.has(name));
		if (dangling.length === 0) return listing;
		const unclear = [...listing.unclear, ...dangling.map(({ name }) => specialEntry(name, nowhere))];
		return { ...listing, digest: `${listing.digest}!`, unclear };
	}

	/**
	 * Asks the server for one member; a member that it refuses or fails to answer for is unclear, as long as it
	 * answers for the folder.
	 * @throws StorageError where the server itself cannot be reached, or many members in a row bring no answer
	 */
	async #look(folder: string, name: string, { unanswered, signal }: LookOptions, row?: HtmlRow): Promise<Looked> {
		const path = joinPath(folder, name);
		try {
			const head = await this.#headOf(path, signal);
			unanswered.inRow = 0;
			return head === null || head === "folder" ? head : listedEntry(path, head, await this.#modeFor(path, signal));
		} catch (error) {
			if (!(error instanceof StorageError)) throw error;
			if (error.code === "timeout" || error.code === "unreachable") {
				unanswered.inRow++;
				if (unanswered.inRow >= maxUnansweredInRow || !(await this.#answersFor(folder, signal))) throw error;
			}
			if (error.code === "forbidden" && row !== undefined) return shownEntry(row);
			return unknownEntry(name, `cannot be examined (${withoutFullStop(error.message)})`, error.code);
		}
	}

	/** Whether the server answers for a folder, whatever it says. */
	async #answersFor(path: string, signal: AbortSignal): Promise<boolean> {
		try {
			await this.#folder({ method: "HEAD", path, expected: [200], signal }, async () => true);
			return true;
		} catch (error) {
			if (!(error instanceof StorageError)) throw error;
			return error.code !== "timeout" && error.code !== "unreachable";
		}
	}

	/** null: nothing has that name. */
	async #propfind(path: string, depth: "0" | "1", signal: AbortSignal): Promise<DavFolder | null> {
		const headers = { depth, "content-type": "application/xml; charset=utf-8" };
		const request = { method: "PROPFIND", path, headers, body: propfindBody, signal } as const;
		const found = await this.#client.send(
			{ ...request, folder: depth === "1", expected: [207, 400, 404, 410] },
			async (answer) => {
				if (answer.status === 400) return "not understood";
				return answer.isFolder || answer.status !== 207 ? null : readMultistatus(answer, path, this.#client.root);
			},
		);
		if (found !== "not understood") return found;
		// Apache answers so for a path that leads through a file, and for no other.
		const above = path === "" ? null : await this.#propfind(folderOf(path), "0", signal);
		if (path !== "" && (above === null || above.self !== null)) return null;
		throw statusError(400, path, this.#client.address(path));
	}

	#folder<T>(request: Omit<HttpRequest, "folder">, use: (answer: HttpAnswer) => Promise<T>): Promise<T> {
		return this.#client.send({ ...request, folder: true }, use);
	}

	/** null: nothing has that name. */
	async #headOf(path: string, signal: AbortSignal): Promise<FileHead | "folder" | null> {
		if (path === "") return "folder";
		const request = { method: "HEAD", path, folder: false, expected: [200, 404, 410], signal } as const;
		const head = await this.#client.send(request, async ({ status, headers, isFolder }) =>
			isFolder ? "folder" : status === 200 ? headers : null,
		);
		if (head === null || head === "folder") return head;
		const { mtime, etag, ...facts } = fileFacts(head);
		const size = facts.size ?? (await this.#sizeOf(path, signal));
		const weak = head.etag?.startsWith("W/") !== false;
		return { size, mtime, etag, strong: weak ? null : etag };
	}

	/** Apache reports the size of an empty file only when asked for a part of it. */
	async #sizeOf(path: string, signal: AbortSignal): Promise<number> {
		const headers = { range: "bytes=0-0" };
		const request = { method: "GET", path, folder: false, headers, expected: [200, 206, 416], signal } as const;
		const size = await this.#client.send(request, async ({ status, headers: found }) =>
			sizeOf(status === 200 ? found["content-length"] : /\/(\d+)$/.exec(found["content-range"] ?? "")?.[1]),
		);
		if (size !== null) return size;
		const message = `The server does not report the size of ${this.#client.address(path)}; check the server.`;
		throw new StorageError("io", path, message);
	}

	#noFolder(path: string): StorageError {
		return new StorageError("not-found", path, `${this.#client.address(path)} is not a folder; give the path of one.`);
	}
}

/** After so many members in a row without an answer the folder counts as not answering. */
const maxUnansweredInRow = 8;

interface LookOptions {
	readonly unanswered: { inRow: number };
	readonly signal: AbortSignal;
}

/** The facts that a server reports of a file. */
interface FileHead {
	readonly size: number;
	readonly mtime: number | null;
	readonly etag: string | null;
	/** The version as a condition; null where it is weak or missing. */
	readonly strong: string | null;
}

const nowhere = "a broken link: the server lists it, and answers that it does not exist";
const withoutType = "is listed without its type";

/** The version as the listing has it: JSON indexes have no versions. */
function listedEntry(path: string, { size, mtime, etag }: FileHead, mode: HttpMode): Entry {
	return { name: baseName(path), size, mtime, etag: mode === "json" ? null : etag, inode: null };
}
