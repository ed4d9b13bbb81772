"use client";

import { ChevronDown, ChevronUp, CircleAlert } from "lucide-react";
import { ActionMark } from "#components/change-mark.tsx";
import { DatasetLink } from "#components/datasets/dataset-link.tsx";
import { FactList } from "#components/facts/fact-list.tsx";
import { MiniMap } from "#components/map/mini-map.tsx";
import { BeforeAndAfter } from "#components/quicklooks/before-and-after.tsx";
import { Button } from "#components/ui/button.tsx";
import { CopyLink } from "#components/ui/copying/copy-link.tsx";
import { Copyable } from "#components/ui/copying/copyable.tsx";
import { cx } from "#components/ui/cx.ts";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { SkeletonRows } from "#components/ui/states/skeleton.tsx";
import type { ChangeView } from "#lib/catalog/read-models/change-view.ts";
import { changeStory, reasonAdvice } from "./change-words.ts";
import { FieldDiffTable } from "./field-diff-table.tsx";
import { useChangeStates } from "./use-change-states.ts";

interface ChangeDetailProps {
	readonly run: number;
	readonly change: ChangeView;
	readonly onStep: (step: 1 | -1) => void;
}

/** An opened row: the change in words, the fields that differ (or all fields of an added or removed dataset), and the outlines. */
export function ChangeDetail({ run, change, onStep }: ChangeDetailProps) {
	const { before, after } = change.footprint;
	const side = sideOf(change);
	return (
		<div className="flex flex-wrap gap-x-6 gap-y-3 border-b bg-background px-3 py-3 sm:pl-10">
			<div className="min-w-0 flex-1 basis-80 space-y-2">
				<p className="flex items-start gap-2">
					<ActionMark action={change.action} />
					<span className="min-w-0 break-words">{changeStory(change)}</span>
				</p>
				<Reason change={change} />
				<dl className="grid grid-cols-[6rem_minmax(0,1fr)] sm:grid-cols-[9rem_minmax(0,1fr)] text-muted">
					<dt>Storage</dt>
					<dd>{change.storage}</dd>
					<dt>Path</dt>
					<dd>
						<Copyable text={change.path} label="path" whole className="max-w-full" />
					</dd>
					{change.dataset === null || isYetToBe(change) ? null : (
						<>
							<dt>Dataset</dt>
							<dd>
								<DatasetLink id={change.dataset} />
							</dd>
						</>
					)}
				</dl>
				<SameContent run={run} change={change} />
				{side === null ? (
					<FieldDiffTable run={run} change={change} />
				) : (
					<ChangeFacts run={run} changeKey={change.key} side={side} />
				)}
				<p className="flex flex-wrap items-center gap-1">
					<CopyLink what="this change" path={`/runs/${run}?change=${change.key}`} />
					<Button variant="quiet" title="Open the next change (n)" onClick={() => onStep(1)}>
						<ChevronDown aria-hidden /> Next change
					</Button>
					<Button variant="quiet" title="Open the previous change (p)" onClick={() => onStep(-1)}>
						<ChevronUp aria-hidden /> Previous change
					</Button>
				</p>
			</div>
			<div className="shrink-0 space-y-3">
				{before || after ? <MiniMap before={before} after={after} /> : null}
				<ChangePictures run={run} change={change} />
			</div>
		</div>
	);
}

/** Known from a search for duplicates, or by checksums that a source keeps: nothing is read for it. */
function SameContent({ run, change }: { readonly run: number; readonly change: ChangeView }) {
	const { data } = useChangeStates(run, change.key, { enabled: true });
	const same = data?.sameContent ?? [];
	if (same.length === 0) return null;
	return (
		<p className="flex flex-wrap items-baseline gap-x-2">
			<span className="text-muted">Same content as</span>
			{same.map(({ dataset, storage, path }) => (
				<span key={`${storage}:${path}`} title={`${storage}:${path}`} className="min-w-0">
					<DatasetLink id={dataset} />
				</span>
			))}
		</p>
	);
}

/** Rejected files have no pictures: they could not be read. */
function ChangePictures({ run, change }: { readonly run: number; readonly change: ChangeView }) {
	const isShown = change.action !== "rejected";
	const { data } = useChangeStates(run, change.key, { enabled: isShown });
	const { before = null, after = null } = data?.versions ?? {};
	if (!isShown || (before === null && after === null)) return null;
	return <BeforeAndAfter before={before} after={after} id={change.dataset ?? change.path} />;
}

/** The side that an added or removed dataset has; null: both, so that only differences are shown. */
function sideOf({ action }: ChangeView): "before" | "after" | null {
	if (action === "added" || action === "linked") return "after";
	return action === "removed" || action === "unlinked" ? "before" : null;
}

/** The catalogue does not have it yet. */
function isYetToBe({ action, outcome }: ChangeView): boolean {
	return action === "added" && outcome !== "applied";
}

function Reason({ change }: { readonly change: ChangeView }) {
	if (change.reason === null) return null;
	return (
		<div
			className={cx(
				"flex gap-2 rounded-md px-2.5 py-1.5",
				change.action === "rejected" ? "bg-rejected-soft" : "bg-out-of-sync-soft",
			)}
		>
			<CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
			<div className="min-w-0">
				<p className="break-words font-medium">{change.reason}</p>
				{change.action === "rejected" ? <p className="text-muted">{reasonAdvice(change.code)}</p> : null}
			</div>
		</div>
	);
}

interface ChangeFactsProps {
	readonly run: number;
	/** The change's. */
	readonly changeKey: number;
	readonly side: "before" | "after";
}

/** All facts of an added or removed dataset; fetched when its row is opened. */
function ChangeFacts({ run, changeKey, side }: ChangeFactsProps) {
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
