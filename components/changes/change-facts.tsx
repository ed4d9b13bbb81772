"use client";

import { FactList } from "#components/facts/fact-list.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { useChangeStates } from "./use-change-states.ts";

interface ChangeFactsProps {
	readonly run: number;
	/** The change's. */
	readonly changeKey: number;
	readonly side: "before" | "after";
}

/** All facts of a dataset that comes or goes; fetched when its row is opened. */
export function ChangeFacts({ run, changeKey, side }: ChangeFactsProps) {
	const { data, error, refetch } = useChangeStates(run, changeKey, { enabled: true });
	if (error) {
		return (
			<ErrorState title="The dataset could not be loaded" onRetry={() => void refetch()}>
				{error.message}
			</ErrorState>
		);
	}
	if (data === undefined) return <SkeletonRows rows={6} />;
	const facts = data[side];
	if (facts === null) return <p className="text-muted">Its details are no longer kept.</p>;
	return <FactList facts={facts} label={side === "before" ? "The dataset as it was" : "The new dataset"} />;
}
