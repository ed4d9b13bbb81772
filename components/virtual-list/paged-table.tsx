"use client";

import type { ReactNode } from "react";
import { useLoadMore, type usePages } from "#components/live/use-pages.ts";
import { cx } from "#components/ui/cx.ts";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { SkeletonRows } from "#components/ui/states/skeleton.tsx";
import { HeaderRow, listRowClasses, Table, VirtualRow } from "#components/ui/table.tsx";
import { MoreRows } from "./more-rows.tsx";
import { useVirtualList } from "./use-virtual-list.ts";
import { VirtualRows } from "./virtual-rows.tsx";

interface PagedTableProps<T> {
	readonly label: string;
	readonly pages: ReturnType<typeof usePages<T>>;
	/** In the middle of a sentence: `runs`. */
	readonly rowsName: string;
	readonly keyOf: (row: T) => string | number;
	/** Which list it is: another one begins at its top. */
	readonly resetOn: string;
	/** The grid's columns. */
	readonly columns: string;
	/** A `ColumnHeader` for each. */
	readonly header: ReactNode;
	/** Instead of a table without rows. */
	readonly empty: ReactNode;
	/** The cells of a row; in the active one Tab reaches the link. */
	readonly children: (row: T, active: boolean) => ReactNode;
}

/** A table of rows that come in pages as it is scrolled, with the faces of one that is loaded, that failed and that is empty. */
export function PagedTable<T>({ pages, rowsName, empty, ...table }: PagedTableProps<T>) {
	if (pages.error && pages.rows === undefined)
		return (
			<ErrorState title={`The ${rowsName} could not be loaded`} onRetry={() => void pages.refetch()}>
				{pages.error.message}
			</ErrorState>
		);
	if (pages.rows === undefined) return <SkeletonRows />;
	if (pages.rows.length === 0) return empty;
	return <LoadedTable {...table} pages={pages} rows={pages.rows} more={`More ${rowsName}`} />;
}

interface LoadedTableProps<T> extends Omit<PagedTableProps<T>, "rowsName" | "empty"> {
	readonly rows: readonly T[];
	/** What comes while further rows are read. */
	readonly more: string;
}

function LoadedTable<T>({ label, pages, rows, keyOf, resetOn, columns, header, more, children }: LoadedTableProps<T>) {
	const list = useVirtualList({
		count: rows.length,
		resetOn,
		keyOf: (index) => (rows[index] === undefined ? index : keyOf(rows[index])),
	});
	useLoadMore(list.lastShown >= rows.length - 20, pages);
	return (
		<Table label={label} rowCount={pages.total + 1} className="overflow-hidden rounded-md border bg-surface">
			<VirtualRows
				list={list}
				header={<HeaderRow className={columns}>{header}</HeaderRow>}
				after={<MoreRows isFetching={pages.isFetchingNextPage}>{more}</MoreRows>}
			>
				{({ key, index, start }) => {
					const row = rows[index];
					return row === undefined ? null : (
						<VirtualRow
							key={key}
							ref={list.virtualizer.measureElement}
							index={index}
							top={start}
							className={cx(listRowClasses, columns)}
						>
							{children(row, index === list.active)}
						</VirtualRow>
					);
				}}
			</VirtualRows>
		</Table>
	);
}
