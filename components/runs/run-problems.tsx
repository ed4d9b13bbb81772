"use client";

import { Info, TriangleAlert } from "lucide-react";
import { queryKeys } from "#components/live/query-keys.ts";
import { usePages } from "#components/live/use-pages.ts";
import { Button } from "#components/ui/button.tsx";
import { Copyable } from "#components/ui/copying/copyable.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { SkeletonRows } from "#components/ui/states/skeleton.tsx";
import type { ProblemView, RunView } from "#lib/catalog/read-models/run-view.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";

/** Entries that could not be examined, as they are found. Their datasets stay as they are. */
export function RunProblems({ run }: { readonly run: RunView }) {
	return (
		<>
			<ProblemList run={run} of="problems" count={run.problems} />
			<ProblemList run={run} of="notes" count={run.notes} />
		</>
	);
}

const texts = {
	problems: {
		word: "problem",
		explanation: "These could not be examined. Their datasets stay as they are until a run can examine them.",
		failure: "The problems could not be loaded",
		border: "border-overdue/40",
		colour: "text-overdue",
		Icon: TriangleAlert,
	},
	notes: {
		word: "note",
		explanation:
			"The run succeeded in spite of these: patterns that match nothing, and entries that could not be examined but that no source needs.",
		failure: "The notes could not be loaded",
		border: "",
		colour: "",
		Icon: Info,
	},
} as const;

interface ProblemListProps {
	readonly run: RunView;
	readonly of: keyof typeof texts;
	readonly count: number;
}

function ProblemList({ run, of, count }: ProblemListProps) {
	const { word, explanation, failure, border, colour, Icon } = texts[of];
	const { rows, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = usePages<ProblemView>({
		queryKey: of === "problems" ? queryKeys.problems(run.run) : queryKeys.notes(run.run),
		url: `/api/runs/${run.run}/${of}`,
		enabled: count > 0,
	});
	if (count === 0) return null;
	return (
		<section aria-labelledby={`${of}-heading`} className={`rounded-md border bg-surface ${border}`}>
			<h2 id={`${of}-heading`} className={`flex items-center gap-1.5 px-3 py-2 font-semibold text-sm ${colour}`}>
				<Icon aria-hidden className="size-4" /> {formatPlural(count, word)}
			</h2>
			<p className="px-3 pb-2 text-muted">{explanation}</p>
			{error ? (
				<ErrorState title={failure} onRetry={() => void refetch()}>
					{error.message}
				</ErrorState>
			) : rows === undefined ? (
				<SkeletonRows rows={Math.min(count, 4)} />
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
								Show more of {formatCount(count)}
							</Button>
						</li>
					) : null}
				</ul>
			)}
		</section>
	);
}
