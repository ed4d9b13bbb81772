"use client";

import { Hand } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { useMay } from "#components/access/user-context.tsx";
import { usePageActions } from "#components/shell/page-actions.ts";
import { Button } from "#components/ui/button.tsx";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";
import { ApproveSeveral } from "./approve-several.tsx";
import { comparePath } from "./compare-path.ts";
import type { ApprovalActions } from "./run-actions.ts";

/** By number, as they were when they were selected. */
export type SelectedRuns = ReadonlyMap<number, RunView>;

export const noRuns: SelectedRuns = new Map();

interface RunSelectionProps {
	/** At least one. */
	readonly selected: readonly RunView[];
	readonly approvals: ApprovalActions;
	readonly onClear: () => void;
}

/** What can be done with the runs that are selected: two are compared, held ones approved. */
export function RunSelection({ selected, approvals, onClear }: RunSelectionProps) {
	const [approving, setApproving] = useState(false);
	const mayApprove = useMay("runs.approve");
	const held = mayApprove ? selected.filter(({ state }) => state === "held").map(({ run }) => run) : [];
	const label = `Approve ${formatCount(held.length)} held`;
	usePageActions(
		held.length === 0 ? [] : [{ label, icon: <Hand />, act: "runs.approve", go: () => setApproving(true) }],
	);
	const [one, other] = selected;
	return (
		<div className="flex flex-wrap items-center gap-2">
			<span role="status">{sentence(selected)}</span>
			{held.length === 0 ? null : (
				<Button onClick={() => setApproving(true)}>
					<Hand aria-hidden className="text-held" />
					{label} …
				</Button>
			)}
			{one === undefined || other === undefined || selected.length > 2 ? null : (
				<Button asChild variant="primary">
					<Link href={comparePath(one.run, other.run)}>Compare</Link>
				</Button>
			)}
			<Button variant="quiet" onClick={onClear}>
				Clear
			</Button>
			{approving ? (
				<ApproveSeveral
					waiting={{ runs: held }}
					actions={approvals}
					onClose={() => setApproving(false)}
					onDone={onClear}
				/>
			) : null}
		</div>
	);
}

function sentence(selected: readonly RunView[]): string {
	const [one, other] = selected;
	if (selected.length > 2) return `${formatPlural(selected.length, "run")} are selected`;
	return other === undefined
		? `Run ${one?.run} is selected; select another to compare`
		: `Run ${one?.run} and run ${other.run}`;
}
