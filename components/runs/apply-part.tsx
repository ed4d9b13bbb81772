"use client";

import { type FormEvent, useState } from "react";
import { noChangesFilter } from "#components/changes/changes-filter.ts";
import { countShown, type LeftAlong, type ShownTicks } from "#components/changes/ticks/needs.ts";
import { isAllTicked, type PlanTicks, selectionOf } from "#components/changes/ticks/plan-ticks.ts";
import { type ChangeFolder, useChangeFolders } from "#components/changes/use-changes.ts";
import { PathText } from "#components/facts/path-text.tsx";
import { useAction } from "#components/ui/actions/use-action.ts";
import { useAnswer } from "#components/ui/actions/use-answer.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogBody, DialogFooter } from "#components/ui/dialogs/dialog.tsx";
import { Field } from "#components/ui/form/field.tsx";
import { Select, Textarea } from "#components/ui/form/input.tsx";
import { mayLeave, useUnsaved } from "#components/ui/form/unsaved.ts";
import { useApprovalReason } from "#components/ui/form/use-approval-reason.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import { SkeletonRows } from "#components/ui/states/skeleton.tsx";
import { type ExceptionEnd, exceptionEnds, keepOutInput } from "#lib/catalog/inputs.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";
import type { RunActions, SelectedPlan } from "./run-actions.ts";
import { useShowRun } from "./use-show-run.ts";

interface ApplyPartProps {
	readonly run: RunView;
	readonly shown: ShownTicks;
	readonly onTickAll: () => void;
	readonly actions: Pick<RunActions, "apply" | "approve" | "preview">;
}

/** What of the plan is left out by its boxes, and the button that applies the rest. */
export function ApplyPart({ run, shown, onTickAll, actions }: ApplyPartProps) {
	const [asking, setAsking] = useState(false);
	const { ticks, needs, along } = shown;
	const isPart = !isAllTicked(ticks);
	const folders = useChangeFolders(run.run, noChangesFilter, { enabled: isPart });
	if (!isPart) return null;
	const left = selectionOf(ticks);
	const parts = [
		left.leaveFolders.length > 0 ? formatPlural(left.leaveFolders.length, "folder") : null,
		left.leaveChanges.length > 0 ? formatPlural(left.leaveChanges.length, "file") : null,
	].filter((part) => part !== null);
	return (
		<section
			aria-label="Apply a part"
			className="sticky bottom-2 z-10 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-md border border-accent bg-surface px-3 py-2 shadow-lg"
		>
			<div role="status" className="min-w-0 flex-1 basis-60">
				<p>
					{parts.join(" and ")} of the plan {left.leaveFolders.length + left.leaveChanges.length === 1 ? "is" : "are"}{" "}
					left out.
					{/* Of a plan with changes that are left out already, folders count those, too. */}
					{folders.data === undefined || run.skipped > 0 ? null : <TickedCount shown={shown} folders={folders.data} />}
				</p>
				{along.size > 0 ? <Along along={along} /> : null}
				{needs.isCut ? (
					<p>
						Many changes need others, more than their boxes can show: what is left out as well is said before it is
						applied.
					</p>
				) : null}
			</div>
			<Button onClick={onTickAll}>Tick all</Button>
			<Button variant="primary" onClick={() => setAsking(true)}>
				Apply what is ticked …
			</Button>
			{asking ? (
				<ApplyPartDialog
					run={run}
					ticks={ticks}
					actions={actions}
					onClose={() => setAsking(false)}
					onDone={onTickAll}
				/>
			) : null}
		</section>
	);
}

/** What is left out along with others, the first in words; the rows of the others say why. */
function Along({ along }: { readonly along: ReadonlyMap<number, LeftAlong> }) {
	const [first] = along.values();
	if (first === undefined) return null;
	return along.size === 1 ? (
		<p className="break-words">
			{first.change.path} is left out as well, with {first.without.path}: {first.why}.
		</p>
	) : (
		<p>{formatCount(along.size)} more are left out as well, as they need changes that are.</p>
	);
}

/** ` 38,997 of 51,000 changes are ticked.` */
function TickedCount({ shown, folders }: { readonly shown: ShownTicks; readonly folders: readonly ChangeFolder[] }) {
	const all = folders.reduce((sum, { rows }) => sum + rows, 0);
	return ` ${formatCount(countShown(shown, folders))} of ${formatPlural(all, "change is", "changes are")} ticked.`;
}

interface ApplyPartDialogProps extends Pick<ApplyPartProps, "run" | "actions"> {
	readonly ticks: PlanTicks;
	readonly onClose: () => void;
	readonly onDone: () => void;
}

function ApplyPartDialog({ run, ticks, actions, onClose, onDone }: ApplyPartDialogProps) {
	const selection = selectionOf(ticks);
	const preview = useAnswer(["selection", run.run, selection], () => actions.preview({ run: run.run, selection }));
	const { data } = preview;
	return (
		<Dialog
			open
			onOpenChange={(open) => open || (mayLeave() && onClose())}
			title={`Apply part of the plan of run ${run.run}`}
			description={`It changes ${run.container}.`}
		>
			{preview.error ? (
				<DialogBody>
					<ErrorState title="This cannot be applied" onRetry={() => void preview.refetch()}>
						{preview.error.message}
					</ErrorState>
				</DialogBody>
			) : data === undefined ? (
				<DialogBody>
					<SkeletonRows rows={3} />
				</DialogBody>
			) : (
				<ApplyPartForm run={run} ticks={ticks} actions={actions} plan={data} onClose={onClose} onDone={onDone} />
			)}
		</Dialog>
	);
}

type Rest = "later" | ExceptionEnd;

function ApplyPartForm({
	run,
	ticks,
	actions,
	plan,
	onClose,
	onDone,
}: ApplyPartDialogProps & { readonly plan: SelectedPlan }) {
	const [rest, setRest] = useState<Rest>("later");
	const [note, setNote] = useState("");
	const [noteError, setNoteError] = useState<string>();
	const reason = useApprovalReason("Why this is right. Kept with the run.");
	const [refusal, setRefusal] = useState<string>();
	const { runAction, pending } = useAction({ onRefused: setRefusal });
	useUnsaved(note !== "");
	const show = useShowRun();
	const { selection, guard } = plan;
	const planned = selection?.planned ?? 0;
	const chosen = selection?.chosen ?? 0;
	const left = planned - chosen;
	const confirm =
		chosen === 0 ? `Leave out all ${formatCount(planned)}` : `Apply ${formatCount(chosen)} of ${formatCount(planned)}`;

	function submit(event: FormEvent) {
		event.preventDefault();
		if (pending) return;
		const keepOut = rest === "later" ? null : keepOutInput.safeParse({ until: rest, note });
		setNoteError(keepOut?.error?.issues[0]?.message);
		const given = guard === null ? null : reason.parse();
		if (keepOut?.success === false || (guard !== null && given === null)) return;
		const chosenOf = { ...selectionOf(ticks), keepOut: keepOut?.data ?? null };
		runAction(
			() =>
				given === null
					? actions.apply({ run: run.run, selection: chosenOf })
					: actions.approve({ run: run.run, reason: given, selection: chosenOf }),
			(result) => {
				show(result);
				onDone();
				onClose();
			},
		);
	}
	return (
		<form onSubmit={submit} noValidate className="contents">
			<DialogBody className="space-y-3">
				<p>
					{formatPlural(chosen, "change is", "changes are")} applied, {formatCount(left)} left out.
				</p>
				{selection !== null && selection.together > 0 ? <Together selection={selection} /> : null}
				<Field
					label="What is left out"
					hint={
						rest === "later"
							? "The next check or sync finds it again; until then the container is out of sync."
							: "Later runs respect this exception. It is listed with the container, and can be ended there. That of a removal ends when the file comes back."
					}
				>
					{(control) => (
						<Select {...control} value={rest} onChange={(event) => setRest(restOf(event.target.value))}>
							<option value="later">is left for later</option>
							<option value="until-changed">is kept out until the file changes</option>
							<option value="for-good">is kept out for good</option>
						</Select>
					)}
				</Field>
				{rest === "later" ? null : (
					<Field label="Note" hint="Why it is kept out: others read it." error={noteError}>
						{(control) => (
							<Textarea {...control} value={note} required onChange={(event) => setNote(event.target.value)} />
						)}
					</Field>
				)}
				{guard === null ? null : (
					<>
						<ul className="list-disc space-y-0.5 pl-5 text-held">
							{guard.reasons.map((why) => (
								<li key={why}>{why}</li>
							))}
						</ul>
						{reason.field}
					</>
				)}
				{refusal === undefined ? null : (
					<p role="alert" className="text-failed">
						{refusal}
					</p>
				)}
			</DialogBody>
			<DialogFooter>
				<Button onClick={onClose}>Cancel</Button>
				<Button
					type="submit"
					variant={guard === null ? "primary" : "danger"}
					pending={pending}
					disabled={chosen === 0 && rest === "later"}
				>
					{confirm}
				</Button>
			</DialogFooter>
		</form>
	);
}

function restOf(value: string): Rest {
	return exceptionEnds.find((end) => end === value) ?? "later";
}

/** Changes that are left out because they need others that are. */
function Together({
	selection: { together, examples },
}: {
	readonly selection: NonNullable<SelectedPlan["selection"]>;
}) {
	return (
		<div className="space-y-1">
			<p>{formatPlural(together, "change is", "changes are")} left out as well, as they need others that are:</p>
			<ul className="max-h-40 space-y-1 overflow-y-auto">
				{examples.map(({ action, path, why }) => (
					<li key={`${action} ${path}`}>
						<PathText text={path} className="font-mono text-fine" />
						<span className="block text-muted">{why}</span>
					</li>
				))}
			</ul>
		</div>
	);
}
