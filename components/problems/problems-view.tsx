"use client";

import { useQueryClient } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";
import { useState } from "react";
import { queryKeys } from "#components/live/query-keys.ts";
import { readAgain } from "#components/live/read-again.ts";
import { useAddressState } from "#components/ui/address/use-address-state.ts";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import { type CauseGroup, type CauseView, causeGroups, groupOf } from "#lib/catalog/causes/cause-records.ts";
import { formatCount } from "#lib/numbers.ts";
import { AcknowledgeDialog } from "./acknowledge-dialog.tsx";
import { CauseItem } from "./cause-item.tsx";
import type { ProblemActions } from "./problem-actions.ts";
import { useCauses } from "./use-causes.ts";

interface ProblemsViewProps {
	readonly seed: readonly CauseView[];
	readonly actions: ProblemActions;
}

const headings: Readonly<Record<CauseGroup, string>> = {
	open: "Open",
	acknowledged: "Acknowledged",
	paused: "Storage paused",
};
const address = { cause: "" } as const;

/** Why containers fail: a line for each cause, not for each container. */
export function ProblemsView({ seed, actions }: ProblemsViewProps) {
	const causes = useCauses(seed);
	const { state, replace } = useAddressState<{ cause: string }>(address);
	const [acknowledging, setAcknowledging] = useState<CauseView | null>(null);
	const client = useQueryClient();
	const onChanged = () => readAgain(client, { queryKey: queryKeys.causes });
	const byGroup = Map.groupBy(causes, groupOf);
	return (
		<div className="space-y-3">
			<h1 className="font-semibold text-lg">Problems</h1>
			{causes.length === 0 ? (
				<div className="rounded-md border bg-surface">
					<EmptyState icon={CircleCheck} title="No problems">
						Every container could be examined when it was looked at last.
					</EmptyState>
				</div>
			) : (
				causeGroups.map((group) => {
					const members = byGroup.get(group) ?? [];
					return members.length === 0 ? null : (
						<section key={group} aria-labelledby={`causes-${group}`} className="space-y-1.5">
							<h2 id={`causes-${group}`} className="font-medium text-muted">
								{headings[group]} <span className="text-faint">{formatCount(members.length)}</span>
							</h2>
							<ul className="divide-y rounded-md border bg-surface">
								{members.map((cause) => (
									<CauseItem
										key={cause.key}
										cause={cause}
										open={state.cause === cause.key}
										onOpen={(open) => replace({ cause: open ? cause.key : "" })}
										actions={actions}
										onAcknowledge={() => setAcknowledging(cause)}
										onChanged={onChanged}
									/>
								))}
							</ul>
						</section>
					);
				})
			)}
			{acknowledging === null ? null : (
				<AcknowledgeDialog
					cause={acknowledging}
					action={actions.acknowledge}
					onDone={onChanged}
					onClose={() => setAcknowledging(null)}
				/>
			)}
		</div>
	);
}
