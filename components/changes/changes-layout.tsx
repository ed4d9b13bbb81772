import type { ReactNode } from "react";
import { cx } from "#components/ui/cx.ts";

interface ChangesLayoutProps {
	/** null: there are too few folders for a tree. */
	readonly tree: ReactNode | null;
	/** Map and timeline. */
	readonly map: ReactNode;
	/** The table they belong to. */
	readonly children: ReactNode;
}

/** Tree, table and map side by side where there is room; else the map above the table, and on a narrow screen all in one column. */
export function ChangesLayout({ tree, map, children }: ChangesLayoutProps) {
	return (
		<div
			className={cx(
				"grid grid-cols-[minmax(0,1fr)] items-start gap-4",
				tree === null
					? "xl:grid-cols-[minmax(0,1fr)_minmax(24rem,32%)]"
					: "lg:grid-cols-[17rem_minmax(0,1fr)] xl:grid-cols-[17rem_minmax(0,1fr)_minmax(20rem,26%)]",
			)}
		>
			{tree === null ? null : <div className="min-w-0 lg:sticky lg:top-14 lg:row-span-2 xl:row-span-1">{tree}</div>}
			<div className="min-w-0 space-y-3 xl:sticky xl:top-14 xl:order-last">{map}</div>
			<div className="min-w-0 space-y-3">{children}</div>
		</div>
	);
}
