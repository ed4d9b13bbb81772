"use client";

import { useQuery } from "@tanstack/react-query";
import { Download, X } from "lucide-react";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { useLoadMore, usePages } from "#components/live/use-pages.ts";
import { usePageActions } from "#components/shell/page-actions.ts";
import { leaveFor, ownAddress } from "#components/ui/address/own-address.ts";
import { useAddressState } from "#components/ui/address/use-address-state.ts";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { SkeletonRows } from "#components/ui/states/skeleton.tsx";
import { ColumnHeader, HeaderRow, Table } from "#components/ui/table.tsx";
import { useVirtualList } from "#components/virtual-list/use-virtual-list.ts";
import { VirtualRows } from "#components/virtual-list/virtual-rows.tsx";
import type { AuditView } from "#lib/access/audit/audit-log.ts";
import type { Page } from "#lib/catalog/read-models/answers.ts";
import { formatPlural } from "#lib/numbers.ts";
import { AuditDetail } from "./audit-detail.tsx";
import { AuditFilterForm, filterOf, filterParameters, noAuditFilter } from "./audit-filter.tsx";
import { AuditRow, auditColumns } from "./audit-row.tsx";

/** The audit log, newest first; older entries load while scrolling. */
export function AuditLog() {
	const { state, set, replace, isDefault } = useAddressState(noAuditFilter);
	const filter = filterOf(state);
	const parameters = new URLSearchParams(filterParameters(filter));
	const exportUrl = (format: string) => `/api/audit/export?${new URLSearchParams([...parameters, ["format", format]])}`;
	usePageActions([
		...(["csv", "ndjson"] as const).map((format) => ({
			label: `Export the audit log as ${format.toUpperCase()}`,
			icon: <Download />,
			go: () => leaveFor(exportUrl(format)),
		})),
		...(isDefault ? [] : [{ label: "Show all", icon: <X />, go: () => set(noAuditFilter) }]),
	]);
	return (
		<div className="space-y-3">
			<div className="flex flex-wrap items-center justify-between gap-3">
				<h1 className="font-semibold text-lg">Audit log</h1>
				<div className="flex gap-2">
					{(["csv", "ndjson"] as const).map((format) => (
						<Button key={format} asChild>
							<a href={ownAddress(exportUrl(format))} download>
								<Download aria-hidden />
								{format.toUpperCase()}
								<span className="sr-only"> of what is shown</span>
							</a>
						</Button>
					))}
				</div>
			</div>
			<AuditFilterForm filter={filter} isDefault={isDefault} onChange={set} onType={replace} />
			<Entries parameters={parameters.toString()} onShowAll={isDefault ? null : () => set(noAuditFilter)} />
		</div>
	);
}

/** The entry that is opened, as the address has it. */
const noEntry = { entry: "" };

/** An entry that a link names may be far down the list. */
function useEntry(id: number, rows: readonly AuditView[]): AuditView | null {
	const listed = rows.find((row) => row.id === id);
	const { data } = useQuery({
		queryKey: queryKeys.audit("entry", id),
		queryFn: ({ signal }) =>
			fetchJson<Page<AuditView>>(`/api/audit?${new URLSearchParams({ id: String(id) })}`, { signal }),
		enabled: Number.isSafeInteger(id) && id > 0 && listed === undefined,
	});
	return listed ?? data?.rows[0] ?? null;
}

interface EntriesProps {
	/** Of the filter. */
	readonly parameters: string;
	/** null: all are shown. */
	readonly onShowAll: (() => void) | null;
}

function Entries({ parameters, onShowAll }: EntriesProps) {
	const { state, replace } = useAddressState(noEntry);
	const pages = usePages<AuditView>({
		queryKey: queryKeys.audit(parameters),
		url: `/api/audit?${parameters}`,
		refetchOnMount: "always",
	});
	const rows = pages.rows ?? [];
	const shown = useEntry(Number(state.entry), rows);
	const list = useVirtualList({ count: rows.length, resetOn: parameters, keyOf: (index) => rows[index]?.id ?? index });
	useLoadMore(list.lastShown >= rows.length - 50, pages);

	if (pages.error && pages.rows === undefined) {
		return (
			<ErrorState title="The audit log could not be loaded" onRetry={() => void pages.refetch()}>
				{pages.error.message}
			</ErrorState>
		);
	}
	if (pages.rows === undefined) return <SkeletonRows />;
	if (rows.length === 0) {
		return onShowAll === null ? (
			<EmptyState title="No entries yet">Every action appears here, with the user who took it.</EmptyState>
		) : (
			<EmptyState title="No entry matches" action={<Button onClick={onShowAll}>Show all</Button>} />
		);
	}
	return (
		<>
			<p role="status" className="text-fine text-muted">
				{formatPlural(pages.total, "entry", "entries")}
			</p>
			<Table label="Audit log" rowCount={pages.total + 1} className="overflow-hidden rounded-md border bg-surface">
				<VirtualRows
					list={list}
					header={
						<HeaderRow className={auditColumns}>
							<ColumnHeader>Who</ColumnHeader>
							<ColumnHeader>What</ColumnHeader>
							<ColumnHeader className="max-sm:sr-only">Object</ColumnHeader>
							<ColumnHeader>Outcome</ColumnHeader>
							<ColumnHeader className="hidden lg:block">From</ColumnHeader>
							<ColumnHeader className="text-right max-sm:sr-only">When</ColumnHeader>
						</HeaderRow>
					}
				>
					{({ key, index, start }) => {
						const entry = rows[index];
						return entry === undefined ? null : (
							<AuditRow
								key={key}
								ref={list.virtualizer.measureElement}
								entry={entry}
								index={index}
								top={start}
								active={index === list.active}
								onOpen={() => replace({ entry: String(entry.id) })}
							/>
						);
					}}
				</VirtualRows>
			</Table>
			{shown === null ? null : <AuditDetail entry={shown} onClose={() => replace(noEntry)} />}
		</>
	);
}
