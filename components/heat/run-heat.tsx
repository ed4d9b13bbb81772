"use client";

import { useState } from "react";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { SkeletonRows } from "#components/ui/states/skeleton.tsx";
import { HeatBody } from "./heat-body.tsx";
import { useRunHeat } from "./use-heat.ts";

/** The heat map of change of one run; closed at first. */
export function RunHeat({ run }: { readonly run: number }) {
	const [open, setOpen] = useState(false);
	const { data, error, refetch } = useRunHeat(run, { enabled: open });
	return (
		<details onToggle={(event) => setOpen(event.currentTarget.open)}>
			<summary className="w-fit cursor-pointer rounded py-1 font-semibold text-sm">
				Where it grew and where it shrank
			</summary>
			<div className="pt-2">
				{error ? (
					<ErrorState title="The heat map could not be loaded" onRetry={() => void refetch()}>
						{error.message}
					</ErrorState>
				) : data === undefined ? (
					<SkeletonRows rows={4} />
				) : data.heat === null ? (
					<EmptyState title="No sums yet">They are made when the plan is complete.</EmptyState>
				) : (
					<HeatBody heat={data.heat} of={`run ${run}`} />
				)}
			</div>
		</details>
	);
}
