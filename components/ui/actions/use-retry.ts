"use client";

import { useEffect } from "react";
import { ownAddress } from "#components/ui/address/own-address.ts";

const checkEveryMs = 5000;
/** A page that fails although everything is there is not asked for again and again. */
const retryEveryMs = 60_000;
/** Kept over a reload, which is a way to try again. */
const retriedAt = "eosync-retried-at";

/**
 * Whether a page that could not be shown is tried again now.
 * @param wasAway the server, or its database, did not answer since
 * @param sinceRetry milliseconds since the last time
 */
export function isTimeToRetry(isReady: boolean, wasAway: boolean, sinceRetry: number): boolean {
	return isReady && (wasAway || sinceRetry >= retryEveryMs);
}

/** Tries a page that could not be shown again by itself while it is in sight: as soon as the server is ready. */
export function useRetry(retry: () => void): void {
	useEffect(() => {
		let wasAway = false;
		let isChecking = false;
		async function check() {
			isChecking = true;
			const isReady = await fetch(ownAddress("/api/ready?worker=optional"), { cache: "no-store" }).then(
				({ ok }) => ok,
				() => false,
			);
			isChecking = false;
			const sinceRetry = Date.now() - Number(sessionStorage.getItem(retriedAt) ?? 0);
			if (isTimeToRetry(isReady, wasAway, sinceRetry)) {
				sessionStorage.setItem(retriedAt, String(Date.now()));
				wasAway = false;
				retry();
			} else wasAway ||= !isReady;
		}
		const timer = setInterval(() => {
			if (!document.hidden && !isChecking) void check();
		}, checkEveryMs);
		return () => clearInterval(timer);
	}, [retry]);
}
