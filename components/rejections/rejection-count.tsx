import { useQuery } from "@tanstack/react-query";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { formatCount, formatRelative } from "#components/ui/format.ts";
import { useNow } from "#components/ui/now.tsx";
import type { RejectionsSummary } from "#lib/catalog/rejections/rejected-files.ts";

/** How many files are rejected, and since when the oldest of them is; nothing while there is none. */
export function RejectionCount() {
	const { data } = useQuery({
		queryKey: queryKeys.allRejections("summary"),
		queryFn: ({ signal }) => fetchJson<RejectionsSummary>("/api/rejections/summary", { signal }),
	});
	const age = useNow((now) =>
		data === undefined || data.oldest === null ? "" : formatRelative(data.oldest, now).replace(" ago", ""),
	);
	if (data === undefined || data.files === 0) return null;
	return (
		<span
			title={`${formatCount(data.files)} rejected; the first ${age} ago`}
			className="ml-1.5 whitespace-nowrap rounded-full bg-rejected-soft px-1.5 font-medium text-fine text-rejected tabular-nums"
		>
			{formatCount(data.files)}
			<span className="sr-only"> rejected, the first</span> · {age}
			<span className="sr-only"> ago</span>
		</span>
	);
}
