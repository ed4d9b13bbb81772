import { createHmac } from "node:crypto";

/**
 * Headers that prove to a receiver that a message is ours and fresh, as in the Standard Webhooks specification
 * (standardwebhooks.com): HMAC-SHA-256 over `id.timestamp.body`. A secret `whsec_…` is base64; any other is its UTF-8.
 */
export function signatureHeaders(
	secret: string | null,
	{ id, seconds, body }: { readonly id: string /** Since 1970. */; readonly seconds: number; readonly body: string },
): Readonly<Record<string, string>> {
	const headers = { "webhook-id": id, "webhook-timestamp": String(seconds) };
	if (secret === null) return headers;
	const key = secret.startsWith("whsec_") ? Buffer.from(secret.slice(6), "base64") : Buffer.from(secret, "utf8");
	const signature = createHmac("sha256", key).update(`${id}.${seconds}.${body}`).digest("base64");
	return { ...headers, "webhook-signature": `v1,${signature}` };
}
