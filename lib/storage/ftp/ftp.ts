import { StorageError } from "#lib/errors.ts";
import type { FtpConfig } from "#lib/storage/config.ts";
import { limitsOf, RateLimiter } from "#lib/storage/flow-control/rate-limiter.ts";
import { SessionPool } from "#lib/storage/flow-control/session-pool.ts";
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
import { connectFtp } from "./connect.ts";
import { ftpCodeOf, saidBy } from "./errors.ts";
import { FtpFile } from "./file.ts";
import { FtpListings } from "./listing.ts";
import type { FtpSession } from "./session.ts";

/**
 * A folder of an FTP server, with or without TLS. Folders are listed by MLSD, exactly, or by LIST, whose times are rough:
 * then MDTM gives the exact times of files that are new or doubtful.
 */
export class FtpStorage implements Storage {
	readonly type = "ftp";
	/** MLSD and MDTM report seconds; times of LIST alone look as coarse as they are. */
	readonly timeGrain = 1_000_000;
	readonly parallel: number;
	readonly #pool: SessionPool<FtpSession>;
	readonly #listings: FtpListings;

	constructor(config: FtpConfig, { network }: { readonly network?: NetworkPolicy | undefined } = {}) {
		// Many servers allow few connections from one address; one that allows fewer refuses, and then gets fewer.
		const limits = limitsOf(config, { parallel: 4 });
		const { timeoutMs, requestsPerSecond } = limits;
		const connection = {
			network,
			timeoutMs,
			rateLimiter: new RateLimiter(limits),
			gathers: requestsPerSecond === null,
		};
		this.parallel = limits.parallel;
		this.#pool = new SessionPool({ ...limits, open: (signal) => connectFtp(config, connection, signal) });
		this.#listings = new FtpListings(config.root, {
			parallel: limits.parallel,
			run: (path, signal, work) => this.#run(path, signal, work),
		});
	}

	async list(path: string, options: ListOptions): Promise<Listing> {
		return this.#listings.list(checked(path), options);
	}

	async stat(path: string, { symlinks = "skip", signal }: AccessOptions): Promise<Entry | null> {
		const normal = checked(path);
		return this.#run(path, signal, (session) => this.#listings.stat(session, normal, symlinks));
	}

	async open(path: string, { symlinks = "skip", signal }: AccessOptions): Promise<OpenFile> {
		const normal = checked(path);
		const entry = await this.stat(path, { symlinks, signal });
		const full = this.#listings.full(normal);
		if (entry === null)
			throw new StorageError(
				"not-found",
				path,
				`The file ${full} does not exist on the server, or was removed; run again.`,
			);
		return new FtpFile({
			entry,
			path,
			full,
			run: (about, reading, work) => this.#run(about, reading, work),
			stat: (session) => this.#listings.stat(session, normal, symlinks),
		});
	}

	async facts({ signal }: { readonly signal: AbortSignal }): Promise<StorageFacts> {
		await this.list("", { symlinks: "skip", signal });
		return this.#run("", signal, async ({ server, mlsd, features }) => {
			const asks = features.has("MDTM");
			const notes = [
				...(mlsd || !asks
					? []
					: [
							"This server lists times only to the minute or day, so eosync asks for the exact time of each new or changed file, which takes longer.",
						]),
				...(mlsd || asks
					? []
					: [
							"This server reports times only to the minute, and to the day for files older than half a year: a file that is replaced within that time by one of the same size is not noticed.",
						]),
				"FTP cannot request files whose names contain a line break; they are reported as problems.",
			];
			return { server, times: mlsd || asks ? "exact" : "coarse", versions: false, ranges: true, notes };
		});
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#pool[Symbol.asyncDispose]();
	}

	/** Errors name the path they are about. */
	async #run<T>(path: string, signal: AbortSignal, work: (session: FtpSession) => Promise<T>): Promise<T> {
		signal.throwIfAborted();
		try {
			return await this.#pool.use(signal, work);
		} catch (error) {
			signal.throwIfAborted();
			throw storageErrorOf(error, path);
		}
	}
}

function storageErrorOf(error: unknown, path: string): StorageError {
	if (error instanceof StorageError) {
		if (error.path !== "" || path === "") return error;
		const { code, message, retryable } = error;
		return new StorageError(code, path, message, { cause: error, retryable });
	}
	const code = ftpCodeOf(error);
	const forbidden = code === 550 && /permission|denied|not permitted|failed to open/i.test(saidBy(error));
	return new StorageError(
		forbidden ? "forbidden" : "io",
		path,
		`The FTP server refused a request about ${path || "the root"} (${saidBy(error)}); check the server.`,
		{ cause: error, retryable: code !== undefined && code < 500 },
	);
}

/** Returns the path if it fits on a command's line. */
function checked(path: string): string {
	const normal = normalisePath(path);
	if (/[\r\n]/.test(normal))
		throw new StorageError(
			"invalid-path",
			path,
			`The path ${JSON.stringify(path)} contains a line break, which FTP cannot express; rename it.`,
		);
	return normal;
}
