import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { messageOf } from "#lib/errors.ts";
import { assertWithin, lookupWithin, type NetworkPolicy } from "#lib/storage/security/network-policy.ts";
import { type DeliveryResult, snippet } from "./delivery-result.ts";
import { signatureHeaders } from "./webhook-signature.ts";

/** Limit for the whole request, milliseconds. */
const timeoutMs = 15_000;
/** Only so much of an answer is read, bytes. */
const answerRead = 2048;

export interface WebhookPost {
	readonly url: string;
	/** null: it is not signed. */
	readonly secret: string | null;
	/** The same for each attempt. */
	readonly id: string;
	readonly body: string;
	readonly contentType?: string;
	/** undefined: it may be anywhere. */
	readonly network: NetworkPolicy | undefined;
	readonly signal: AbortSignal;
}

/**
 * Makes one attempt. Redirects are not followed: they could lead to addresses outside the configuration. Any 2xx is success, whatever becomes of the
 * text after it: a receiver that took a message and then answers slowly, or breaks off, is not sent it again.
 */
export async function postWebhook({
	url: text,
	secret,
	id,
	body,
	contentType = "application/json",
	network,
	signal,
}: WebhookPost): Promise<DeliveryResult> {
	const url = new URL(text);
	const secrets = [text, `${url.pathname}${url.search}`, url.password, ...(secret === null ? [] : [secret])];
	const ending = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
	try {
		// One that cannot be decoded is not sent either: an address from before such were refused.
		secrets.push(decodeURIComponent(url.password));
		assertWithin(network, url.hostname);
		const seconds = Math.floor(Date.now() / 1000);
		const headers = {
			"content-type": contentType,
			"content-length": String(Buffer.byteLength(body)),
			"user-agent": "eosync",
			...signatureHeaders(secret, { id, seconds, body }),
		};
		const { request } = url.protocol === "https:" ? https : http;
		const answer = await new Promise<IncomingMessage>((resolve, reject) => {
			request(url, { method: "POST", headers, agent: false, lookup: lookupWithin(network), signal: ending })
				.on("response", resolve)
				.on("error", reject)
				.end(body);
		});
		const status = answer.statusCode ?? 0;
		const said = await beginningOf(answer);
		const ok = status >= 200 && status < 300;
		const redirected =
			status >= 300 && status < 400
				? "The address redirects to another one; redirects are not followed: enter the final address. "
				: "";
		return { ok, status, response: snippet(`${redirected}${said}`, secrets) };
	} catch (error) {
		if (signal.aborted) throw signal.reason;
		const why = ending.aborted ? `No answer within ${timeoutMs / 1000} s` : messageOf(error);
		return { ok: false, status: null, response: snippet(why, secrets) };
	}
}

/** As far as it comes. */
async function beginningOf(answer: IncomingMessage): Promise<string> {
	const parts: Buffer[] = [];
	let length = 0;
	try {
		for await (const part of answer as AsyncIterable<Buffer>) {
			parts.push(part);
			length += part.length;
			if (length >= answerRead) break;
		}
	} catch (error) {
		parts.push(Buffer.from(` (the answer broke off: ${messageOf(error)})`));
	}
	answer.destroy();
	return Buffer.concat(parts).subarray(0, answerRead).toString("utf8");
}
