import { Skeleton, SkeletonRows } from "#components/ui/states/skeleton.tsx";

export default function Loading() {
	return (
		<div className="space-y-4">
			<Skeleton className="h-6 w-40" />
			<div className="rounded-md border bg-surface">
				<SkeletonRows />
			</div>
		</div>
	);
}
