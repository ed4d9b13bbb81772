import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf, StorageError } from "#lib/errors.ts";
import { assertWithin, lookupWithin, type NetworkPolicy } from "#lib/storage/security/network-policy.ts";

/** Limit for one answer, milliseconds. */
const timeoutMs = 60_000;
/** An answer may have so many bytes. */
const longest = 64 * 1024 * 1024;
const redirectsFollowed = 5;
const attempts = 3;
const firstPauseMs = 500;

export interface FetchJsonOptions {
	/** undefined: servers may be anywhere. */
	readonly network: NetworkPolicy | undefined;
	/** Sent to the origin of `url` only. */
	readonly token: string | null;
	readonly signal: AbortSignal;
}

export type JsonAnswer =
	| { readonly ok: true; readonly url: string; readonly body: Readonly<Record<string, unknown>> }
	| {
			readonly ok: false;
			/** null: there was no answer. */
			readonly status: number | null;
			/** What happened, for people. */
			readonly reason: string;
			/** The same request may be answered later. */
			readonly retryable: boolean;
	  };

/**
 * Reads a JSON object of another server: within the network policy, time and size; redirects only to the same host, and from https to
 * https only. What passes (429, 5xx, a broken connection) is tried again.
 * @throws the signal's reason
 */
export async function fetchJson(url: string, options: FetchJsonOptions): Promise<JsonAnswer> {
	for (let attempt = 1; ; attempt++) {
		const answer = await fetchOnce(url, options);
		if (answer.ok || attempt === attempts || !answer.retryable) return answer;
		await sleep(firstPauseMs * 4 ** (attempt - 1), undefined, { signal: options.signal });
	}
}

async function fetchOnce(address: string, { network, token, signal }: FetchJsonOptions): Promise<JsonAnswer> {
	const ending = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
	const refused = (reason: string, status: number | null = null): JsonAnswer => {
		return { ok: false, status, reason, retryable: status === 429 || (status !== null && status >= 500) };
	};
	try {
		let url = new URL(address);
		for (let hops = 0; hops <= redirectsFollowed; hops++) {
			assertWithin(network, url.hostname);
			const answer = await request(url, { network, token, signal: ending });
			const status = answer.statusCode ?? 0;
			if (status >= 300 && status < 400 && answer.headers.location !== undefined) {
				answer.destroy();
				const next = new URL(answer.headers.location, url);
				const elsewhere = whyNotFollowed(url, next);
				if (elsewhere !== null) return refused(elsewhere, status);
				url = next;
				continue;
			}
			if (status < 200 || status >= 300) {
				answer.destroy();
				return refused(`it answered ${status}`, status);
			}
			const text = await textOf(answer);
			if (text === null) return refused(`its answer has more than ${longest / 1024 / 1024} MB`, status);
			const body = objectOf(text);
			return body === null ? refused("its answer is not a JSON object", status) : { ok: true, url: url.href, body };
		}
		return refused(`it redirects more than ${redirectsFollowed} times`);
	} catch (error) {
		if (signal.aborted) throw signal.reason;
		const reason = ending.aborted ? `it did not answer within ${timeoutMs / 1000} s` : messageOf(error);
		return { ok: false, status: null, reason, retryable: !(error instanceof StorageError) };
	}
}

/** A token that was sent encrypted goes nowhere else, and never in the open. null: the redirect is followed. */
export function whyNotFollowed(from: URL, to: URL): string | null {
	if (to.host !== from.host) return `it redirects to another server, ${to.host}`;
	if (from.protocol === "https:" && to.protocol !== "https:")
		return `it redirects to ${to.protocol}//, which is not encrypted`;
	return null;
}

function request(url: URL, { network, token, signal }: FetchJsonOptions): Promise<IncomingMessage> {
	const headers = {
		accept: "application/geo+json, application/json",
		"user-agent": "eosync",
		...(token === null ? {} : { authorization: `Bearer ${token}` }),
	};
	const { get } = url.protocol === "https:" ? https : http;
	return new Promise((resolve, reject) => {
		get(url, { headers, agent: false, lookup: lookupWithin(network), signal }, resolve).on("error", reject);
	});
}

/** null: it is too long. */
async function textOf(answer: IncomingMessage): Promise<string | null> {
	const parts: Buffer[] = [];
	let length = 0;
	for await (const part of answer as AsyncIterable<Buffer>) {
		parts.push(part);
		length += part.length;
		if (length > longest) {
			answer.destroy();
			return null;
		}
	}
	return Buffer.concat(parts).toString("utf8");
}

function objectOf(text: string): Readonly<Record<string, unknown>> | null {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === "object" && value !== null && !Array.isArray(value)
			? (value as Readonly<Record<string, unknown>>)
			: null;
	} catch (error) {
		if (error instanceof SyntaxError) return null;
		throw error;
	}
}
