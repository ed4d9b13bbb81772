"use client";

import { useQuery } from "@tanstack/react-query";
import { CirclePause } from "lucide-react";
import Link from "next/link";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { seeded } from "#components/live/seeded.ts";
import { InstantText } from "#components/ui/times/instant.tsx";
import type { ClosedStorage } from "#lib/catalog/pauses/pauses.ts";
import { formatPlural } from "#lib/numbers.ts";

/** Milliseconds; a pause that ends is no event. */
const readAgainEvery = 60_000;

/** Which storages are not used now, by whom, until when, and what that holds up. Nothing where all are. */
export function PausedStorages({ seed }: { readonly seed: readonly ClosedStorage[] }) {
	const { data: storages } = useQuery({
		queryKey: queryKeys.closedStorages,
		queryFn: ({ signal }) => fetchJson<readonly ClosedStorage[]>("/api/storages/closed", { signal }),
		...seeded(seed),
		refetchInterval: readAgainEvery,
	});
	if (storages.length === 0) return null;
	return (
		<ul aria-label="Storages that are not used now" className="space-y-1">
			{storages.map(({ storage, until, pause, containers }) => (
				<li key={storage} className="flex items-start gap-2">
					<CirclePause aria-hidden className="mt-0.5 ml-0.5 size-4 shrink-0 text-overdue" />
					<span className="min-w-0 break-words">
						<Link
							href="/storages"
							prefetch={false}
							className="inline-block min-w-6 hover:underline pointer-coarse:py-1"
						>
							{storage}
						</Link>{" "}
						{pause === null ? "is outside its hours" : `is paused by ${pause.by}`} until <InstantText instant={until} />
						:{" "}
						<Link
							href={`/containers?${new URLSearchParams({ storage })}`}
							prefetch={false}
							className="underline decoration-border-strong underline-offset-4 hover:decoration-current"
						>
							{formatPlural(containers, "container does", "containers do")} not run
						</Link>
						{pause === null || pause.note === "" ? null : <span className="text-muted"> · {pause.note}</span>}
					</span>
				</li>
			))}
		</ul>
	);
}
