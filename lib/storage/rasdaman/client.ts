import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { StorageError } from "#lib/errors.ts";
import type { RasdamanConfig } from "#lib/storage/config.ts";
import { type Limits, limitsOf, RateLimiter } from "#lib/storage/flow-control/rate-limiter.ts";
import { assertWithin, lookupWithin, type NetworkPolicy } from "#lib/storage/security/network-policy.ts";
import { rasqlValues } from "./answer.ts";
import { errorOfConnection, errorOfRefusal, refusalOf } from "./errors.ts";
import { eachChunk, locationOf, reading } from "./response.ts";
import { type XmlNode, XmlStream, type XmlSummary } from "./xml.ts";

export interface RasdamanClientOptions {
	readonly network?: NetworkPolicy | undefined;
	/** Pause before a request that met 503 is sent again; doubled each time. */
	readonly retryMs?: number;
}

/** The path of the storage that a request is for; errors name it. */
export interface RasdamanCall {
	readonly path: string;
	readonly signal: AbortSignal;
}

interface XmlCall extends RasdamanCall {
	readonly maxBytes?: number;
	/** Local name of the elements to hand over as they arrive. */
	readonly collect: string;
	readonly onElement: (element: XmlNode) => void;
}

interface Wire {
	readonly service: "rasql" | "ows";
	/** The parameters of the query string or, for rasql, of the body; percent-encoded. */
	readonly fields: string;
}

/** With more requests at once rasdaman, which starts a server process for each, becomes unavailable. */
const maxParallel = 3;
const attempts = 4;
const maxRasqlBytes = 64 * 1024 * 1024;
const maxXmlBytes = 256 * 1024 * 1024;
const maxRefusalBytes = 64 * 1024;
/** An answer that trickles is given up after so many time-outs altogether. */
const maxTimeouts = 20;

/** Client of petascope: rasql by POST, WCS by GET; a few requests at once; redirects are not followed. */
export class RasdamanClient implements AsyncDisposable {
	readonly limits: Limits;
	readonly #base: URL;
	readonly #authorization: string;
	readonly #password: string;
	readonly #agent: HttpAgent;
	readonly #rateLimiter: RateLimiter;
	readonly #options: RasdamanClientOptions;
	readonly #closing = new AbortController();

	constructor(config: RasdamanConfig, options: RasdamanClientOptions = {}) {
		const limits = limitsOf(config, { parallel: 2 });
		this.limits = { ...limits, parallel: Math.min(limits.parallel, maxParallel) };
		this.#base = new URL(config.url);
		// The well-known password of the guest user, which every rasdaman has.
		this.#password = config.password ?? (config.user === "rasguest" ? "rasguest" : "");
		this.#authorization = `Basic ${Buffer.from(`${config.user}:${this.#password}`).toString("base64")}`;
		const agentOptions = { keepAlive: true, maxSockets: this.limits.parallel, lookup: lookupWithin(options.network) };
		this.#agent = this.#base.protocol === "https:" ? new HttpsAgent(agentOptions) : new HttpAgent(agentOptions);
		this.#rateLimiter = new RateLimiter(limits);
		this.#options = options;
	}

	/** The values a query selects, in rasdaman's order. */
	async rasql(query: string, call: RasdamanCall): Promise<readonly string[]> {
		// encodeURIComponent writes a space as %20 and a plus as %2B, as the servlet wants them.
		return this.#exchange(
			{ service: "rasql", fields: `query=${encodeURIComponent(query)}` },
			call,
			async (response) => {
				// An answer that ends with the connection may be cut off anywhere, and a number would not show it.
				if (
					response.headers["content-length"] === undefined &&
					!/chunked/i.test(response.headers["transfer-encoding"] ?? "")
				)
					throw new Error("it does not state its length");
				const parts: Uint8Array[] = [];
				await eachChunk(response, maxRasqlBytes, (chunk) => parts.push(chunk));
				return rasqlValues(response.headers["content-type"] ?? "", Buffer.concat(parts));
			},
		);
	}

	/** A WCS request whose answer is read as it arrives. */
	async ows(fields: Readonly<Record<string, string>>, xml: XmlCall): Promise<XmlSummary> {
		const { collect, onElement, maxBytes = maxXmlBytes, ...call } = xml;
		const pairs = Object.entries({ service: "WCS", version: "2.1.0", ...fields });
		const query = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
		return this.#exchange({ service: "ows", fields: query }, call, async (response) => {
			const stream = new XmlStream({ collect, onElement });
			await eachChunk(response, maxBytes, (chunk) => stream.write(chunk));
			return stream.close();
		});
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#closing.abort();
		this.#agent.destroy();
	}

	/** Sends a request, again while the server says that it is unavailable, and reads its answer whole. */
	async #exchange<T>(
		wire: Wire,
		{ path, signal }: RasdamanCall,
		read: (response: IncomingMessage) => Promise<T>,
	): Promise<T> {
		const url = this.#url(wire);
		const what = url.origin + url.pathname;
		try {
			assertWithin(this.#options.network, url.hostname);
		} catch (error) {
			throw errorOfConnection(error, path, what);
		}
		for (let attempt = 1; ; attempt++) {
			signal.throwIfAborted();
			if (this.#closing.signal.aborted) throw new StorageError("io", path, `The connection to ${what} was closed.`);
			await this.#rateLimiter.turn({ signal });
			const outcome = await this.#send(url, wire, { path, signal }, what, read);
			if (outcome === "stale") continue;
			if ("value" in outcome) return outcome.value;
			const refusal = refusalOf(outcome.status, outcome.body);
			const said = outcome.location ?? refusal.text;
			const text = this.#password === "" ? said : said.replaceAll(this.#password, "…");
			if (outcome.status !== 503 || attempt === attempts) throw errorOfRefusal({ ...refusal, text }, path, what);
			await sleep((this.#options.retryMs ?? 1000) * 2 ** (attempt - 1), undefined, { signal }).catch(
				(error: unknown) => {
					throw signal.aborted ? signal.reason : error;
				},
			);
		}
	}

	#url({ service, fields }: Wire): URL {
		const url = new URL(`${this.#base.href.replace(/[?#].*$/, "").replace(/\/+$/, "")}/rasdaman/${service}`);
		if (service === "ows") url.search = fields;
		return url;
	}

	async #send<T>(
		url: URL,
		wire: Wire,
		{ path, signal }: RasdamanCall,
		what: string,
		read: (response: IncomingMessage) => Promise<T>,
	): Promise<Outcome<T>> {
		const both = AbortSignal.any([signal, this.#closing.signal]);
		const { timeoutMs } = this.limits;
		const late = (milliseconds: number) =>
			new StorageError(
				"timeout",
				path,
				`${what} gave no complete answer for ${milliseconds / 1000} s; check whether it is overloaded.`,
			);
		const request = (url.protocol === "https:" ? httpsRequest : httpRequest)(url, {
			agent: this.#agent,
			method: wire.service === "rasql" ? "POST" : "GET",
			timeout: timeoutMs,
			headers: {
				Authorization: this.#authorization,
				"Accept-Encoding": "identity",
				// Exactly this type: with a charset the servlet takes the body for a form with files.
				...(wire.service === "rasql" ? { "Content-Type": "application/x-www-form-urlencoded" } : {}),
			},
		});
		// The reason for ending the request, which Node's own error would hide.
		let fault: unknown;
		const end = (reason: unknown) => {
			fault ??= reason;
			request.destroy();
		};
		let deadline: NodeJS.Timeout | undefined;
		let answer: IncomingMessage | undefined;
		request.on("socket", () => {
			deadline ??= setTimeout(() => end(late(timeoutMs * maxTimeouts)), timeoutMs * maxTimeouts);
		});
		request.on("timeout", () => end(late(timeoutMs)));
		const abort = () =>
			end(signal.aborted ? signal.reason : new StorageError("io", path, `The connection to ${what} was closed.`));
		both.addEventListener("abort", abort, { once: true });
		if (both.aborted) abort();
		try {
			const response = await new Promise<IncomingMessage>((resolve, reject) => {
				request.on("response", resolve).on("error", reject);
				request.end(wire.service === "rasql" ? wire.fields : undefined);
			});
			answer = response;
			const status = response.statusCode ?? 0;
			if (status === 200) return { value: await reading(response, read, { path, what }) };
			const parts: Uint8Array[] = [];
			await eachChunk(response, maxRefusalBytes, (chunk) => parts.push(chunk)).catch(() => parts.splice(0));
			return { status, body: Buffer.concat(parts), location: locationOf(response) };
		} catch (error) {
			if (signal.aborted) throw signal.reason;
			// The server closed an idle connection just when it was used again; requests only read, so they may be repeated.
			if (fault === undefined && answer === undefined && request.reusedSocket) return "stale";
			throw errorOfConnection(fault ?? error, path, what);
		} finally {
			clearTimeout(deadline);
			both.removeEventListener("abort", abort);
			if (!answer?.complete) request.destroy();
		}
	}
}

type Outcome<T> =
	| { readonly value: T }
	| { readonly status: number; readonly body: Uint8Array; readonly location: string | null }
	| "stale";
