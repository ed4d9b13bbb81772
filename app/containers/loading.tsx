import { Skeleton, SkeletonRows } from "#components/ui/states/skeleton.tsx";

export default function Loading() {
	return (
		<div className="space-y-3">
			<h1 className="flex h-7 items-center font-semibold text-lg">Containers</h1>
			<Skeleton className="h-7 w-80 max-w-full" />
			<div className="rounded-md border bg-surface">
				<SkeletonRows rows={20} />
			</div>
		</div>
	);
}
