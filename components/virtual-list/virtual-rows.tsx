import type { VirtualItem } from "@tanstack/react-virtual";
import type { ReactNode } from "react";
import { RowLayout } from "#components/ui/table.tsx";
import type { useVirtualList } from "./use-virtual-list.ts";

interface VirtualRowsProps {
	readonly list: ReturnType<typeof useVirtualList>;
	/** A `HeaderRow`: it stays in sight above the rows, and is as wide as they are beside their scroll bar. */
	readonly header: ReactNode;
	/** Below the last row. */
	readonly after?: ReactNode;
	readonly children: (item: VirtualItem) => ReactNode;
}

/** The part of a table that scrolls: as high as all rows, with those in sight rendered. */
export function VirtualRows({ list, header, after, children }: VirtualRowsProps) {
	return (
		<RowLayout
			ref={list.scroller}
			onKeyDown={list.onKeyDown}
			className="max-h-[72dvh] overflow-y-auto overscroll-contain"
		>
			{header}
			<RowLayout className="relative" style={{ height: list.virtualizer.getTotalSize() }}>
				{list.virtualizer
					.getVirtualItems()
					.map((item) => children({ ...item, start: item.start - list.virtualizer.options.scrollMargin }))}
			</RowLayout>
			{after}
		</RowLayout>
	);
}
