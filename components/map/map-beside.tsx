import type { ReactNode } from "react";

interface MapBesideProps {
	/** Map and timeline. */
	readonly aside: ReactNode;
	/** The table they belong to. */
	readonly children: ReactNode;
}

/** A table with its map: beside it where there is room, so that both are seen at once; else above it. */
export function MapBeside({ aside, children }: MapBesideProps) {
	return (
		<div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 xl:grid-cols-[minmax(0,1fr)_minmax(24rem,32%)]">
			<div className="space-y-3 xl:sticky xl:top-14 xl:order-last">{aside}</div>
			<div className="min-w-0 space-y-3">{children}</div>
		</div>
	);
}
