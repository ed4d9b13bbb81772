"use client";

import { useQuery } from "@tanstack/react-query";
import { fetchJson } from "#components/live/fetch-json.ts";
import { Badge } from "#components/ui/badge.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import type { RejectionReason } from "#lib/catalog/rejections/rejected-files.ts";
import { formatCount } from "#lib/numbers.ts";
import { MendingLinks } from "./mending-links.tsx";

interface ReasonLinesProps {
	readonly queryKey: readonly unknown[];
	/** Answers with the reasons. */
	readonly url: string;
}

/** Why files are rejected, a line for each reason: how many, and what would mend them. */
export function ReasonLines({ queryKey, url }: ReasonLinesProps) {
	const reasons = useQuery({
		queryKey,
		queryFn: ({ signal }) => fetchJson<readonly RejectionReason[]>(url, { signal }),
	});
	if (reasons.error) {
		return (
			<ErrorState bar title="The reasons could not be loaded" onRetry={() => void reasons.refetch()}>
				{reasons.error.message}
			</ErrorState>
		);
	}
	if (reasons.data === undefined || reasons.data.length === 0) return null;
	return (
		<ul aria-label="Rejections by reason" className="divide-y rounded-md border bg-surface">
			{reasons.data.map((reason) => (
				<li
					key={`${reason.code} ${reason.pattern}`}
					className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 px-3 py-1.5"
				>
					<span className="min-w-0 flex-1 basis-72" title={reason.example}>
						<span className="font-medium tabular-nums">{formatCount(reason.files)} ×</span>{" "}
						<Badge tone="rejected">{reason.code}</Badge>
						<span className="ml-2 break-words text-muted">{reason.text}</span>
					</span>
					<MendingLinks reason={reason} />
				</li>
			))}
		</ul>
	);
}
