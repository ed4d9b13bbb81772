import type { VirtualItem } from "@tanstack/react-virtual";
import type { ReactNode } from "react";
import { RowLayout } from "#components/ui/table.tsx";
import type { useVirtualList } from "./use-virtual-list.ts";

interface VirtualRowsProps {
	readonly list: ReturnType<typeof useVirtualList>;
	/** Below the last row. */
	readonly after?: ReactNode;
	readonly children: (item: VirtualItem) => ReactNode;
}

/** The part of a table that scrolls: as high as all rows, with those in sight rendered. */
export function VirtualRows({ list, after, children }: VirtualRowsProps) {
	return (
		<RowLayout
			ref={list.scroller}
			onKeyDown={list.onKeyDown}
			className="max-h-[72dvh] overflow-y-auto overscroll-contain [scrollbar-gutter:stable]"
		>
			<RowLayout className="relative" style={{ height: list.virtualizer.getTotalSize() }}>
				{list.virtualizer.getVirtualItems().map(children)}
			</RowLayout>
			{after}
		</RowLayout>
	);
}
