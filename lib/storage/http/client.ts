import http, { type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { StorageError } from "#lib/errors.ts";
import type { HttpConfig } from "#lib/storage/config.ts";
import { type Limits, RateLimiter } from "#lib/storage/flow-control/rate-limiter.ts";
import { Semaphore } from "#lib/storage/flow-control/semaphore.ts";
import { assertWithin, lookupWithin, type NetworkPolicy } from "#lib/storage/security/network-policy.ts";
import { networkError } from "./errors.ts";
import { HttpRoot, storagePath } from "./root.ts";
import { isTransient, refusal, TransientError } from "./transient-error.ts";

export interface HttpRequest {
	readonly method: "GET" | "HEAD" | "PROPFIND";
	/** Of the storage. */
	readonly path: string;
	/** Asked for with a slash at the end. */
	readonly folder: boolean;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: string;
	/** Statuses that `use` understands; any other is an error. */
	readonly expected: readonly number[];
	readonly signal: AbortSignal;
}

export interface HttpAnswer {
	readonly status: number;
	readonly headers: IncomingHttpHeaders;
	/** The body, which need not be read: what is left of it when `use` ends is discarded. */
	readonly body: IncomingMessage;
	/** The request line's target that was answered in the end: the base of links. */
	readonly target: string;
	/** The server redirected to the same address with a slash at its end: it is a folder. */
	readonly isFolder: boolean;
}

const attempts = 4;
/** The longest pause that a server may ask for. */
const longestPauseMs = 60_000;
/** A call that makes progress may last for so many time-outs. */
const maxTimeouts = 20;
const redirects = [301, 302, 303, 307, 308];

/**
 * Requests to one web server, below one root. Whatever is asked, connections stay within reach, redirects are followed
 * below the root only, and failures that pass (429, 502, 503, 504, lost connections) are tried again, at the pace the
 * server asks for. Everything is requested without compression, so that sizes are those of the files.
 */
export class HttpClient implements AsyncDisposable {
	readonly root: HttpRoot;
	readonly limits: Limits;
	readonly #headers: Readonly<Record<string, string>>;
	readonly #agent: http.Agent;
	readonly #network: NetworkPolicy | undefined;
	readonly #rateLimiter: RateLimiter;
	readonly #slots: Semaphore;
	readonly #closed = new AbortController();
	/** `performance.now()` before which the server wants no further request. */
	#resting = 0;

	constructor(config: HttpConfig, limits: Limits, network?: NetworkPolicy) {
		this.root = new HttpRoot(config.url);
		this.limits = limits;
		this.#network = network;
		this.#rateLimiter = new RateLimiter(limits);
		this.#slots = new Semaphore(limits.parallel);
		const { Agent } = this.root.url.protocol === "https:" ? https : http;
		this.#agent = new Agent({ keepAlive: true, maxFreeSockets: limits.parallel, lookup: lookupWithin(network) });
		this.#headers = { "accept-encoding": "identity", "user-agent": "eosync", ...authorization(config) };
	}

	/** The address of a path, for messages. */
	address(path: string, folder = false): string {
		return this.root.url.origin + this.root.target(path, folder);
	}

	/** @throws StorageError about the path; the signal's reason when it aborts. */
	async send<T>(request: HttpRequest, use: (answer: HttpAnswer) => Promise<T>): Promise<T> {
		const { path, signal } = request;
		signal.throwIfAborted();
		for (let attempt = 1; ; attempt++) {
			try {
				const ending = AbortSignal.any([signal, this.#closed.signal]);
				await this.#rest(ending);
				await this.#rateLimiter.turn({ signal: ending });
				return await this.#slots.run(() => this.#follow(request, use), { signal: ending });
			} catch (error) {
				if (signal.aborted) throw signal.reason;
				if (this.#closed.signal.aborted)
					throw new StorageError("io", path, `The storage ${this.root.text} was closed; open it again.`);
				if (!(error instanceof TransientError)) throw networkError(error, path, this.address(path, request.folder));
				if (attempt === attempts || error.pauseMs > longestPauseMs) throw error.lasting;
				this.#resting = Math.max(this.#resting, performance.now() + (error.pauseMs || 250 * 2 ** (attempt - 1)));
			}
		}
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#closed.abort();
		this.#agent.destroy();
	}

	async #rest(signal: AbortSignal): Promise<void> {
		const wait = this.#resting - performance.now();
		if (wait > 0) await sleep(wait, undefined, { signal });
	}

	async #follow<T>(request: HttpRequest, use: (answer: HttpAnswer) => Promise<T>): Promise<T> {
		const { path, folder } = request;
		let target = this.root.target(path, folder);
		for (let hops = 0; hops <= 5; hops++) {
			const next = await this.#once(request, target, async (answer) => {
				const { status, headers } = answer;
				if (!redirects.includes(status) || request.expected.includes(status)) return { result: await use(answer) };
				const place = this.#redirected(request, headers.location, target);
				if (place.folder && !folder && storagePath(place) === path)
					return { result: await use({ ...answer, isFolder: true }) };
				return { target: this.root.target(storagePath(place), place.folder) };
			});
			if ("result" in next) return next.result;
			target = next.target;
		}
		throw new StorageError("io", path, `${this.address(path, folder)} is redirected too many times; check the server.`);
	}

	#redirected({ path, folder }: HttpRequest, location: string | undefined, target: string) {
		const place = this.root.resolve(location ?? "", target);
		// Another folder's listing is not this one's; a folder above would be walked for ever.
		const elsewhere = place !== null && folder && storagePath(place) !== path;
		if (place !== null && !elsewhere && location) return place;
		const url = URL.parse(location ?? "", this.root.url.origin + target);
		const to = url && location ? `to ${url.origin}${url.pathname}` : "nowhere";
		const message = `${this.address(path, folder)} is redirected ${to}, which is not followed; if the archive has moved, enter its new address in the storage's settings.`;
		throw new StorageError("forbidden", path, message);
	}

	/** One request and its answer; whatever ends it, its connection is either free again or closed. */
	async #once<T>(request: HttpRequest, target: string, use: (answer: HttpAnswer) => Promise<T>): Promise<T> {
		const { method, path, folder, headers, body, expected, signal } = request;
		assertWithin(this.#network, this.root.url.hostname);
		const address = this.address(path, folder);
		const timeout = new AbortController();
		const giveUp = () => timeout.abort(timeoutError(path, address, this.limits.timeoutMs));
		const silence = setTimeout(giveUp, this.limits.timeoutMs);
		const whole = setTimeout(giveUp, this.limits.timeoutMs * maxTimeouts);
		const ending = AbortSignal.any([signal, this.#closed.signal, timeout.signal]);
		const { request: start } = this.root.url.protocol === "https:" ? https : http;
		const outgoing = start(this.root.url, {
			method,
			path: target,
			agent: this.#agent,
			signal: ending,
			headers: { ...this.#headers, ...headers, ...(body ? { "content-length": String(Buffer.byteLength(body)) } : {}) },
		});
		let incoming: IncomingMessage | undefined;
		try {
			incoming = await new Promise<IncomingMessage>((resolve, reject) => {
				// Errors after the answer has come are thrown where its body is read.
				outgoing.on("response", resolve).on("error", reject).end(body);
			});
			silence.refresh();
			incoming.on("data", () => silence.refresh()).pause();
			// The body may break off while it is not being read.
			incoming.on("error", () => undefined);
			const status = incoming.statusCode ?? 0;
			if (!expected.includes(status) && !redirects.includes(status)) throw refusal(status, incoming, path, address);
			const answer = { status, headers: incoming.headers, body: incoming, target, isFolder: false };
			return await use(answer);
		} catch (error) {
			if (timeout.signal.aborted) throw timeout.signal.reason;
			// An incomplete answer may be complete the next time.
			if (error instanceof StorageError && error.code === "io" && error.retryable) throw new TransientError(error, 0);
			if (ending.aborted || error instanceof StorageError || error instanceof TransientError) throw error;
			const lasting = networkError(error, path, address);
			throw isTransient(error) ? new TransientError(lasting, 0) : lasting;
		} finally {
			clearTimeout(silence);
			clearTimeout(whole);
			// A body that was read to its end leaves the connection to the next request.
			if (incoming?.complete !== true || !incoming.readableEnded) outgoing.destroy();
		}
	}
}

function timeoutError(path: string, address: string, timeoutMs: number): StorageError {
	return new StorageError(
		"timeout",
		path,
		`${address} gave no answer for ${timeoutMs / 1000} s; check that the server answers, or raise the storage's time-out.`,
	);
}

function authorization({ user, password, token }: HttpConfig): Record<string, string> {
	if (token !== undefined) return { authorization: `Bearer ${token}` };
	if (user === undefined) return {};
	return { authorization: `Basic ${Buffer.from(`${user}:${password ?? ""}`).toString("base64")}` };
}
