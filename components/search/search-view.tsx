"use client";

import { ArrowDownUp, Download, X } from "lucide-react";
import { useState } from "react";
import { DatasetsFrame } from "#components/datasets/datasets-frame.tsx";
import { useLoadMore } from "#components/live/use-pages.ts";
import { usePageActions } from "#components/shell/page-actions.ts";
import type { TimeRange } from "#components/timeline/time-scale.ts";
import { leaveFor } from "#components/ui/address/own-address.ts";
import { useAddressState } from "#components/ui/address/use-address-state.ts";
import { Button } from "#components/ui/button.tsx";
import { Menu, MenuDownload } from "#components/ui/menu.tsx";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { SkeletonRows } from "#components/ui/states/skeleton.tsx";
import { ColumnHeader, HeaderRow, Table } from "#components/ui/table.tsx";
import { toggled } from "#components/ui/toggled.ts";
import { useVirtualList } from "#components/virtual-list/use-virtual-list.ts";
import { VirtualRows } from "#components/virtual-list/virtual-rows.tsx";
import type { DatasetCount } from "#lib/catalog/search/find-datasets.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";
import { SearchFilters } from "./search-filters.tsx";
import { SearchRow, searchColumns } from "./search-row.tsx";
import {
	type Asked,
	askedParameters,
	unasked,
	useFoundCount,
	useFoundDatasets,
	useFoundDensity,
	useFoundFootprints,
} from "./use-search.ts";

const orders = [
	{ sort: "", label: "Latest first" },
	{ sort: "begin", label: "Earliest first" },
	{ sort: "id", label: "By EO ID" },
	{ sort: "-updated", label: "Last changed first" },
] as const;

/** The datasets of all containers: what is asked for as a table, on the map and over time, and as a file. */
export function SearchView() {
	const { state: asked, set, replace, isDefault } = useAddressState(unasked);
	const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
	const [highlighted, setHighlighted] = useState<number | null>(null);
	const pages = useFoundDatasets(asked);
	const count = useFoundCount(asked);
	const { features, isLoading, error: mapError } = useFoundFootprints(asked);
	const density = useFoundDensity(asked);
	const rows = pages.rows ?? [];
	const list = useVirtualList({
		count: rows.length,
		resetOn: JSON.stringify(asked),
		keyOf: (index) => rows[index]?.dataset ?? index,
	});
	useLoadMore(list.lastShown >= rows.length - 40, pages);
	// A mistake is shown at its field, any other error in place of the rows.
	const error = pages.error?.message ?? null;
	const isMistake = error !== null && /^(?:(?:where|begin|end|bbox):|There is no container )/.test(error);

	usePageActions([
		...(isDefault ? [] : [{ label: "Show all", icon: <X />, go: () => set(unasked) }]),
		...orders
			.filter(({ sort }) => sort !== asked.sort)
			.map(({ sort, label }) => ({ label: `Order: ${label}`, icon: <ArrowDownUp />, go: () => set({ sort }) })),
		...formats.map(([format, label]) => ({
			label: `Export what is found as ${label}`,
			icon: <Download />,
			go: () => leaveFor(exportUrl(asked, format)),
		})),
	]);

	/** One that is not in the table yet is found by its ID. */
	function pick(dataset: number) {
		const index = rows.findIndex((row) => row.dataset === dataset);
		setOpened((before) => new Set(before).add(dataset));
		if (index >= 0) list.go(index, false);
		else replace({ search: features.find(({ key }) => key === dataset)?.label ?? "" });
	}

	return (
		<div className="space-y-4">
			<header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
				<div className="min-w-0">
					<h1 className="font-semibold text-lg">Search</h1>
					<p className="text-muted">Datasets of all containers, by time, place and metadata.</p>
				</div>
				<ExportMenu asked={asked} />
			</header>
			<SearchFilters asked={asked} error={error} onAsk={set} />
			<DatasetsFrame
				map={{
					label: "Footprints of the datasets that were found",
					features,
					isLoading,
					error: isMistake ? null : (mapError?.message ?? null),
					highlighted,
					onHighlight: (key) => setHighlighted(key === null ? null : Number(key)),
					onPick: (key) => pick(Number(key)),
				}}
				time={{
					density,
					range: rangeOf(asked),
					onRange: (range) => set({ begin: range?.begin ?? "", end: range?.end ?? "" }),
				}}
				search={asked.search}
				onSearch={(search) => replace({ search })}
				order={{
					value: asked.sort,
					choices: orders.map(({ sort, label }) => ({ value: sort, label })),
					onOrder: (sort) => set({ sort }),
				}}
				count={pages.rows === undefined || pages.isPlaceholderData || error !== null ? "" : countText(count)}
				onShowAll={isDefault ? null : () => set(unasked)}
			>
				{error !== null && !isMistake ? (
					<ErrorState title="The search could not be answered" onRetry={() => void pages.refetch()}>
						{error}
					</ErrorState>
				) : isMistake ? (
					<EmptyState title="The search cannot be understood">See what is marked above.</EmptyState>
				) : pages.rows === undefined ? (
					<SkeletonRows />
				) : rows.length === 0 ? (
					<Nothing isDefault={isDefault} />
				) : (
					<Table label="Datasets" rowCount={rows.length + 1} className="overflow-hidden rounded-md border bg-surface">
						<VirtualRows
							list={list}
							header={
								<HeaderRow className={searchColumns}>
									<ColumnHeader>EO ID</ColumnHeader>
									<ColumnHeader className="hidden sm:block">Begin</ColumnHeader>
									<ColumnHeader className="hidden lg:block">Platform, product</ColumnHeader>
									<ColumnHeader className="hidden lg:block">Containers</ColumnHeader>
									<ColumnHeader className="sr-only">Page</ColumnHeader>
								</HeaderRow>
							}
						>
							{({ key, index, start }) => {
								const dataset = rows[index];
								return dataset === undefined ? null : (
									<SearchRow
										key={key}
										ref={list.virtualizer.measureElement}
										index={index}
										top={start}
										dataset={dataset}
										active={index === list.active}
										open={opened.has(dataset.dataset)}
										highlighted={highlighted === dataset.dataset}
										onHighlight={setHighlighted}
										onToggle={() => {
											list.setActive(index);
											setOpened((before) => toggled(before, dataset.dataset));
										}}
									/>
								);
							}}
						</VirtualRows>
					</Table>
				)}
			</DatasetsFrame>
		</div>
	);
}

function Nothing({ isDefault }: { readonly isDefault: boolean }) {
	if (isDefault)
		return <EmptyState title="No datasets">Datasets appear after the first sync that finds files.</EmptyState>;
	return (
		<EmptyState title="No dataset matches">
			Widen the time or the box, or take a part of the filter away. Names in filters are those of the metadata, such as
			platform; values are compared letter by letter: CASEI(platform) = CASEI('sentinel-2a') takes any case.
		</EmptyState>
	);
}

function countText(count: DatasetCount | null): string {
	if (count === null) return "";
	if (count.count === null) return "very many datasets";
	if (count.isMore) return `more than ${formatCount(count.count)} datasets`;
	return formatPlural(count.count, "dataset", "datasets");
}

/** Days count as a whole; null unless both ends are there and are times. */
function rangeOf({ begin, end }: Asked): TimeRange | null {
	const instant = (text: string, time: string) => (/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T${time}Z` : text);
	const range = { begin: instant(begin, "00:00:00"), end: instant(end, "23:59:59") };
	const isTime = (text: string) => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) && !Number.isNaN(Date.parse(text));
	return isTime(range.begin) && isTime(range.end) && range.begin <= range.end ? range : null;
}

const formats = [
	["csv", "CSV, for spreadsheets"],
	["geojson", "GeoJSON, for maps"],
	["parquet", "GeoParquet, for analyses"],
	["ndjson", "JSON lines, for programs"],
	["json", "JSON"],
] as const;

function exportUrl(asked: Asked, format: (typeof formats)[number][0]): string {
	return `/api/datasets/export?${askedParameters(asked, { format })}`;
}

function ExportMenu({ asked }: { readonly asked: Asked }) {
	return (
		<Menu
			trigger={
				<Button title="Save all that is found as a file">
					<Download aria-hidden /> Export
				</Button>
			}
		>
			{formats.map(([format, label]) => (
				<MenuDownload key={format} href={exportUrl(asked, format)}>
					{label}
				</MenuDownload>
			))}
		</Menu>
	);
}
