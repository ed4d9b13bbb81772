import { formatRelative } from "#components/ui/format.ts";
import { useNow } from "#components/ui/times/now.tsx";
import { formatCount } from "#lib/numbers.ts";
import { useRejectionsSummary } from "./use-rejections-summary.ts";

/** How many files are rejected, and since when the oldest of them is; nothing while there is none. */
export function RejectionCount() {
	const summary = useRejectionsSummary();
	const age = useNow((now) =>
		summary === undefined || summary.oldest === null ? "" : formatRelative(summary.oldest, now).replace(" ago", ""),
	);
	if (summary === undefined || summary.files === 0) return null;
	return (
		<span
			title={`${formatCount(summary.files)} rejected; the first ${age} ago`}
			className="ml-1.5 whitespace-nowrap rounded-full bg-rejected-soft px-1.5 font-medium text-fine text-rejected tabular-nums"
		>
			{formatCount(summary.files)}
			<span className="sr-only"> rejected, the first</span> <span aria-hidden>· </span>
			{age}
			<span className="sr-only"> ago</span>
		</span>
	);
}
