import { useQuery } from "@tanstack/react-query";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { formatCount } from "#lib/numbers.ts";

/** How many causes wait for a person; nothing while there is none. */
export function ProblemCount() {
	const { data } = useQuery({
		queryKey: queryKeys.causeCount,
		queryFn: ({ signal }) => fetchJson<{ readonly open: number }>("/api/problems/count", { signal }),
		refetchInterval: 60_000,
	});
	if (data === undefined || data.open === 0) return null;
	return (
		<span className="ml-1.5 rounded-full bg-failed-soft px-1.5 font-medium text-failed text-fine tabular-nums">
			{formatCount(data.open)}
			<span className="sr-only"> open</span>
		</span>
	);
}
