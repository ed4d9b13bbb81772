"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { fetchJson } from "#components/live/fetch-json.ts";
import { newer } from "#components/live/newest.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { merging, seeded } from "#components/live/seeded.ts";
import { Badge } from "#components/ui/badge.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import { batchSentence, batchTitle } from "#lib/catalog/batches/batch-sentence.ts";
import type { BatchView } from "#lib/catalog/batches/batch-views.ts";
import { formatCount } from "#lib/numbers.ts";
import type { BatchActions } from "./batch-actions.ts";
import { BatchButtons, RetryButton } from "./batch-buttons.tsx";
import { BatchContainers } from "./batch-containers.tsx";
import { BatchProgress } from "./batch-progress.tsx";
import { BatchStateLabel } from "./batch-state.tsx";

interface BatchPageProps {
	readonly seed: BatchView;
	readonly actions: BatchActions;
}

/** One batch, live: everything on it follows the batch's own cache, which the event stream feeds. */
export function BatchPage({ seed, actions }: BatchPageProps) {
	const { data: batch } = useQuery({
		queryKey: queryKeys.batch(seed.batch),
		queryFn: ({ signal }) => fetchJson<BatchView>(`/api/batches/${seed.batch}`, { signal }),
		...seeded(seed),
		structuralSharing: merging<BatchView>(newer),
	});
	return (
		<div className="space-y-4">
			<header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
				<div className="min-w-0 space-y-1">
					<div className="flex flex-wrap items-center gap-2">
						<h1 className="font-semibold text-lg">Batch {batch.batch}</h1>
						<BatchStateLabel state={batch.state} />
					</div>
					<p className="break-words text-muted">
						{batchTitle(batch)}
						{batch.onConsole && batch.finishedAt === null ? ", carried out by a command line" : ""},{" "}
						<RelativeTime instant={batch.createdAt} />
						{batch.retries === null ? null : (
							<>
								{" · "}
								<Link href={`/batches/${batch.retries}`} className="text-accent underline underline-offset-2">
									batch {batch.retries}
								</Link>
							</>
						)}
					</p>
				</div>
				<div className="flex flex-wrap gap-1.5">
					<BatchButtons batch={batch} actions={actions} />
					<RetryButton batch={batch} actions={actions} />
				</div>
			</header>
			<section aria-label="Progress" className="space-y-2 rounded-md border bg-surface p-3">
				<BatchProgress batch={batch} className="h-1.5" />
				{/* Its counts change several times a second: a screen reader says each state and each quarter by itself. */}
				<p role="status" className="sr-only">
					{announcement(batch)}
				</p>
				<p className="tabular-nums">
					{batchSentence(batch)}
					{batch.perMinute === null ? "" : ` · ${formatCount(batch.perMinute)} a minute`}
				</p>
				<Outcomes batch={batch} />
			</section>
			<BatchContainers batch={batch} />
		</div>
	);
}

function announcement({ batch, state, finishedAt, done, leftOut, gone, total }: BatchView): string {
	const quarter = total === 0 ? 0 : Math.floor((4 * (done + leftOut + gone)) / total) * 25;
	return `Batch ${batch} is ${state}${finishedAt === null && quarter > 0 ? `, ${quarter} % done` : ""}`;
}

const outcomes = [
	["succeeded", "succeeded", "in-sync"],
	["planned", "planned", "out-of-sync"],
	["held", "held", "held"],
	["partial", "partial", "overdue"],
	["failed", "failed", "failed"],
	["cancelled", "cancelled", "never"],
	["superseded", "superseded by later runs", "never"],
	["running", "running", "syncing"],
	["waiting", "waiting", "never"],
	["leftOut", "left out", "never"],
	["gone", "forgotten since", "never"],
] as const;

/** What came of the containers so far; what did not occur is left out. */
function Outcomes({ batch }: { readonly batch: BatchView }) {
	const counts = { ...batch, cancelled: batch.runsCancelled - batch.superseded };
	return (
		<ul aria-label="Containers by outcome" className="flex flex-wrap gap-1.5">
			{outcomes.map(([key, word, tone]) =>
				counts[key] === 0 ? null : (
					<li key={key}>
						<Badge tone={tone}>
							{formatCount(counts[key])} {word}
						</Badge>
					</li>
				),
			)}
		</ul>
	);
}
