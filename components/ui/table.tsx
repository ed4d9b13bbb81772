import { ArrowDown, ArrowUp, ChevronsUpDown } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { cx } from "./cx.ts";

/**
 * Tables are grids of `div`s with table roles, because rows are virtualised: each row is positioned by itself and all
 * take their columns from one `grid-template-columns`. Give `Table` the number of all rows and each row its index.
 */

export interface Sort<K extends string> {
	readonly by: K;
	readonly descending: boolean;
}

interface TableProps extends ComponentProps<"div"> {
	readonly label: string;
	/** All rows there are, with the header; not only those rendered. */
	readonly rowCount: number;
}

export function Table({ label, rowCount, className, ...props }: TableProps) {
	return (
		// biome-ignore lint/a11y/useSemanticElements: virtualised rows cannot be laid out as table rows
		<div role="table" aria-label={label} aria-rowcount={rowCount} className={cx("text-data", className)} {...props} />
	);
}

export const rowClasses = "grid h-8 items-center gap-x-3 border-b px-3";

interface HeaderRowProps extends ComponentProps<"div"> {
	/** Classes that keep it in sight while the page scrolls: `sticky top-11 z-10`. */
	readonly pinned?: string;
}

export function HeaderRow({ pinned, className, children, ...props }: HeaderRowProps) {
	return (
		// biome-ignore lint/a11y/useSemanticElements: see Table
		<div role="rowgroup" className={pinned}>
			{/* biome-ignore lint/a11y: see Table */}
			<div
				role="row"
				aria-rowindex={1}
				className={cx(rowClasses, "bg-background font-medium text-faint text-fine", className)}
				{...props}
			>
				{children}
			</div>
		</div>
	);
}

interface ColumnHeaderProps<K extends string> {
	readonly children: ReactNode;
	readonly className?: string;
	/** Together: the column sorts. */
	readonly name?: K;
	readonly sort?: Sort<K>;
	readonly onSort?: (sort: Sort<K>) => void;
}

export function ColumnHeader<K extends string>({ children, className, name, sort, onSort }: ColumnHeaderProps<K>) {
	const active = name !== undefined && sort?.by === name;
	const Icon = !active ? ChevronsUpDown : sort.descending ? ArrowDown : ArrowUp;
	return (
		// biome-ignore lint/a11y: see Table
		<div
			role="columnheader"
			aria-sort={active ? (sort.descending ? "descending" : "ascending") : undefined}
			className={cx("min-w-0 truncate", className)}
		>
			{name === undefined || onSort === undefined ? (
				children
			) : (
				<button
					type="button"
					className="inline-flex items-center gap-1 hover:text-text [&_svg]:size-3"
					onClick={() => onSort({ by: name, descending: active ? !sort.descending : false })}
				>
					{children}
					<Icon aria-hidden className={cx(!active && "opacity-40")} />
				</button>
			)}
		</div>
	);
}

export function Cell({ className, ...props }: ComponentProps<"div">) {
	// biome-ignore lint/a11y/useSemanticElements: see Table
	return <div role="cell" className={cx("min-w-0", className)} {...props} />;
}
