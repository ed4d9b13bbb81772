"use client";

import { type ReactNode, useId } from "react";
import { May } from "#components/access/user-context.tsx";
import { queryKeys } from "#components/live/query-keys.ts";
import { usePages } from "#components/live/use-pages.ts";
import { Button } from "#components/ui/button.tsx";
import { formatDuration } from "#components/ui/format.ts";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { SkeletonRows } from "#components/ui/states/skeleton.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { SuspectView, WaitingView } from "#lib/catalog/containers/open-files.ts";
import { formatPlural } from "#lib/numbers.ts";

interface SuspectsListProps {
	readonly container: string;
	readonly onRemoveNow: () => void;
}

/** Datasets whose file was not listed, since when, and a button to remove them now. */
export function SuspectsList({ container, onRemoveNow }: SuspectsListProps) {
	const pages = usePages<SuspectView>({ queryKey: queryKeys.suspects(container), url: urlOf(container, "suspects") });
	return (
		<OpenFiles
			title="Suspects"
			about="The files of these datasets were not listed. A dataset is removed once enough listings lacked its file."
			pages={pages}
			sinceOf={({ looks }) => formatPlural(looks, "listing")}
		>
			<May act="runs.request">
				<Button variant="danger" onClick={onRemoveNow}>
					Remove now
				</Button>
			</May>
		</OpenFiles>
	);
}

/** Files that are not stable yet. */
export function WaitingList({ container }: { readonly container: string }) {
	const pages = usePages<WaitingView>({ queryKey: queryKeys.waiting(container), url: urlOf(container, "waiting") });
	return (
		<OpenFiles
			title="Waiting files"
			about="These files are read once they have been unchanged for long enough."
			pages={pages}
			sinceOf={({ stableFor }) => `to be unchanged for ${formatDuration(stableFor)}`}
		/>
	);
}

function urlOf(container: string, list: string): string {
	return `/api/containers/${encodeURIComponent(container)}/${list}`;
}

interface OpenFilesProps<Row> {
	readonly title: string;
	readonly about: string;
	readonly pages: ReturnType<typeof usePages<Row>>;
	/** Shown beside the time. */
	readonly sinceOf: (row: Row) => string;
	readonly children?: ReactNode;
}

function OpenFiles<Row extends { readonly path: string; readonly storage: string; readonly since: string }>({
	title,
	about,
	pages,
	sinceOf,
	children,
}: OpenFilesProps<Row>) {
	const heading = useId();
	if (pages.error) {
		return (
			<ErrorState title={`${title} could not be loaded`} onRetry={() => void pages.refetch()}>
				{pages.error.message}
			</ErrorState>
		);
	}
	if (pages.rows === undefined) return <SkeletonRows rows={2} />;
	const more = pages.total - pages.rows.length;
	return (
		<section aria-labelledby={heading} className="space-y-2">
			<div className="flex flex-wrap items-center gap-x-4 gap-y-2">
				<h2 id={heading} className="font-semibold text-sm">
					{title}
				</h2>
				<p className="text-muted">{about}</p>
				{children}
			</div>
			<ul className="divide-y rounded-md border bg-surface">
				{pages.rows.map((row) => (
					<li key={`${row.storage}/${row.path}`} className="flex flex-wrap gap-x-4 px-3 py-1.5">
						<span className="min-w-0 flex-1 break-all font-mono text-fine">{row.path}</span>
						<span className="text-muted">
							since <RelativeTime instant={row.since} />, {sinceOf(row)}
						</span>
					</li>
				))}
			</ul>
			{more > 0 ? <p className="text-muted">and {formatPlural(more, "more file")}</p> : null}
		</section>
	);
}
