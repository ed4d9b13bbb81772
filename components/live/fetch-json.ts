import { signInAgain } from "#components/access/sign-in-again.ts";
import { ownAddress } from "#components/ui/address/own-address.ts";

/** A connection may be dead without a sign: an answer that has not come by then is given up, milliseconds. */
const timeoutMs = 60_000;

/** The server says no (status 400 to 499, but for those that ask to come again): asked once more, it would say the same. */
export class RefusedError extends Error {}

const comeAgain: readonly number[] = [408, 429];

/** Reads one of the program's own routes, `/api/…`. @throws Error with a sentence for people, also for half an answer. */
export async function fetchJson<T>(url: string, { signal }: { readonly signal: AbortSignal }): Promise<T> {
	const unanswered = (error: unknown) => {
		if (signal.aborted) throw error;
		throw new Error("The server does not answer. The page continues when it answers again.", { cause: error });
	};
	const either = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
	const response = await fetch(ownAddress(url), { signal: either, headers: { accept: "application/json" } }).catch(
		unanswered,
	);
	if (response.ok) return (await response.json().catch(unanswered)) as T;
	if (response.status === 401) signInAgain();
	const body: unknown = await response.json().catch(() => null);
	const said = body !== null && typeof body === "object" && "error" in body ? String(body.error) : "";
	const message = said || `The server cannot answer (status ${response.status}). Try again in a moment.`;
	const isRefused = response.status < 500 && !comeAgain.includes(response.status);
	throw isRefused ? new RefusedError(message) : new Error(message);
}
