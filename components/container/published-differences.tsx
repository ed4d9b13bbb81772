"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { Download } from "lucide-react";
import { useState } from "react";
import { queryKeys } from "#components/live/query-keys.ts";
import { useLoadMore, usePages } from "#components/live/use-pages.ts";
import { ownAddress } from "#components/ui/address/own-address.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialogs/dialog.tsx";
import { Facet } from "#components/ui/facet.tsx";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { SkeletonRows } from "#components/ui/states/skeleton.tsx";
import { FramedRows } from "#components/virtual-list/framed-rows.tsx";
import type { CheckView, DifferenceKind, DifferenceView } from "#lib/catalog/publications/check-views.ts";

interface PublishedDifferencesProps {
	readonly container: string;
	readonly check: CheckView;
	readonly onClose: () => void;
}

const kinds = {
	differing: "differs",
	missing: "missing there",
	foreign: "foreign there",
	unknown: "unknown",
} as const satisfies Readonly<Record<DifferenceKind, string>>;
const choices = Object.entries(kinds) as readonly (readonly [DifferenceKind, string])[];

/** What the last comparison found, item by item. */
export function PublishedDifferences({ container, check, onClose }: PublishedDifferencesProps) {
	const [kind, setKind] = useState<DifferenceKind | null>(null);
	const [frame, setFrame] = useState<HTMLElement | null>(null);
	const api = `/api/containers/${encodeURIComponent(container)}/published-check`;
	const pages = usePages<DifferenceView>({
		queryKey: queryKeys.publishedCheck(container, check.id, kind),
		url: `${api}/differences${kind === null ? "" : `?kind=${kind}`}`,
	});
	const rows = pages.rows ?? [];
	const virtual = useVirtualizer({
		count: rows.length,
		getScrollElement: () => frame,
		estimateSize: () => 44,
		overscan: 8,
	});
	useLoadMore((virtual.getVirtualItems().at(-1)?.index ?? 0) >= rows.length - 10, pages);
	return (
		<Dialog
			open
			wide
			onOpenChange={(open) => open || onClose()}
			title="What differs"
			description={<span className="break-all">{`${container} here, ${check.collection} at ${check.url}`}</span>}
		>
			<div className="flex flex-wrap items-center gap-2 border-b px-4 py-2">
				<Facet
					label="Kind"
					any="All kinds"
					value={kind}
					choices={choices}
					counts={new Map(choices.map(([choice]) => [choice, check[choice]]))}
					onChoose={setKind}
				/>
				<Button asChild className="ml-auto">
					<a href={ownAddress(`${api}/export`)} download>
						<Download aria-hidden />
						CSV
					</a>
				</Button>
			</div>
			<section
				ref={setFrame}
				// biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keys
				tabIndex={0}
				aria-label="Items"
				className="min-h-40 flex-1 overflow-y-auto"
			>
				{pages.error ? (
					<ErrorState title="The items could not be loaded" onRetry={() => void pages.refetch()}>
						{pages.error.message}
					</ErrorState>
				) : pages.rows === undefined ? (
					<SkeletonRows rows={5} />
				) : rows.length === 0 ? (
					<EmptyState title="No items">There is nothing of this kind.</EmptyState>
				) : (
					<FramedRows virtual={virtual} rows={rows} total={pages.total} className="space-y-1 px-4 py-2">
						{(row) => <Difference row={row} />}
					</FramedRows>
				)}
			</section>
		</Dialog>
	);
}

function Difference({ row: { kind, item, fields } }: { readonly row: DifferenceView }) {
	const entries = Object.entries(fields);
	return (
		<>
			<p className="flex flex-wrap items-center gap-2">
				<span className="min-w-0 break-all font-mono">{item}</span>
				<Badge tone={kind === "differing" ? "out-of-sync" : "neutral"}>{kinds[kind]}</Badge>
			</p>
			{entries.length === 0 ? null : (
				<dl className="space-y-1 text-fine">
					{entries.map(([field, { ours, theirs }]) => (
						<div key={field} className="grid gap-x-3 sm:grid-cols-[minmax(0,1fr)_minmax(0,1.5fr)_minmax(0,1.5fr)]">
							<dt className="break-all font-mono text-muted">{field}</dt>
							<dd className="break-all">
								<span className="text-faint">here </span>
								{textOf(ours)}
							</dd>
							<dd className="break-all">
								<span className="text-faint">there </span>
								{textOf(theirs)}
							</dd>
						</div>
					))}
				</dl>
			)}
		</>
	);
}

function textOf(value: unknown): string {
	if (value === null || value === undefined) return "nothing";
	return typeof value === "string" ? value : JSON.stringify(value);
}
