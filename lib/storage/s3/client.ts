import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { StorageError } from "#lib/errors.ts";
import type { S3Config } from "#lib/storage/config.ts";
import { type Limits, RateLimiter } from "#lib/storage/flow-control/rate-limiter.ts";
import { Semaphore } from "#lib/storage/flow-control/semaphore.ts";
import { assertWithin, lookupWithin, type NetworkPolicy } from "#lib/storage/security/network-policy.ts";
import { s3Error } from "./errors.ts";

export interface S3Call {
	/** Of the storage, for errors. */
	readonly path: string;
	readonly signal: AbortSignal;
}

/** Given to a call's work. */
export interface S3Attempt {
	readonly client: S3Client;
	/** Ends a request of the client in time. */
	readonly abortSignal: AbortSignal;
	/** Restarts the time-out, because the server has answered something. */
	heard(): void;
}

/**
 * Calls to one bucket, within the storage's limits and within reach. The SDK looks for credentials, signs, and tries
 * again what fails for the moment (429, 500, 503, lost connections); whatever goes wrong in the end is a StorageError
 * without any header, signature or key.
 */
export class S3Calls implements AsyncDisposable {
	readonly limits: Limits;
	/** The server's name for itself. */
	server: string | null = null;
	/** Whether its listings are asked which archived objects are restored; null: none was archived yet. */
	tellsRestores: boolean | null = null;
	readonly #config: S3Config;
	readonly #client: S3Client;
	readonly #slots: Semaphore;
	readonly #network: NetworkPolicy | undefined;
	readonly #closed = new AbortController();

	constructor(config: S3Config, limits: Limits, network: NetworkPolicy | undefined) {
		this.limits = limits;
		this.#config = config;
		this.#network = network;
		this.#slots = new Semaphore(limits.parallel);
		const rateLimiter = new RateLimiter(limits);
		this.#client = new S3Client(clientConfig(config, limits, network));
		this.#client.middlewareStack.add(
			(next) => async (args) => {
				await rateLimiter.turn({ signal: this.#closed.signal });
				const result = await next(args);
				const { headers } = (result.response ?? {}) as { readonly headers?: Readonly<Record<string, string>> };
				this.server = headers?.server?.slice(0, 200) ?? this.server;
				return result;
			},
			{ step: "deserialize", priority: "low", name: "eosyncPace" },
		);
	}

	/** @throws StorageError about the path; the signal's reason when it aborts. */
	async run<T>({ path, signal }: S3Call, work: (attempt: S3Attempt) => Promise<T>): Promise<T> {
		signal.throwIfAborted();
		const ending = AbortSignal.any([signal, this.#closed.signal]);
		const timeout = new AbortController();
		try {
			if (this.#config.endpoint !== undefined) assertWithin(this.#network, new URL(this.#config.endpoint).hostname);
			return await this.#slots.run(
				async () => {
					const silence = setTimeout(() => timeout.abort(), this.limits.timeoutMs);
					const abortSignal = AbortSignal.any([ending, timeout.signal]);
					try {
						return await work({ client: this.#client, abortSignal, heard: () => void silence.refresh() });
					} finally {
						clearTimeout(silence);
					}
				},
				{ signal: ending },
			);
		} catch (error) {
			if (signal.aborted) throw signal.reason;
			const at = `s3://${this.#config.bucket}`;
			if (this.#closed.signal.aborted)
				throw new StorageError("io", path, `The storage ${at} was closed; open it again.`);
			if (timeout.signal.aborted)
				throw new StorageError(
					"timeout",
					path,
					`${at} gave no answer for ${this.limits.timeoutMs / 1000} s; check that the server answers, or raise the storage's time-out.`,
				);
			throw s3Error(error, path, this.#config);
		}
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#closed.abort();
		this.#client.destroy();
	}
}

function clientConfig(
	config: S3Config,
	{ parallel, timeoutMs }: Limits,
	network: NetworkPolicy | undefined,
): S3ClientConfig {
	const agent = { keepAlive: true, maxSockets: parallel, lookup: lookupWithin(network) };
	return {
		region: config.region,
		forcePathStyle: config.pathStyle,
		...(config.endpoint === undefined ? {} : { endpoint: config.endpoint }),
		...credentialsOf(config),
		maxAttempts: 4,
		// The error names the bucket's region for the operator; no request is signed for that address.
		followRegionRedirects: false,
		requestChecksumCalculation: "WHEN_REQUIRED",
		responseChecksumValidation: "WHEN_REQUIRED",
		customUserAgent: "eosync",
		requestHandler: {
			httpAgent: new HttpAgent(agent),
			httpsAgent: new HttpsAgent(agent),
			connectionTimeout: timeoutMs,
		},
	};
}

function credentialsOf({ credentials, accessKeyId, secretAccessKey, sessionToken }: S3Config): S3ClientConfig {
	if (credentials === "chain") return {};
	// Without credentials of its own the SDK would look for some, to sign nothing with them.
	if (credentials === "anonymous")
		return { credentials: { accessKeyId: "", secretAccessKey: "" }, signer: { sign: async (request) => request } };
	return { credentials: keyCredentials({ accessKeyId, secretAccessKey, sessionToken }) };
}

/** @throws StorageError `forbidden` when one is missing */
export function keyCredentials({
	accessKeyId,
	secretAccessKey,
	sessionToken,
}: Pick<S3Config, "accessKeyId" | "secretAccessKey" | "sessionToken">) {
	if (accessKeyId === undefined || secretAccessKey === undefined)
		throw new StorageError(
			"forbidden",
			"",
			"The access key or its secret is missing; set both in the storage's settings.",
		);
	const token = sessionToken === undefined ? {} : { sessionToken };
	return { accessKeyId, secretAccessKey, ...token };
}
