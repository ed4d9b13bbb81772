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

type DivProps = Omit<ComponentProps<"div">, "role">;

interface PartProps extends DivProps {
	readonly role: "table" | "rowgroup" | "row" | "columnheader" | "cell" | "presentation";
}

/** The one element with a table's role that is none of HTML's: rows that are positioned cannot be `tr`. */
function Part({ role, ...props }: PartProps) {
	return <div role={role} {...props} />;
}

interface TableProps extends DivProps {
	readonly label: string;
	/** All rows there are, with the header; not only those rendered. */
	readonly rowCount: number;
}

export function Table({ label, rowCount, className, ...props }: TableProps) {
	return (
		<Part role="table" aria-label={label} aria-rowcount={rowCount} className={cx("text-data", className)} {...props} />
	);
}

/** Rows that belong together: a table's whole body, or a row with its details. */
export function RowGroup(props: DivProps) {
	return <Part role="rowgroup" {...props} />;
}

/** What lays out rows without being one: it scrolls, or is as high as all of them. */
export function RowLayout(props: DivProps) {
	return <Part role="presentation" {...props} />;
}

export function Row(props: DivProps) {
	return <Part role="row" {...props} />;
}

interface VirtualRowProps extends DivProps {
	/** Among all rows, from 0, without the header. */
	readonly index: number;
	/** Pixels from the first row. */
	readonly top: number;
}

/** A row where the virtualiser puts it; `ref` measures it. */
export function VirtualRow({ index, top, className, ...props }: VirtualRowProps) {
	return <Part role="row" aria-rowindex={index + 2} {...placeOf(index, top, className)} {...props} />;
}

/** The same for a row with its details, or one of another kind. */
export function VirtualRowGroup({ index, top, className, ...props }: VirtualRowProps) {
	return <Part role="rowgroup" {...placeOf(index, top, className)} {...props} />;
}

function placeOf(index: number, top: number, className: string | undefined) {
	return {
		"data-index": index,
		style: { transform: `translateY(${top}px)` },
		className: cx("absolute inset-x-0 top-0", className),
	};
}

/** One line on a wide screen, up to three on a narrow one. */
export const listRowClasses =
	"grid h-8 items-center gap-x-3 border-b bg-surface px-3 hover:bg-raised max-sm:h-auto max-sm:gap-y-0.5 max-sm:py-1.5";

/** A row of one cell over all columns. */
export function WholeRow({ columns, children }: { readonly columns: number; readonly children: ReactNode }) {
	return (
		<Row>
			<Part role="cell" aria-colspan={columns}>
				{children}
			</Part>
		</Row>
	);
}

export const rowClasses = "grid h-8 items-center gap-x-3 border-b px-3";

interface HeaderRowProps extends DivProps {
	/** Classes that keep it in sight while the page scrolls: `sticky top-11 z-10`; `""`: all rows stand below it. Default: as `VirtualRows` wants it. */
	readonly pinned?: string;
}

export function HeaderRow({ pinned, className, ...props }: HeaderRowProps) {
	return (
		<RowGroup className={pinned ?? "sticky top-0 z-20 bg-background"}>
			<Row
				aria-rowindex={1}
				className={cx(rowClasses, "bg-background font-medium text-faint text-fine", className)}
				{...props}
			/>
		</RowGroup>
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
		<Part
			role="columnheader"
			aria-sort={active ? (sort.descending ? "descending" : "ascending") : undefined}
			className={cx("min-w-0 truncate", className)}
		>
			{name === undefined || onSort === undefined ? (
				children
			) : (
				<button
					type="button"
					className="inline-flex items-center gap-1 hover:text-text pointer-coarse:py-1.5 [&_svg]:size-3"
					onClick={() => onSort({ by: name, descending: active ? !sort.descending : false })}
				>
					{children}
					<Icon aria-hidden className={cx(!active && "opacity-40")} />
				</button>
			)}
		</Part>
	);
}

export function Cell({ className, ...props }: DivProps) {
	return <Part role="cell" className={cx("min-w-0", className)} {...props} />;
}
