"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ChevronRight, Pencil } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useCallback, useRef, useState } from "react";
import { May } from "#components/access/user-context.tsx";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { seeded } from "#components/live/seeded.ts";
import { usePageActions } from "#components/shell/page-actions.ts";
import { DifferencesExplorer } from "#components/targets/differences/differences-explorer.tsx";
import { targetApi, useReadAgainAsItFinds } from "#components/targets/differences/use-differences.ts";
import { TargetDialog } from "#components/targets/form/target-dialog.tsx";
import { targetTypeLabels } from "#components/targets/form/target-draft.ts";
import { TargetTestResult } from "#components/targets/form/target-test-result.tsx";
import { AcceptDialog } from "#components/targets/pushes/accept-dialog.tsx";
import { HeldPush } from "#components/targets/pushes/held-push.tsx";
import { LeftAsItIs, OverwriteDialog, WithdrawDialog } from "#components/targets/pushes/left-as-it-is.tsx";
import { PushHistory } from "#components/targets/pushes/push-history.tsx";
import { countsText, pushKindWords } from "#components/targets/pushes/push-words.ts";
import { useAddressState } from "#components/ui/address/use-address-state.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Copyable } from "#components/ui/copying/copyable.tsx";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { Tabs } from "#components/ui/tabs.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { TargetFormSetting } from "#lib/catalog/targets/target-form.ts";
import type { PushView, TargetDetail, TargetDifference, TargetView } from "#lib/catalog/targets/target-views.ts";
import { formatPlural } from "#lib/numbers.ts";
import { DeleteTarget } from "./delete-target.tsx";
import { ForeignContainers } from "./foreign-containers.tsx";
import type { AcceptChoice, TargetActions } from "./target-actions.ts";
import { TargetButtons } from "./target-buttons.tsx";
import { TargetFacts } from "./target-facts.tsx";
import { TargetStateLabel } from "./target-state.tsx";
import { useReadTargets, useTargetButtons } from "./use-target-buttons.ts";

interface TargetPageProps {
	readonly seed: TargetDetail;
	/** The check or push that the seed was asked for; "": none. */
	readonly seedPush: string;
	readonly known: TargetFormSetting;
	readonly actions: TargetActions;
}

const address = { tab: "differences", push: "" } as const;
type Address = { readonly [name in keyof typeof address]: string };

/** Milliseconds between two readings while something is at work, and otherwise; events bring what happens in between. */
const readEvery = { atWork: 1000, idle: 30_000 } as const;

/** One target: how far it follows, what differs there, what was pushed. */
export function TargetPage({ seed, seedPush, known, actions }: TargetPageProps) {
	const { name, type } = seed.target;
	const { state, set } = useAddressState<Address>(address);
	// The stream reports a deletion before the page is left: then nothing may ask for the target that is gone.
	const leaving = useRef(false);
	const asked = /^\d{1,15}$/.test(state.push) ? state.push : "";
	const { data, error } = useQuery({
		queryKey: queryKeys.target(name, "detail", asked),
		queryFn: ({ signal }) =>
			fetchJson<TargetDetail>(`${targetApi(name)}${asked === "" ? "" : `?push=${asked}`}`, { signal }),
		...(asked === seedPush ? seeded(seed) : { placeholderData: keepPreviousData }),
		enabled: () => !leaving.current,
		refetchInterval: ({ state }) =>
			isUnderWay(state.data?.target.current ?? null) ? readEvery.atWork : readEvery.idle,
	});
	const { target, shown, accepted } = data ?? seed;
	const buttons = useTargetButtons(target, actions);
	const again = useReadTargets();
	const remove: TargetActions["remove"] = async (input) => {
		leaving.current = true;
		const result = await actions.remove(input).catch((error: unknown) => {
			leaving.current = false;
			throw error;
		});
		leaving.current = result.ok;
		return result;
	};
	const router = useRouter();
	const [editing, setEditing] = useState(false);
	const [deleting, setDeleting] = useState(false);
	usePageActions([
		{ label: `Edit ${name}`, icon: <Pencil />, act: "targets.update", go: () => setEditing(true) },
		{ label: "Show what differs", go: () => set({ tab: "differences", push: "" }) },
		{ label: "Show the history", go: () => set({ tab: "history", push: "" }) },
	]);
	const tab = state.tab === "history" ? "history" : "differences";
	return (
		<div className="space-y-4">
			<header className="space-y-2">
				<nav aria-label="Above" className="flex items-center gap-1 text-fine text-muted">
					<Link href="/targets" className="hover:underline">
						Targets
					</Link>
					<ChevronRight aria-hidden className="size-3" />
					<span className="min-w-0 truncate">{name}</span>
				</nav>
				<div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
					<div className="flex min-w-0 flex-1 basis-72 flex-wrap items-center gap-x-3 gap-y-1">
						<h1 className="min-w-0 break-all font-semibold text-lg">{name}</h1>
						<TargetStateLabel target={target} />
						<Badge>{targetTypeLabels[type]}</Badge>
						<Copyable text={target.input.url} label={`address of ${name}`} className="text-muted" />
					</div>
					<div className="flex flex-wrap gap-1.5">
						<TargetButtons target={target} actions={actions} buttons={buttons} />
						<May act="targets.update">
							<Button onClick={() => setEditing(true)}>Edit</Button>
							<Button onClick={() => setDeleting(true)}>Delete</Button>
						</May>
					</div>
				</div>
				<TargetFacts target={target} isWhole />
			</header>
			{error === null ? null : (
				<ErrorState bar title="What is shown may be out of date">
					{error.message}
				</ErrorState>
			)}
			{buttons.test === null ? null : <TargetTestResult test={buttons.test} />}
			{target.heldPushes.map((push) => (
				<HeldPush
					key={push.id}
					target={name}
					push={push}
					onShow={shown?.id === push.id ? null : () => set({ tab: "differences", push: String(push.id) })}
					actions={actions}
					onDone={again}
				/>
			))}
			{target.held !== null && target.held.others >= target.heldPushes.length ? (
				<p className="text-muted">
					{formatPlural(target.held.others + 1 - target.heldPushes.length, "further push", "further pushes")} wait for
					an answer, and are shown when these have one.
				</p>
			) : null}
			<Tabs
				label={`Parts of ${name}`}
				value={tab}
				onChange={(next) => set({ tab: next, push: "" })}
				tabs={[
					{ value: "differences", label: "Differences" },
					{ value: "history", label: "History" },
				]}
			>
				{tab === "history" ? (
					<PushHistory target={name} />
				) : shown === null ? (
					<EmptyState title="Nothing was compared yet">
						<b>Check</b> reads everything there and lists what differs, field by field. Nothing is written.
					</EmptyState>
				) : (
					<Findings
						target={target}
						shown={shown}
						accepted={accepted}
						actions={actions}
						onShowLast={asked === "" ? null : () => set({ push: "" })}
					/>
				)}
			</Tabs>
			{editing ? (
				<TargetDialog
					target={target}
					known={known}
					actions={actions}
					onSaved={again}
					onRefused={again}
					onClose={() => setEditing(false)}
				/>
			) : null}
			{deleting ? (
				<DeleteTarget
					name={name}
					onDelete={remove}
					onDeleted={() => router.push("/targets")}
					onClose={() => setDeleting(false)}
				/>
			) : null}
		</div>
	);
}

/** Events do not say how far it is. */
function isUnderWay(current: PushView | null): boolean {
	return current?.state === "queued" || current?.state === "running";
}

interface FindingsProps {
	readonly target: TargetView;
	readonly shown: PushView;
	readonly accepted: number;
	readonly actions: TargetActions;
	/** null: it is the last one. */
	readonly onShowLast: (() => void) | null;
}

/** What a check found or a push did, with what can be accepted of it. */
function Findings({
	target: { name, lastCheck, current, heldPushes },
	shown,
	accepted,
	actions,
	onShowLast,
}: FindingsProps) {
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
