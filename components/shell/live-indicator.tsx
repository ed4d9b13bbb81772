"use client";

import { useConnection } from "#components/live/live-provider.tsx";
import { cx } from "#components/ui/cx.ts";
import { Spinner } from "#components/ui/spinner.tsx";

/** Whether the numbers on the page move by themselves right now. */
export function LiveIndicator() {
	const connection = useConnection();
	return (
		<span
			role="status"
			className={cx(
				"flex items-center gap-1.5 whitespace-nowrap text-fine",
				connection === "lost" ? "font-medium text-failed" : "text-faint",
			)}
		>
			{connection === "live" ? (
				<span aria-hidden className="size-1.5 rounded-full bg-in-sync" />
			) : (
				<Spinner className="size-3" />
			)}
			{connection === "live" ? (
				<span className="max-sm:sr-only">Live</span>
			) : connection === "lost" ? (
				"Connection lost, reconnecting…"
			) : (
				"Connecting…"
			)}
		</span>
	);
}
