"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useMemo } from "react";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { SkeletonRows } from "#components/ui/states/skeleton.tsx";
import { InstantText } from "#components/ui/times/instant.tsx";
import type { ContainerDrift } from "#lib/catalog/health/container-drift.ts";
import { formatCount } from "#lib/numbers.ts";
import { DriftChart } from "./drift-chart.tsx";
import { type DriftPoint, driftPoints, instantOf, markInWords } from "./drift-points.ts";

/** How far the container's archive and catalogue were apart, look by look. */
export function DriftTab({ container }: { readonly container: string }) {
	const { data, error, refetch } = useQuery({
		queryKey: queryKeys.drift(container),
		queryFn: ({ signal }) =>
			fetchJson<ContainerDrift>(`/api/containers/${encodeURIComponent(container)}/drift`, { signal }),
	});
	const points = useMemo(() => (data === undefined ? [] : driftPoints(data)), [data]);
	if (error && data === undefined)
		return (
			<ErrorState title="The drift could not be loaded" onRetry={() => void refetch()}>
				{error.message}
			</ErrorState>
		);
	if (data === undefined) return <SkeletonRows rows={6} />;
	if (data.looks.length === 0)
		return (
			<EmptyState title="No history yet">
				Each check and sync that looks at the archive adds a point: what it found, how many datasets there are, and how
				many files are rejected.
			</EmptyState>
		);
	return (
		<div className="space-y-3">
			<p className="text-muted">
				The last {formatCount(data.looks.length)} looks at the archive. Dashed lines: the configuration was changed, or
				a person let a plan be applied.
			</p>
			<div className="rounded-md border bg-surface px-2 py-3 sm:px-4">
				<DriftChart points={points} label={`Drift of ${container} over time`} />
			</div>
			<details className="rounded-md border bg-surface">
				<summary className="px-3 py-1.5 font-medium">As a table</summary>
				<DriftTable points={points} />
			</details>
		</div>
	);
}

/** Newest first. */
function DriftTable({ points }: { readonly points: readonly DriftPoint[] }) {
	return (
		<div className="max-h-[60dvh] overflow-auto border-t">
			<table aria-label="Drift" className="w-full text-left">
				<thead className="text-faint text-fine">
					<tr className="[&>th]:px-3 [&>th]:py-1.5 [&>th]:font-medium">
						<th scope="col">Time</th>
						<th scope="col">What</th>
						<th scope="col" className="text-right">
							Files that differ
						</th>
						<th scope="col" className="text-right">
							Datasets
						</th>
						<th scope="col" className="text-right">
							Rejected
						</th>
					</tr>
				</thead>
				<tbody className="divide-y">
					{points.toReversed().map((point) => (
						<tr key={keyOf(point)} className="[&>*]:px-3 [&>*]:py-1">
							<th scope="row" className="whitespace-nowrap font-normal text-muted">
								<InstantText instant={instantOf(point)} />
							</th>
							<PointCells point={point} />
						</tr>
					))}
				</tbody>
			</table>
		</div>
	);
}

function keyOf(point: DriftPoint): string {
	return "look" in point ? `run ${point.look.run}` : `${point.mark.what} ${point.mark.run} ${point.mark.at}`;
}

function PointCells({ point }: { readonly point: DriftPoint }) {
	if ("mark" in point) return <td colSpan={4}>{markInWords(point.mark)}</td>;
	const { run, kind, state, found, datasets, rejected } = point.look;
	return (
		<>
			<td>
				<Link
					href={`/runs/${run}`}
					prefetch={false}
					className="inline-block min-w-6 hover:underline pointer-coarse:py-1"
				>
					run {run}
				</Link>
				<span className="text-muted">
					, {kind} {state}
				</span>
			</td>
			<td className="text-right">{formatCount(found)}</td>
			<td className="text-right">{datasets === null ? "not known" : formatCount(datasets)}</td>
			<td className="text-right">{rejected === null ? "not known" : formatCount(rejected)}</td>
		</>
	);
}
