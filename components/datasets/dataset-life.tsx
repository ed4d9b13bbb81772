"use client";

import Link from "next/link";
import { ActionMark } from "#components/change-mark.tsx";
import { FieldDiffTable } from "#components/changes/field-diff-table.tsx";
import { queryKeys } from "#components/live/query-keys.ts";
import { usePages } from "#components/live/use-pages.ts";
import { MiniMap } from "#components/map/mini-map.tsx";
import { Button } from "#components/ui/button.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { SkeletonRows } from "#components/ui/states/skeleton.tsx";
import { InstantText } from "#components/ui/times/instant.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { DatasetDetail } from "#lib/catalog/lives/dataset-detail.ts";
import type { LifeEvent } from "#lib/catalog/lives/dataset-life.ts";

/** What happened to a dataset, the latest first; as far back as runs keep their changes, and then when it was added. */
export function DatasetLife({ dataset: { dataset, added, removed, standing } }: { readonly dataset: DatasetDetail }) {
	const pages = usePages<LifeEvent>({
		queryKey: queryKeys.datasetLife(dataset),
		url: `/api/datasets/${dataset}/life?limit=50`,
	});
	const rows = pages.rows ?? [];
	const knowsAdding = rows.some(({ action, restored }) => action === "added" && !restored);
	const isWhole = pages.rows !== undefined && !pages.hasNextPage;
	return (
		<section aria-labelledby="life" className="min-w-0 space-y-2">
			<h2 id="life" className="font-semibold text-sm">
				Life
			</h2>
			{pages.error ? (
				<ErrorState title="The life of this dataset could not be loaded" onRetry={() => void pages.refetch()}>
					{pages.error.message}
				</ErrorState>
			) : pages.rows === undefined ? (
				<SkeletonRows rows={4} />
			) : (
				<ol className="space-y-3 border-l pl-4">
					{standing === "forgotten" && removed !== null ? (
						<KeptLine action="removed" at={removed.at} by={removed.by} run={removed.run} />
					) : null}
					{rows.map((event) => (
						<Event key={event.key} event={event} />
					))}
					{isWhole && !knowsAdding ? <KeptLine action="added" at={added.at} by={added.by} run={added.run} /> : null}
				</ol>
			)}
			{pages.hasNextPage ? (
				<Button pending={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
					What was before
				</Button>
			) : null}
			{isWhole && !knowsAdding ? (
				<p className="text-muted">
					What happened {standing === "forgotten" ? "in between" : "before"} is no longer kept: the retention time of
					its runs is over.
				</p>
			) : null}
		</section>
	);
}

interface KeptLineProps {
	readonly action: "added" | "removed";
	readonly at: string;
	readonly by: string | null;
	readonly run: number | null;
}

/** Of what no change is kept any more. */
function KeptLine({ action, at, by, run }: KeptLineProps) {
	return (
		<li className="flex flex-wrap items-center gap-x-2">
			<ActionMark action={action} withWord />
			<InstantText instant={at} />
			<span className="text-muted">
				{[by === null ? null : `by ${by}`, run === null ? null : `run ${run}`]
					.filter((part) => part !== null)
					.join(", ")}
			</span>
		</li>
	);
}

function Event({ event }: { readonly event: LifeEvent }) {
	const { action, restored, at, actor, run, container, footprint, fields, dataset } = event;
	const isMoved = fields.footprint !== undefined && (footprint.before !== null || footprint.after !== null);
	return (
		<li className="space-y-1">
			<div className="flex flex-wrap items-center gap-x-2">
				{restored ? (
					<span className="inline-flex items-center gap-1.5">
						<ActionMark action={action} />
						restored
					</span>
				) : (
					<ActionMark action={action} withWord />
				)}
				<InstantText instant={at} />
				<RelativeTime instant={at} className="text-faint" />
			</div>
			<p className="break-words text-muted">
				By {actor},{" "}
				<Link href={runHref(run, dataset)} className="text-accent underline underline-offset-2">
					run {run}
				</Link>{" "}
				of {container}
			</p>
			<Reasons event={event} />
			{Object.keys(fields).length === 0 ? null : (
				<div className="flex flex-wrap gap-x-6 gap-y-2 rounded-md border bg-surface p-2.5">
					<div className="min-w-0 flex-1 basis-[30rem]">
						<FieldDiffTable run={run} change={event} />
					</div>
					{isMoved ? <MiniMap before={footprint.before} after={footprint.after} className="shrink-0" /> : null}
				</div>
			)}
		</li>
	);
}

/** The run's page, with the dataset's change in its list. */
function runHref(run: number, dataset: string | null): string {
	return dataset === null ? `/runs/${run}` : `/runs/${run}?${new URLSearchParams({ search: dataset })}`;
}

function Reasons({ event: { reason, approval, reverts, kind, fromPath, path } }: { readonly event: LifeEvent }) {
	const sentences = [
		fromPath === null ? null : `From ${fromPath} to ${path}`,
		reason === null ? null : capital(reason),
		kind === "revert" && reverts !== null ? `Run ${reverts} was taken back` : null,
		approval === null ? null : `Approved by ${approval.by}: “${approval.reason}”`,
	].filter((sentence) => sentence !== null);
	return sentences.map((sentence) => (
		<p key={sentence} className="break-words">
			{sentence}
		</p>
	));
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
