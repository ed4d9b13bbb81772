import { Ban, BellOff, BellRing, Clock, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { May } from "#components/access/user-context.tsx";
import { usePageActions } from "#components/shell/page-actions.ts";
import { useAction } from "#components/ui/actions/use-action.ts";
import { Button } from "#components/ui/button.tsx";
import { InstantText } from "#components/ui/times/instant.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { Permission } from "#lib/access/permissions.ts";
import type { CauseView } from "#lib/catalog/causes/cause-records.ts";
import type { ProblemActions } from "./problem-actions.ts";

interface CauseDecisionsProps {
	readonly cause: CauseView;
	readonly actions: ProblemActions;
	readonly onChanged: () => void;
}

/** What users have decided about it, each with the button that takes it back. */
export function CauseDecisions({ cause, actions, onChanged }: CauseDecisionsProps) {
	const { key, acknowledged, recheck, pausedUntil, storage, sentence } = cause;
	const { runAction, pending } = useAction();
	const revoke = () => runAction(() => actions.revoke({ key }), onChanged);
	const cancel = () => runAction(() => actions.cancelRecheck({ key }), onChanged);
	usePageActions([
		...(acknowledged === null
			? []
			: [
					{
						label: `Revoke what is acknowledged: ${sentence}`,
						icon: <BellRing />,
						act: "problems.revoke",
						go: revoke,
					} as const,
				]),
		...(recheck === null
			? []
			: [
					{
						label: `Cancel the ${recheck.kind} when ${storage} is back`,
						icon: <Ban />,
						act: "problems.cancel-recheck",
						go: cancel,
					} as const,
				]),
	]);
	return (
		<>
			{pausedUntil === null ? null : (
				<p className="flex items-start gap-1.5 pl-5 text-fine text-muted">
					<Clock aria-hidden className="mt-0.5 size-3 shrink-0" />
					<span>
						{storage} is paused or outside its hours until <InstantText instant={pausedUntil} />
					</span>
				</p>
			)}
			{acknowledged === null ? null : (
				<Decision icon={BellOff} act="problems.revoke" takeBack="Revoke" pending={pending} onTakeBack={revoke}>
					Acknowledged by {acknowledged.by} <RelativeTime instant={acknowledged.at} />,{" "}
					{acknowledged.until === null ? (
						"until it changes"
					) : (
						<>
							until <InstantText instant={acknowledged.until} />
						</>
					)}
					: {acknowledged.note}
				</Decision>
			)}
			{recheck === null ? null : (
				<Decision
					icon={Clock}
					role="status"
					act="problems.cancel-recheck"
					takeBack="Cancel"
					pending={pending}
					onTakeBack={cancel}
				>
					Its containers are {recheck.kind === "sync" ? "synced" : "checked"} when {storage} is back, asked for by{" "}
					{recheck.by} <RelativeTime instant={recheck.at} />
				</Decision>
			)}
		</>
	);
}

interface DecisionProps {
	readonly icon: LucideIcon;
	readonly role?: "status" | undefined;
	readonly act: Permission;
	/** The button's word. */
	readonly takeBack: string;
	readonly pending: boolean;
	readonly onTakeBack: () => void;
	readonly children: ReactNode;
}

function Decision({ icon: Icon, role, act, takeBack, pending, onTakeBack, children }: DecisionProps) {
	return (
		<p role={role} className="flex flex-wrap items-center gap-1.5 pl-5 text-fine text-muted">
			<span className="flex min-w-0 items-start gap-1.5">
				<Icon aria-hidden className="mt-0.5 size-3 shrink-0" />
				<span className="min-w-0 break-words">{children}</span>
			</span>
			<May act={act}>
				<Button variant="quiet" pending={pending} onClick={onTakeBack}>
					{takeBack}
				</Button>
			</May>
		</p>
	);
}
