import { createHash, timingSafeEqual } from "node:crypto";

export interface MetricsRequest {
	/** The `Authorization` header. */
	readonly authorization: string | null;
	/** Whether the request comes from this machine, without a proxy in between. */
	readonly local: boolean;
}

/** Metrics hold names of containers and hosts: they are for programs that show the token, or, without a token, for this machine. */
export function mayReadMetrics(token: string | null, { authorization, local }: MetricsRequest): boolean {
	if (token === null) return local;
	const shown = /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1] ?? "";
	return timingSafeEqual(digest(shown), digest(token));
}

export function isLoopback(address: string | null | undefined): boolean {
	return /^(::1|(::ffff:)?127(\.\d{1,3}){3})$/.test(address ?? "");
}

const digest = (text: string) => createHash("sha256").update(text).digest();
