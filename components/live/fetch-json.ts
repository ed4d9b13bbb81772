import { signInAgain } from "#components/access/sign-in-again.ts";
import { ownAddress } from "#components/ui/address/own-address.ts";

/** A connection may be dead without a sign: an answer that has not come by then is given up, milliseconds. */
const timeoutMs = 60_000;

/** The server says no (status 400 to 499, but for those that ask to come again): asked once more, it would say the same. */
export class RefusedError extends Error {}

const comeAgain: readonly number[] = [408, 429];

/** Bytes of requests under way that browsers let outlive their page. */
const maxOutliving = 60_000;

/** Reads one of the program's own routes, `/api/…`. @throws Error with a sentence for people, also for half an answer. */
export async function fetchJson<T>(url: string, { signal }: { readonly signal: AbortSignal }): Promise<T> {
	return ask<T>(url, { headers: { accept: "application/json" } }, signal);
}

/** Writes by one of them; also when the page is left before the answer has come. @throws as `fetchJson`. */
export async function putJson(url: string, content: object): Promise<void> {
	const body = JSON.stringify(content);
	const keepalive = new TextEncoder().encode(body).length < maxOutliving;
	await ask(url, { method: "PUT", headers: { "content-type": "application/json" }, body, keepalive }, null);
}

async function ask<T>(url: string, init: RequestInit, signal: AbortSignal | null): Promise<T> {
	const unanswered = (error: unknown) => {
		if (signal?.aborted) throw error;
		throw new Error("The server does not answer. The page continues when it answers again.", { cause: error });
	};
	const either = AbortSignal.any([...(signal === null ? [] : [signal]), AbortSignal.timeout(timeoutMs)]);
	const response = await fetch(ownAddress(url), { ...init, signal: either }).catch(unanswered);
	if (response.ok) return (await response.json().catch(unanswered)) as T;
	if (response.status === 401) signInAgain();
	const body: unknown = await response.json().catch(() => null);
	const said = body !== null && typeof body === "object" && "error" in body ? String(body.error) : "";
	const message = said || `The server cannot answer (status ${response.status}). Try again in a moment.`;
	const isRefused = response.status < 500 && !comeAgain.includes(response.status);
	throw isRefused ? new RefusedError(message) : new Error(message);
}
