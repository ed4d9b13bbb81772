import type { ReactNode } from "react";
import { cx } from "#components/ui/cx.ts";
import { Row, rowClasses } from "#components/ui/table.tsx";

interface OpenableRowProps {
	/** 1 is the header. */
	readonly rowIndex: number;
	/** The grid's columns. */
	readonly columns: string;
	readonly highlighted: boolean;
	readonly onToggle: () => void;
	/** Pointed at, or not any more. */
	readonly onPoint: (pointed: boolean) => void;
	readonly children: ReactNode;
}

/** A row of virtual lines that opens by a click anywhere; one cell holds its `RowToggle`. */
export function OpenableRow({ rowIndex, columns, highlighted, onToggle, onPoint, children }: OpenableRowProps) {
	return (
		<Row
			aria-rowindex={rowIndex}
			onClick={onToggle}
			onPointerEnter={() => onPoint(true)}
			onPointerLeave={() => onPoint(false)}
			className={cx(rowClasses, columns, "cursor-pointer", highlighted ? "bg-raised" : "bg-surface hover:bg-raised")}
		>
			{children}
		</Row>
	);
}

interface RowToggleProps {
	/** The line that Tab reaches. */
	readonly active: boolean;
	readonly open: boolean;
	readonly onToggle: () => void;
	readonly children: ReactNode;
}

/** What opens the row by the keys, and what a screen reader calls it. */
export function RowToggle({ active, open, onToggle, children }: RowToggleProps) {
	return (
		<button
			type="button"
			data-line
			tabIndex={active ? 0 : -1}
			aria-expanded={open}
			onClick={(event) => {
				event.stopPropagation();
				onToggle();
			}}
			className="flex w-full min-w-0 items-center gap-1.5 text-left"
		>
			{children}
		</button>
	);
}
