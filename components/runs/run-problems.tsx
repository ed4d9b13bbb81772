"use client";

import { TriangleAlert } from "lucide-react";
import { keys } from "#components/live/keys.ts";
import { usePages } from "#components/live/use-pages.ts";
import { Button } from "#components/ui/button.tsx";
import { Copyable } from "#components/ui/copyable.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { formatCount, formatPlural } from "#components/ui/format.ts";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import type { ProblemView, RunView } from "#lib/catalog/read-models.ts";

/** What could not be examined, as it comes. Its datasets stay as they are. */
export function RunProblems({ run }: { readonly run: RunView }) {
	const { rows, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = usePages<ProblemView>({
		queryKey: keys.problems(run.run),
		url: `/api/runs/${run.run}/problems`,
		enabled: run.problems > 0,
	});
	if (run.problems === 0) return null;
	return (
		<section aria-labelledby="problems-heading" className="rounded-md border border-overdue/40 bg-surface">
			<h2 id="problems-heading" className="flex items-center gap-1.5 px-3 py-2 font-semibold text-overdue text-sm">
				<TriangleAlert aria-hidden className="size-4" /> {formatPlural(run.problems, "problem")}
			</h2>
			<p className="px-3 pb-2 text-muted">
				These could not be examined. Their datasets stay as they are until a run can examine them.
			</p>
			{error ? (
				<ErrorState title="The problems could not be loaded" onRetry={() => void refetch()}>
					{error.message}
				</ErrorState>
			) : rows === undefined ? (
				<SkeletonRows rows={Math.min(run.problems, 4)} />
			) : (
				<ul className="max-h-64 divide-y overflow-y-auto border-t">
					{rows.map((problem) => (
						<li key={`${problem.path}\n${problem.message}`} className="px-3 py-1.5">
							<Copyable text={problem.path || "(the source's root)"} label="path" length={100} />
							<p className="break-words text-muted">{problem.message}</p>
						</li>
					))}
					{hasNextPage ? (
						<li className="px-3 py-1.5">
							<Button variant="quiet" pending={isFetchingNextPage} onClick={() => void fetchNextPage()}>
								Show more of {formatCount(run.problems)}
							</Button>
						</li>
					) : null}
				</ul>
			)}
		</section>
	);
}
