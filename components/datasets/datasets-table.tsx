"use client";

import { ArrowDownUp } from "lucide-react";
import { useMemo, useState } from "react";
import { useLoadMore } from "#components/live/use-pages.ts";
import { usePageActions } from "#components/shell/page-actions.ts";
import { useAddressState } from "#components/ui/address/use-address-state.ts";
import { sortName, sortNamed } from "#components/ui/sort-name.ts";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { SkeletonRows } from "#components/ui/states/skeleton.tsx";
import { ColumnHeader, HeaderRow, type Sort, Table } from "#components/ui/table.tsx";
import { toggled } from "#components/ui/toggled.ts";
import { useVirtualList } from "#components/virtual-list/use-virtual-list.ts";
import { VirtualRows } from "#components/virtual-list/virtual-rows.tsx";
import { formatPlural } from "#lib/numbers.ts";
import { DatasetRow, datasetColumns, timeWords } from "./dataset-row.tsx";
import { DatasetsFrame } from "./datasets-frame.tsx";
import { type DatasetsFilter, useDatasetDensity, useDatasetFootprints, useDatasets } from "./use-datasets.ts";

const sortColumns = ["id", "begin", "end", "path", "read"] as const;
type SortColumn = (typeof sortColumns)[number];
const sortWords = {
	id: "By EO ID",
	begin: "Earliest begin first",
	"-begin": "Latest begin first",
	end: "Earliest end first",
	"-end": "Latest end first",
	path: "By path",
	read: "Longest not read first",
	"-read": "Last read first",
} as const;
/** Of orders that only the head of a column gives. */
const descendingWords: Readonly<Record<SortColumn, string>> = {
	id: "By EO ID, the last first",
	begin: sortWords["-begin"],
	end: sortWords["-end"],
	path: "By path, the last first",
	read: sortWords["-read"],
};

/** As the page's address has it. */
const unsorted = { sort: "id" };
const unfiltered = { search: "", begin: "", end: "" };
const noneOpen = { open: "" };

function filterOf({ search, begin, end }: typeof unfiltered): DatasetsFilter {
	const isTime = (text: string) => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) && !Number.isNaN(Date.parse(text));
	return { search, range: isTime(begin) && isTime(end) ? { begin, end } : null };
}

/** A container's datasets with their map and timeline, which all show the same selection. */
export function DatasetsTable({ container }: { readonly container: string }) {
	const { state, set, replace } = useAddressState(unfiltered);
	const { state: order, set: setOrder } = useAddressState(unsorted);
	const sort = useMemo(() => sortNamed(order.sort, sortColumns, { by: "id", descending: false }), [order.sort]);
	const onSort = (next: Sort<SortColumn>) => setOrder({ sort: sortName(next) });
	const { state: address, replace: keep } = useAddressState(noneOpen);
	const filter = useMemo(() => filterOf(state), [state]);
	// The address has the one that was opened last.
	const [opened, setOpened] = useState<ReadonlySet<string>>(() => new Set(address.open === "" ? [] : [address.open]));
	const [highlighted, setHighlighted] = useState<string | null>(null);
	const pages = useDatasets(container, filter, sortName(sort));
	const { features, isLoading } = useDatasetFootprints(container, filter);
	const density = useDatasetDensity(container, filter.search);
	const rows = pages.rows ?? [];
	const list = useVirtualList({
		count: rows.length,
		resetOn: JSON.stringify([container, filter, sort]),
		keyOf: (index) => rows[index]?.id ?? index,
	});
	useLoadMore(list.lastShown >= rows.length - 40, pages);

	function toggle(id: string) {
		keep({ open: opened.has(id) ? "" : id });
		setOpened((before) => toggled(before, id));
	}
	/** A row that is not here yet is found by its ID. */
	function pick(id: string) {
		const index = rows.findIndex((row) => row.id === id);
		keep({ open: id });
		setOpened((before) => new Set(before).add(id));
		if (index < 0) replace({ search: id });
		else list.go(index, false);
	}

	// The column of times has those that the rows are ordered by.
	const timeColumn = sort.by === "end" || sort.by === "read" ? sort.by : "begin";
	usePageActions(
		Object.entries(sortWords)
			.filter(([value]) => value !== sortName(sort))
			.map(([value, label]) => ({
				label: `Order: ${label}`,
				icon: <ArrowDownUp />,
				go: () => setOrder({ sort: value }),
			})),
	);
	const narrowed = filter.search !== "" || filter.range !== null;
	if (pages.rows !== undefined && pages.total === 0 && !narrowed) {
		return <EmptyState title="No datasets">Datasets appear after the first sync that finds files.</EmptyState>;
	}
	return (
		<DatasetsFrame
			map={{
				label: `Footprints of the datasets of ${container}`,
				features,
				isLoading,
				highlighted,
				onHighlight: (key) => setHighlighted(key === null ? null : String(key)),
				onPick: (key) => pick(String(key)),
			}}
			time={{
				density,
				range: filter.range,
				onRange: (range) => set({ begin: range?.begin ?? "", end: range?.end ?? "" }),
			}}
			search={filter.search}
			onSearch={(search) => replace({ search })}
			order={{
				value: sortName(sort),
				choices: [
					...Object.entries(sortWords).map(([value, label]) => ({ value, label })),
					...(sortName(sort) in sortWords ? [] : [{ value: sortName(sort), label: descendingWords[sort.by] }]),
				],
				onOrder: (value) => setOrder({ sort: value }),
			}}
			count={
				pages.rows === undefined || pages.isPlaceholderData
					? ""
					: formatPlural(
							pages.total,
							narrowed ? "dataset matches" : "dataset",
							narrowed ? "datasets match" : "datasets",
						)
			}
			onShowAll={narrowed ? () => set(unfiltered) : null}
		>
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
								<ColumnHeader name="id" sort={sort} onSort={onSort}>
									EO ID
								</ColumnHeader>
								<ColumnHeader name={timeColumn} sort={sort} onSort={onSort} className="hidden sm:block">
									{timeWords[timeColumn]}
								</ColumnHeader>
								<ColumnHeader className="hidden lg:block">Kind</ColumnHeader>
								<ColumnHeader name="path" sort={sort} onSort={onSort} className="hidden lg:block">
									Path
								</ColumnHeader>
								<ColumnHeader className="sr-only">Link</ColumnHeader>
							</HeaderRow>
						}
					>
						{({ key, index, start }) => {
							const dataset = rows[index];
							return dataset === undefined ? null : (
								<DatasetRow
									time={timeColumn}
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
		</DatasetsFrame>
	);
}
