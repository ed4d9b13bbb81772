import { createHash, timingSafeEqual } from "node:crypto";

export interface MetricsRequest {
	/** The header as it came. */
	readonly authorization: string | null;
	/** Whether it comes from this machine itself, with nobody in between. */
	readonly local: boolean;
}

/** Metrics tell names of containers and hosts to nobody but who shows the token, or, without a token, this machine. */
export function mayReadMetrics(token: string | null, { authorization, local }: MetricsRequest): boolean {
	if (token === null) return local;
	const shown = /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1] ?? "";
	return timingSafeEqual(digest(shown), digest(token));
}

export function isLoopback(address: string | null | undefined): boolean {
	return /^(::1|(::ffff:)?127(\.\d{1,3}){3})$/.test(address ?? "");
}

const digest = (text: string) => createHash("sha256").update(text).digest();
