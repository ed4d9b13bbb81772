import type { Virtualizer } from "@tanstack/react-virtual";
import type { ReactNode } from "react";
import { cx } from "#components/ui/cx.ts";

interface FramedRowsProps<Row> {
	/** Of the frame that they scroll in. */
	readonly virtual: Virtualizer<HTMLElement, Element>;
	/** Those that have come. */
	readonly rows: readonly Row[];
	/** Of all there are. */
	readonly total: number;
	readonly keyOf?: (row: Row) => string;
	/** Of each item. */
	readonly className: string;
	readonly children: (row: Row) => ReactNode;
}

/** The rows in sight of a list that scrolls in a frame of its own. */
export function FramedRows<Row>({ virtual, rows, total, keyOf, className, children }: FramedRowsProps<Row>) {
	return (
		<ul className="relative" style={{ height: virtual.getTotalSize() }}>
			{virtual.getVirtualItems().map((item) => {
				const row = rows[item.index];
				return row === undefined ? null : (
					<li
						key={keyOf?.(row) ?? item.key}
						ref={virtual.measureElement}
						data-index={item.index}
						aria-setsize={total}
						aria-posinset={item.index + 1}
						className={cx("absolute inset-x-0 top-0 border-b", className)}
						style={{ transform: `translateY(${item.start}px)` }}
					>
						{children(row)}
					</li>
				);
			})}
		</ul>
	);
}
