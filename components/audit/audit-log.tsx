"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useEffect, useState } from "react";
import { fetchJson } from "#components/live/fetch-json.ts";
import { keys } from "#components/live/keys.ts";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { formatPlural } from "#components/ui/format.ts";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { ColumnHeader, HeaderRow, Table } from "#components/ui/table.tsx";
import { useVirtualList } from "#components/virtual-list/use-virtual-list.ts";
import type { AuditView } from "#lib/access/audit/audit-log.ts";
import type { Page } from "#lib/catalog/read-models.ts";
import { AuditDetail } from "./audit-detail.tsx";
import { AuditFilter, type AuditFilterState, filterParameters, noFilter } from "./audit-filter.tsx";
import { AuditRow, auditColumns } from "./audit-row.tsx";

/** Who did what, the newest first; older entries come as one scrolls down. */
export function AuditLog() {
	const [filter, setFilter] = useState<AuditFilterState>(noFilter);
	const parameters = new URLSearchParams(filterParameters(filter));
	return (
		<div className="space-y-3">
			<div className="flex flex-wrap items-center justify-between gap-3">
				<h1 className="font-semibold text-lg">Audit log</h1>
				<div className="flex gap-2">
					{(["csv", "ndjson"] as const).map((format) => (
						<Button key={format} asChild>
							<a href={`/api/audit/export?${new URLSearchParams([...parameters, ["format", format]])}`} download>
								<Download aria-hidden />
								{format.toUpperCase()}
								<span className="sr-only"> of what is shown</span>
							</a>
						</Button>
					))}
				</div>
			</div>
			<AuditFilter filter={filter} onChange={setFilter} />
			<Entries parameters={parameters.toString()} onShowAll={filter === noFilter ? null : () => setFilter(noFilter)} />
		</div>
	);
}

interface EntriesProps {
	/** Of the filter. */
	readonly parameters: string;
	/** null: all are shown. */
	readonly onShowAll: (() => void) | null;
}

function Entries({ parameters, onShowAll }: EntriesProps) {
	const [shown, setShown] = useState<AuditView | null>(null);
	const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
		queryKey: keys.audit(parameters),
		queryFn: ({ pageParam, signal }) =>
			fetchJson<Page<AuditView>>(`/api/audit?${parameters}${pageParam === null ? "" : `&after=${pageParam}`}`, {
				signal,
			}),
		initialPageParam: null as string | null,
		getNextPageParam: (page) => page.next,
		refetchOnMount: "always",
	});
	const rows = data?.pages.flatMap((page) => page.rows) ?? [];
	const lines = useVirtualList({ count: rows.length, resetOn: parameters, keyOf: (index) => rows[index]?.id ?? index });
	const items = lines.virtualizer.getVirtualItems();
	const nearEnd = (items.at(-1)?.index ?? -1) >= rows.length - 50;
	useEffect(() => {
		if (nearEnd && hasNextPage && !isFetchingNextPage) void fetchNextPage();
	}, [nearEnd, hasNextPage, isFetchingNextPage, fetchNextPage]);

	if (error && data === undefined) {
		return (
			<ErrorState title="The audit log could not be loaded" onRetry={() => void refetch()}>
				{error.message}
			</ErrorState>
		);
	}
	if (data === undefined) return <SkeletonRows />;
	if (rows.length === 0) {
		return onShowAll === null ? (
			<EmptyState title="No entries yet">Every action appears here, with the user who took it.</EmptyState>
		) : (
			<EmptyState title="No entry matches" action={<Button onClick={onShowAll}>Show all</Button>} />
		);
	}
	const total = data.pages[0]?.total ?? rows.length;
	return (
		<>
			<p role="status" className="text-fine text-muted">
				{formatPlural(total, "entry", "entries")}
			</p>
			<Table label="Audit log" rowCount={total + 1} className="overflow-hidden rounded-md border bg-surface">
				<HeaderRow className={auditColumns}>
					<ColumnHeader>Who</ColumnHeader>
					<ColumnHeader>What</ColumnHeader>
					<ColumnHeader className="max-sm:sr-only">Object</ColumnHeader>
					<ColumnHeader>Outcome</ColumnHeader>
					<ColumnHeader className="hidden lg:block">From</ColumnHeader>
					<ColumnHeader className="text-right max-sm:sr-only">When</ColumnHeader>
				</HeaderRow>
				{/* biome-ignore lint/a11y: virtualised rows, see ui/table; only hears the keys of the lines inside */}
				<div ref={lines.scroller} role="rowgroup" onKeyDown={lines.onKeyDown} className="max-h-[72dvh] overflow-y-auto">
					<div role="presentation" className="relative" style={{ height: lines.virtualizer.getTotalSize() }}>
						{items.map(({ key, index, start }) => {
							const entry = rows[index];
							return entry === undefined ? null : (
								<AuditRow
									key={key}
									ref={lines.virtualizer.measureElement}
									entry={entry}
									index={index}
									top={start}
									active={index === lines.active}
									onOpen={() => setShown(entry)}
								/>
							);
						})}
					</div>
				</div>
			</Table>
			{shown === null ? null : <AuditDetail entry={shown} onClose={() => setShown(null)} />}
		</>
	);
}
