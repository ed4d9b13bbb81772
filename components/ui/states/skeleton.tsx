import { cx } from "#components/ui/cx.ts";

export function Skeleton({ className }: { readonly className?: string }) {
	return <div aria-hidden className={cx("animate-pulse rounded bg-raised", className)} />;
}

/** Rows as high as the table's, so that nothing jumps when the data comes. */
export function SkeletonRows({ rows = 12 }: { readonly rows?: number }) {
	return (
		<div role="status" aria-label="Loading" className="divide-y">
			{Array.from({ length: rows }, (_, row) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: the rows are all the same and never move
				<div key={row} className="flex h-8 items-center gap-4 px-3">
					<Skeleton className="h-3 w-1/3" />
					<Skeleton className="h-3 w-16" />
					<Skeleton className="ml-auto h-3 w-24" />
				</div>
			))}
		</div>
	);
}
