"use client";

import { formatInstant, formatRelative } from "#components/ui/format.ts";
import { useNow } from "./now.tsx";

/** How long ago or how soon, moving by itself; the exact UTC instant in the title. */
export function RelativeTime({ instant, className }: { readonly instant: string; readonly className?: string }) {
	const text = useNow((now) => formatRelative(instant, now));
	return (
		<time dateTime={instant} title={formatInstant(instant)} className={className}>
			{text}
		</time>
	);
}

/** Seconds from `since` until now, as text by `format`. */
export function Elapsed({ since, format }: { readonly since: string; readonly format: (seconds: number) => string }) {
	return useNow((now) => format(Math.max(0, (now - Date.parse(since)) / 1000)));
}
