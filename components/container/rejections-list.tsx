"use client";

import { useWindowVirtualizer } from "@tanstack/react-virtual";
import Link from "next/link";
import { useLayoutEffect, useRef, useState } from "react";
import { queryKeys } from "#components/live/query-keys.ts";
import { useLoadMore, usePages } from "#components/live/use-pages.ts";
import { ReasonLines } from "#components/rejections/reason-lines.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Copyable } from "#components/ui/copying/copyable.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { SkeletonRows } from "#components/ui/states/skeleton.tsx";
import { Cell, ColumnHeader, HeaderRow, RowGroup, Table, VirtualRow } from "#components/ui/table.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { RejectionView } from "#lib/catalog/read-models/change-view.ts";
import { formatPlural } from "#lib/numbers.ts";

const columns = "grid-cols-[minmax(0,1fr)_auto] md:grid-cols-[minmax(0,1.2fr)_minmax(0,1.5fr)_5rem]";

/** Files that cannot become datasets; each is tried again when it changes, or by a full re-read. */
export function RejectionsList({ container }: { readonly container: string }) {
	const list = useRef<HTMLDivElement>(null);
	const [offset, setOffset] = useState(0);
	const pages = usePages<RejectionView>({
		queryKey: queryKeys.rejections(container),
		url: `/api/containers/${encodeURIComponent(container)}/rejections`,
	});
	const rows = pages.rows ?? [];
	// biome-ignore lint/correctness/useExhaustiveDependencies: what stands above the list has its height when the rows have come
	useLayoutEffect(() => setOffset((list.current?.getBoundingClientRect().top ?? 0) + window.scrollY), [rows.length]);
	const virtual = useWindowVirtualizer({
		count: rows.length,
		estimateSize: () => 57,
		overscan: 8,
		scrollMargin: offset,
	});
	const items = virtual.getVirtualItems();
	useLoadMore((items.at(-1)?.index ?? 0) >= rows.length - 20, pages);

	if (pages.error) {
		return (
			<ErrorState title="The rejected files could not be loaded" onRetry={() => void pages.refetch()}>
				{pages.error.message}
			</ErrorState>
		);
	}
	if (pages.rows === undefined) return <SkeletonRows rows={4} />;
	const { total } = pages;
	return (
		<section aria-labelledby="rejections" className="space-y-2">
			<h2 id="rejections" className="font-semibold text-sm">
				Rejected files
			</h2>
			<p className="text-muted">
				{formatPlural(total, "file cannot become a dataset", "files cannot become datasets")}.{" "}
				{total === 1 ? "It is" : "Each is"} tried again when it changes, or by a full re-read.{" "}
				<Link
					href={`/rejections?${new URLSearchParams({ container })}`}
					className="text-accent underline underline-offset-2"
				>
					By reason
				</Link>
			</p>
			<ReasonLines
				queryKey={queryKeys.rejections(container, "reasons", total)}
				url={`/api/rejections?${new URLSearchParams({ container })}`}
			/>
			<Table label="Rejected files" rowCount={total + 1} className="rounded-md border bg-surface">
				<HeaderRow pinned="" className={`rounded-t-md ${columns}`}>
					<ColumnHeader>File</ColumnHeader>
					<ColumnHeader className="hidden md:block">Reason</ColumnHeader>
					<ColumnHeader>Since</ColumnHeader>
				</HeaderRow>
				<RowGroup ref={list} className="relative" style={{ height: virtual.getTotalSize() }}>
					{items.map((item) => {
						const row = rows[item.index];
						return row ? (
							<VirtualRow
								key={`${row.storage}/${row.path}`}
								ref={virtual.measureElement}
								index={item.index}
								top={item.start - offset}
								className={`grid items-start gap-x-3 gap-y-1 border-b px-3 py-1.5 ${columns}`}
							>
								<RejectionCells rejection={row} />
							</VirtualRow>
						) : null;
					})}
				</RowGroup>
			</Table>
		</section>
	);
}

function RejectionCells({ rejection }: { readonly rejection: RejectionView }) {
	const { path, storage, code, reason, since, ignored } = rejection;
	return (
		<>
			<Cell className="flex min-w-0 flex-col">
				<Copyable text={path} label="path" length={72} />
				<span className="text-faint text-fine">on {storage}</span>
			</Cell>
			<Cell className="col-span-2 row-start-2 break-words md:col-span-1 md:row-auto">
				<Badge tone="rejected" className="mr-2">
					{code}
				</Badge>
				{reason}
				{ignored === null ? null : (
					<span className="block text-muted">
						Ignored by {ignored.by} until it changes: “{ignored.note}”
					</span>
				)}
			</Cell>
			<Cell className="text-muted">
				<RelativeTime instant={since} />
			</Cell>
		</>
	);
}
