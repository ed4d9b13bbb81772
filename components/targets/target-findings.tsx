import { useCallback, useState } from "react";
import { DifferencesExplorer } from "#components/targets/differences/differences-explorer.tsx";
import { useReadAgainAsItFinds } from "#components/targets/differences/use-differences.ts";
import { AcceptDialog } from "#components/targets/pushes/accept-dialog.tsx";
import { LeftAsItIs, OverwriteDialog, WithdrawDialog } from "#components/targets/pushes/left-as-it-is.tsx";
import { countsText, pushKindWords } from "#components/targets/pushes/push-words.ts";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { PushView, TargetDifference, TargetView } from "#lib/catalog/targets/target-views.ts";
import { ForeignContainers } from "./foreign-containers.tsx";
import type { AcceptChoice, TargetActions } from "./target-actions.ts";
import { useReadTargets } from "./use-target-buttons.ts";

interface TargetFindingsProps {
	readonly target: TargetView;
	readonly shown: PushView;
	readonly accepted: number;
	readonly actions: TargetActions;
	/** null: it is the last one. */
	readonly onShowLast: (() => void) | null;
}

/** What a check found or a push did, with what can be accepted of it. */
export function TargetFindings({
	target: { name, lastCheck, current, heldPushes },
	shown,
	accepted,
	actions,
	onShowLast,
}: TargetFindingsProps) {
	const [accepting, setAccepting] = useState<AcceptChoice | null>(null);
	const [overwriting, setOverwriting] = useState(false);
	const [withdrawing, setWithdrawing] = useState(false);
	const again = useReadTargets();
	// What an older comparison found may not be so any more. After an adoption a push by itself is what is shown, with what was left as it is.
	const isLatest =
		onShowLast === null || [lastCheck?.id, current?.id, ...heldPushes.map(({ id }) => id)].includes(shown.id);
	const isAcceptable = useCallback(
		(difference: TargetDifference) => isLatest && difference.class === "differs (adopted)",
		[isLatest],
	);
	useReadAgainAsItFinds(name, shown);
	return (
		<div className="space-y-3">
			<p className="flex flex-wrap items-center gap-x-2 text-muted">
				<span>
					{pushKindWords[shown.kind]} of <RelativeTime instant={shown.finishedAt ?? shown.createdAt} />:{" "}
					{countsText(shown.counts)}
				</span>
				{isLatest || onShowLast === null ? null : (
					<Button variant="quiet" onClick={onShowLast}>
						Show the last one
					</Button>
				)}
			</p>
			<DifferencesExplorer
				target={name}
				push={shown.id}
				asOf={shown.state}
				isAcceptable={isAcceptable}
				onAccept={setAccepting}
				none={<NoDifferences shown={shown} />}
			>
				{(address) => (
					<>
						{isLatest ? (
							<LeftAsItIs
								shown={shown}
								address={address}
								accepted={accepted}
								onWithdraw={() => setWithdrawing(true)}
								onAccept={(container) => setAccepting({ number: null, container, fields: null })}
								onOverwrite={() => setOverwriting(true)}
							/>
						) : null}
						{address.class === "foreign" ? <ForeignContainers target={name} push={shown.id} /> : null}
					</>
				)}
			</DifferencesExplorer>
			{accepting === null ? null : (
				<AcceptDialog
					target={name}
					push={shown.id}
					choice={accepting}
					actions={actions}
					onDone={again}
					onClose={() => setAccepting(null)}
				/>
			)}
			{withdrawing ? (
				<WithdrawDialog
					target={name}
					objects={accepted}
					onWithdraw={actions.withdraw}
					onDone={again}
					onClose={() => setWithdrawing(false)}
				/>
			) : null}
			{overwriting ? (
				<OverwriteDialog
					target={name}
					objects={shown.counts["changed there"] ?? 0}
					onPush={actions.push}
					onDone={again}
					onClose={() => setOverwriting(false)}
				/>
			) : null}
		</div>
	);
}

function NoDifferences({ shown }: { readonly shown: PushView }) {
	if (shown.state === "queued" || shown.state === "running")
		return <EmptyState title="No differences so far">They appear here as they are found.</EmptyState>;
	if (shown.state === "failed") return <EmptyState title="It failed">{shown.error}</EmptyState>;
	if (shown.state === "cancelled") return <EmptyState title="It was cancelled">{shown.reason}</EmptyState>;
	return (
		<EmptyState title={shown.kind === "push" ? "Nothing had to be written" : "Nothing differs"}>
			What is there is what the catalogue says.
		</EmptyState>
	);
}
