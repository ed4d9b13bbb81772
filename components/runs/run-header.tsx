"use client";

import { GitCompare } from "lucide-react";
import Link from "next/link";
import { RunStateLabel } from "#components/state.tsx";
import { Button } from "#components/ui/button.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";
import { comparePath } from "./compare-path.ts";
import type { RunActions } from "./run-actions.ts";
import { RunButtons } from "./run-buttons.tsx";

const triggers: Readonly<Record<RunView["trigger"], string>> = {
	dashboard: "from the dashboard",
	"command-line": "from the command line",
	api: "through the API",
	schedule: "by schedule",
	watch: "after a file changed",
};

const kinds: Readonly<Record<RunView["kind"], string>> = {
	sync: "Sync",
	check: "Check",
	revert: "Revert",
	delete: "Deletion",
	restore: "Restoration of one dataset",
	split: "Split of a container",
	merge: "Merge of containers",
};

interface RunHeaderProps {
	readonly run: RunView;
	/** Of the container's run before; null: there was none. */
	readonly previous: number | null;
	readonly actions: RunActions;
	/** Some of the plan's boxes are not ticked. */
	readonly isPart: boolean;
}

/** `3rd in line`. */
function placeInLine(place: number): string {
	if (place >= 100) return "100th in line, or later";
	const ending = { one: "st", two: "nd", few: "rd", other: "th" } as const;
	const rule = ordinal.select(place) as keyof typeof ending;
	return `${place}${ending[rule]} in line`;
}

const ordinal = new Intl.PluralRules("en", { type: "ordinal" });

/** The run's number, state and buttons. */
export function RunHeader({ run, previous, actions, isPart }: RunHeaderProps) {
	return (
		<header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
			<div className="min-w-0 space-y-1">
				<div className="flex flex-wrap items-center gap-2">
					<h1 className="font-semibold text-lg">Run {run.run}</h1>
					<RunStateLabel state={run.state} />
				</div>
				<p className="flex flex-wrap gap-x-1.5 text-muted">
					<span>
						{kinds[run.kind]}
						{run.full ? ", reading every file," : ""} of
					</span>
					<Link
						href={`/containers/${encodeURIComponent(run.container)}`}
						className="break-all font-mono text-text underline-offset-2 hover:underline"
					>
						{run.container}
					</Link>
					<span>
						{triggers[run.trigger]}
						{run.actor === "dashboard" || run.actor === run.trigger ? "" : ` by ${run.actor}`},
					</span>
					<RelativeTime instant={run.startedAt ?? run.createdAt} />
					{run.batch === null ? null : (
						<Link href={`/batches/${run.batch}`} className="text-accent underline underline-offset-2">
							batch {run.batch}
						</Link>
					)}
					{run.place === null ? null : <span>· {placeInLine(run.place)}</span>}
				</p>
			</div>
			<div className="flex flex-wrap gap-1.5">
				{previous === null || run.state === "queued" ? null : (
					<Button asChild variant="quiet">
						<Link href={comparePath(previous, run.run)}>
							<GitCompare aria-hidden /> Compare with run {previous}
						</Link>
					</Button>
				)}
				<RunButtons run={run} actions={actions} isPart={isPart} />
			</div>
		</header>
	);
}

/** The run's relations to others; empty for a run without any. */
export function RunRelations({ run }: { readonly run: RunView }) {
	const relations = [
		run.reverts === null ? null : ({ text: "Reverts", run: run.reverts } as const),
		run.sameAs === null ? null : ({ text: "Its plan, which is decided there, is that of", run: run.sameAs } as const),
		run.revertedBy === null ? null : ({ text: "Was reverted by", run: run.revertedBy } as const),
		run.supersededBy === null ? null : ({ text: "Superseded by a newer plan:", run: run.supersededBy } as const),
	].filter((relation) => relation !== null);
	const { selection } = run;
	if (relations.length === 0 && run.approval === null && selection === null) return null;
	return (
		<ul className="space-y-0.5 text-muted">
			{relations.map(({ text, run: other }) => (
				<li key={text}>
					{text}{" "}
					<Link href={`/runs/${other}`} className="text-accent underline underline-offset-2">
						run {other}
					</Link>
				</li>
			))}
			{run.approval === null ? null : (
				<li>
					Approved by {run.approval.by}: <q className="text-text">{run.approval.reason}</q>
				</li>
			)}
			{selection === null ? null : (
				<li>
					{formatCount(selection.chosen)} of {formatCount(selection.planned)} as selected by {selection.by};{" "}
					{selection.keepOut === null ? (
						"the rest is left for later"
					) : (
						<>
							the rest is kept out {selection.keepOut.until === "for-good" ? "for good" : "until it changes"}:{" "}
							<q className="text-text">{selection.keepOut.note}</q>
						</>
					)}
					{selection.together > 0
						? `. ${formatPlural(selection.together, "change was", "changes were")} left out as they need others`
						: null}
				</li>
			)}
		</ul>
	);
}
