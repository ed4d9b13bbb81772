"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ChevronRight, Pencil } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { May } from "#components/access/user-context.tsx";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { seeded } from "#components/live/seeded.ts";
import { usePageActions } from "#components/shell/page-actions.ts";
import { targetApi } from "#components/targets/differences/use-differences.ts";
import { TargetDialog } from "#components/targets/form/target-dialog.tsx";
import { targetTypeLabels } from "#components/targets/form/target-draft.ts";
import { TargetTestResult } from "#components/targets/form/target-test-result.tsx";
import { HeldPush } from "#components/targets/pushes/held-push.tsx";
import { PushHistory } from "#components/targets/pushes/push-history.tsx";
import { useAddressState } from "#components/ui/address/use-address-state.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Copyable } from "#components/ui/copying/copyable.tsx";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { Tabs } from "#components/ui/tabs.tsx";
import type { TargetFormSetting } from "#lib/catalog/targets/target-form.ts";
import type { PushView, TargetDetail } from "#lib/catalog/targets/target-views.ts";
import { formatPlural } from "#lib/numbers.ts";
import { DeleteTarget } from "./delete-target.tsx";
import type { TargetActions } from "./target-actions.ts";
import { TargetButtons } from "./target-buttons.tsx";
import { TargetFacts } from "./target-facts.tsx";
import { TargetFindings } from "./target-findings.tsx";
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
					<Link href="/targets" className="inline-block min-w-6 hover:underline pointer-coarse:py-1">
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
					<TargetFindings
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
