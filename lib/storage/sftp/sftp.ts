import { StorageError } from "#lib/errors.ts";
import type { SftpConfig } from "#lib/storage/config.ts";
import { limitsOf, RateLimiter } from "#lib/storage/flow-control/rate-limiter.ts";
import { normalisePath } from "#lib/storage/path.ts";
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
import { connectSftp } from "./connect.ts";
import { SftpConnections } from "./connections.ts";
import { sftpError } from "./errors.ts";
import { SftpFile } from "./file.ts";
import { SftpListings } from "./listing.ts";
import type { SftpSession } from "./session.ts";

interface SftpOptions {
	readonly network?: NetworkPolicy | undefined;
	/** Called with the host key of the first connection. */
	readonly remember?: ((learned: { readonly hostKey: string }) => Promise<void>) | undefined;
}

/** A folder of an SSH server with SFTP, version 3 of the protocol. Times are whole seconds, and a file has no identity. */
export class SftpStorage implements Storage {
	readonly type = "sftp";
	/** Version 3 of the protocol has seconds. */
	readonly timeGrain = 1_000_000;
	readonly parallel: number;
	readonly #config: SftpConfig;
	readonly #options: SftpOptions;
	readonly #connections: SftpConnections;
	readonly #listings: SftpListings;
	readonly #rateLimiter: RateLimiter;
	readonly #timeoutMs: number;
	/** The host key of the first connection, which every later one must have. */
	#hostKey: string | null;

	constructor(config: SftpConfig, options: SftpOptions = {}) {
		const limits = limitsOf(config, { parallel: 16 });
		this.#config = config;
		this.#options = options;
		this.#rateLimiter = new RateLimiter(limits);
		this.#timeoutMs = limits.timeoutMs;
		this.#hostKey = config.hostKey ?? null;
		this.parallel = limits.parallel;
		this.#connections = new SftpConnections({ ...limits, open: (signal) => this.#connect(signal) });
		this.#listings = new SftpListings(config.root);
	}

	async list(path: string, options: ListOptions): Promise<Listing> {
		const normal = normalisePath(path);
		return this.#run(path, options.signal, (session) => this.#listings.list(session, normal, options));
	}

	async stat(path: string, { symlinks = "skip", signal }: AccessOptions): Promise<Entry | null> {
		const normal = normalisePath(path);
		return this.#run(path, signal, (session) => this.#listings.stat(session, normal, symlinks, signal));
	}

	async open(path: string, { symlinks = "skip", signal }: AccessOptions): Promise<OpenFile> {
		const normal = normalisePath(path);
		// The file is examined before it is opened: opening a FIFO would block the server.
		const entry = await this.stat(path, { symlinks, signal });
		const full = this.#listings.full(normal);
		if (entry === null)
			throw new StorageError(
				"not-found",
				path,
				`The file ${full} does not exist on the server, or was removed; run again.`,
			);
		const file = new SftpFile({
			entry,
			path,
			full,
			run: (about, reading, work) => this.#run(about, reading, work),
			stat: (session, reading) => this.#listings.stat(session, normal, symlinks, reading),
		});
		await file.prepare(signal);
		return file;
	}

	async facts({ signal }: { readonly signal: AbortSignal }): Promise<StorageFacts> {
		await this.list("", { symlinks: "skip", signal });
		const server = await this.#run("", signal, async (session) => session.server);
		const notes = [
			`The server's host key is ${this.#hostKey}.`,
			"SFTP reports no identity of files: a renamed file is recognised only by its EO ID.",
		];
		return { server, times: "exact", versions: false, ranges: true, notes };
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#connections[Symbol.asyncDispose]();
	}

	/** Errors name the path they are about. */
	async #run<T>(path: string, signal: AbortSignal, work: (session: SftpSession) => Promise<T>): Promise<T> {
		signal.throwIfAborted();
		try {
			return await this.#connections.use(signal, work);
		} catch (error) {
			signal.throwIfAborted();
			throw sftpError(error, path, this.#listings.full(path));
		}
	}

	async #connect(signal: AbortSignal): Promise<SftpSession> {
		const { network, remember } = this.#options;
		const options = { network, hostKey: this.#hostKey, rateLimiter: this.#rateLimiter, timeoutMs: this.#timeoutMs };
		const { session, hostKey } = await connectSftp(this.#config, options, signal);
		try {
			if (this.#hostKey === null) await remember?.({ hostKey });
		} catch (error) {
			session.close();
			throw error;
		}
		this.#hostKey = hostKey;
		return session;
	}
}
