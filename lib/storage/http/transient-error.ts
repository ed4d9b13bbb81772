import type { IncomingMessage } from "node:http";
import type { StorageError } from "#lib/errors.ts";
import { statusError } from "./errors.ts";

/** A failure that may be over in a moment. */
export class TransientError extends Error {
	readonly lasting: StorageError;
	/** The pause that the server asks for; 0: it does not say. */
	readonly pauseMs: number;

	constructor(lasting: StorageError, pauseMs: number) {
		super(lasting.message);
		this.lasting = lasting;
		this.pauseMs = pauseMs;
	}
}

/** The error of an answer with that status. */
export function refusal(status: number, { headers }: IncomingMessage, path: string, address: string): Error {
	const error = statusError(status, path, address);
	if (![429, 502, 503, 504].includes(status)) return error;
	return new TransientError(error, pauseOf(headers["retry-after"]));
}

/** Milliseconds, of Retry-After: a number of seconds or a date (RFC 9110, 10.2.3); 0 for nonsense. */
export function pauseOf(retryAfter: string | undefined): number {
	if (retryAfter === undefined) return 0;
	const pause = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - Date.now();
	return Number.isNaN(pause) ? 0 : Math.max(0, pause);
}

/** Lost connections, and servers that are just being started. */
export function isTransient(error: unknown): boolean {
	const transient = ["ECONNRESET", "ECONNREFUSED", "EPIPE", "EAI_AGAIN"];
	return error instanceof Error && "code" in error && transient.includes(String(error.code));
}
