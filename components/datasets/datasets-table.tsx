"use client";

import { useMemo, useState } from "react";
import { useLoadMore } from "#components/live/use-pages.ts";
import { FootprintMap } from "#components/map/footprint-map.tsx";
import { MapBeside } from "#components/map/map-beside.tsx";
import { Timeline } from "#components/timeline/timeline.tsx";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { formatPlural } from "#components/ui/format.ts";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { ColumnHeader, HeaderRow, Table } from "#components/ui/table.tsx";
import { useAddressState } from "#components/ui/use-address-state.ts";
import { SearchField } from "#components/virtual-list/search-field.tsx";
import { useVirtualList } from "#components/virtual-list/use-virtual-list.ts";
import { VirtualRows } from "#components/virtual-list/virtual-rows.tsx";
import { DatasetRow, datasetColumns } from "./dataset-row.tsx";
import { type DatasetsFilter, useDatasetDensity, useDatasetFootprints, useDatasets } from "./use-datasets.ts";

/** As the page's address has it. */
const unfiltered = { search: "", begin: "", end: "" };
const noneOpen = { open: "" };

function filterOf({ search, begin, end }: typeof unfiltered): DatasetsFilter {
	const isTime = (text: string) => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) && !Number.isNaN(Date.parse(text));
	return { search, range: isTime(begin) && isTime(end) ? { begin, end } : null };
}

/** A container's datasets with their map and timeline, which all show the same selection. */
export function DatasetsTable({ container }: { readonly container: string }) {
	const { state, set, replace } = useAddressState(unfiltered);
	const { state: address, replace: keep } = useAddressState(noneOpen);
	const filter = useMemo(() => filterOf(state), [state]);
	// The address has the one that was opened last.
	const [opened, setOpened] = useState<ReadonlySet<string>>(() => new Set(address.open === "" ? [] : [address.open]));
	const [highlighted, setHighlighted] = useState<string | null>(null);
	const pages = useDatasets(container, filter);
	const { features, isLoading } = useDatasetFootprints(container, filter);
	const density = useDatasetDensity(container, filter.search);
	const rows = pages.rows ?? [];
	const list = useVirtualList({
		count: rows.length,
		resetOn: JSON.stringify([container, filter]),
		keyOf: (index) => rows[index]?.id ?? index,
	});
	useLoadMore(list.lastShown >= rows.length - 40, pages);

	function toggle(id: string) {
		keep({ open: opened.has(id) ? "" : id });
		setOpened((before) => {
			const after = new Set(before);
			if (!after.delete(id)) after.add(id);
			return after;
		});
	}
	/** A row that is not here yet is found by its ID. */
	function pick(id: string) {
		const index = rows.findIndex((row) => row.id === id);
		keep({ open: id });
		setOpened((before) => new Set(before).add(id));
		if (index < 0) replace({ search: id });
		else list.go(index, false);
	}

	const narrowed = filter.search !== "" || filter.range !== null;
	if (pages.rows !== undefined && pages.total === 0 && !narrowed) {
		return <EmptyState title="No datasets">Datasets appear after the first sync that finds files.</EmptyState>;
	}
	return (
		<MapBeside
			aside={
				<>
					<FootprintMap
						label={`Footprints of the datasets of ${container}`}
						features={features}
						isLoading={isLoading}
						highlighted={highlighted}
						onHighlight={(key) => setHighlighted(key === null ? null : String(key))}
						onPick={(key) => pick(String(key))}
						className="h-64 xl:h-96"
					/>
					<Timeline
						label="Datasets by time"
						density={density}
						range={filter.range}
						onRange={(range) => set({ begin: range?.begin ?? "", end: range?.end ?? "" })}
					/>
				</>
			}
		>
			<div className="flex flex-wrap items-center gap-2">
				<SearchField
					label="Search EO IDs and paths"
					placeholder="EO ID or path"
					search={filter.search}
					onSearch={(search) => replace({ search })}
				/>
				<span role="status" className="text-muted">
					{pages.rows === undefined || pages.isPlaceholderData
						? ""
						: formatPlural(
								pages.total,
								narrowed ? "dataset matches" : "dataset",
								narrowed ? "datasets match" : "datasets",
							)}
				</span>
				{narrowed ? (
					<Button variant="quiet" onClick={() => set(unfiltered)}>
						Show all
					</Button>
				) : null}
			</div>
			{pages.error ? (
				<ErrorState title="The datasets could not be loaded" onRetry={() => void pages.refetch()}>
					{pages.error.message}
				</ErrorState>
			) : pages.rows === undefined ? (
				<SkeletonRows />
			) : (
				<Table label="Datasets" rowCount={pages.total + 1} className="overflow-hidden rounded-md border bg-surface">
					<VirtualRows
						list={list}
						header={
							<HeaderRow className={datasetColumns}>
								<ColumnHeader>EO ID</ColumnHeader>
								<ColumnHeader className="hidden sm:block">Begin</ColumnHeader>
								<ColumnHeader className="hidden lg:block">Kind</ColumnHeader>
								<ColumnHeader className="hidden lg:block">Path</ColumnHeader>
								<ColumnHeader className="sr-only">Link</ColumnHeader>
							</HeaderRow>
						}
					>
						{({ key, index, start }) => {
							const dataset = rows[index];
							return dataset === undefined ? null : (
								<DatasetRow
									key={key}
									ref={list.virtualizer.measureElement}
									index={index}
									top={start}
									dataset={dataset}
									container={container}
									active={index === list.active}
									open={opened.has(dataset.id)}
									highlighted={highlighted === dataset.id}
									onHighlight={setHighlighted}
									onToggle={() => {
										list.setActive(index);
										toggle(dataset.id);
									}}
								/>
							);
						}}
					</VirtualRows>
				</Table>
			)}
		</MapBeside>
	);
}
