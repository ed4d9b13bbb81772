"use client";

import { useAddressState } from "#components/ui/address/use-address-state.ts";
import { Select } from "#components/ui/form/input.tsx";
import { formatDay } from "#components/ui/format.ts";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { SkeletonRows } from "#components/ui/states/skeleton.tsx";
import { formatPlural } from "#lib/numbers.ts";
import { HeatBody } from "./heat-body.tsx";
import { useContainerHeat } from "./use-heat.ts";

const choices = ["1", "10", "30", "100", "400"];
/** As the page's address has it. */
const byDefault = { last: "30" };

/** The heat map of change of a container: where it grew and where it shrank by its last runs. */
export function ContainerHeat({ container }: { readonly container: string }) {
	const { state, set } = useAddressState(byDefault);
	const last = choices.includes(state.last) ? state.last : byDefault.last;
	const { data, error, refetch } = useContainerHeat(container, last);
	const heat = data?.heat;
	return (
		<section aria-labelledby="heat-heading" className="space-y-3">
			<div className="flex flex-wrap items-center gap-2">
				<h2 id="heat-heading" className="font-semibold text-sm">
					Where it grew and where it shrank
				</h2>
				<label htmlFor="heat-last" className="flex items-center gap-2 whitespace-nowrap text-muted">
					by the last
					<Select
						id="heat-last"
						className="w-auto"
						value={last}
						onChange={(event) => set({ last: event.target.value })}
					>
						{choices.map((choice) => (
							<option key={choice} value={choice}>
								{choice === "1" ? "run" : `${choice} runs`}
							</option>
						))}
					</Select>
				</label>
				<span role="status" className="text-muted">
					{heat?.from && heat.until
						? `${formatPlural(heat.runs, "run")} that changed something, ${formatDay(heat.from)} to ${formatDay(heat.until)}`
						: ""}
				</span>
			</div>
			{error ? (
				<ErrorState title="The heat map could not be loaded" onRetry={() => void refetch()}>
					{error.message}
				</ErrorState>
			) : heat === undefined ? (
				<SkeletonRows />
			) : heat === null ? (
				<EmptyState title="Nothing has changed yet">
					Runs that add, remove, update or move datasets are summed up here, also when their changes are no longer kept.
				</EmptyState>
			) : (
				<HeatBody heat={heat} of={container} />
			)}
		</section>
	);
}
