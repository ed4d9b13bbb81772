import { toast } from "sonner";
import { useMay } from "#components/access/user-context.tsx";
import type { DifferencesAddress } from "#components/targets/differences/differences-filter.ts";
import type { TargetActions } from "#components/targets/target-actions.ts";
import { Button } from "#components/ui/button.tsx";
import { ConfirmAction } from "#components/ui/dialogs/confirm-action.tsx";
import type { PushView } from "#lib/catalog/targets/target-views.ts";
import { formatPlural } from "#lib/numbers.ts";

interface LeftAsItIsProps {
	readonly shown: PushView;
	readonly address: DifferencesAddress;
	/** How many objects were accepted and wait for a push. */
	readonly accepted: number;
	/** EO ID; null: everywhere. */
	readonly onAccept: (container: string | null) => void;
	readonly onOverwrite: () => void;
	readonly onWithdraw: () => void;
}

/** What no push changes by itself, and the ways to have it changed. */
export function LeftAsItIs({ shown, address, accepted, onAccept, onOverwrite, onWithdraw }: LeftAsItIsProps) {
	const mayAccept = useMay("targets.accept");
	const mayPush = useMay("targets.push");
	const adopted = shown.counts["differs (adopted)"] ?? 0;
	const changed = shown.counts["changed there"] ?? 0;
	const { class: narrowed, container } = address;
	return (
		<>
			{mayAccept && adopted > 0 && (narrowed === "" || narrowed === "differs (adopted)") ? (
				<p className="flex flex-wrap items-center gap-2 rounded-md bg-out-of-sync-soft px-3 py-2">
					<span className="min-w-0 flex-1 basis-60">
						{formatPlural(adopted, "object was", "objects were")} adopted as {adopted === 1 ? "it is" : "they are"}{" "}
						there, and {adopted === 1 ? "stays" : "stay"} so until what the catalogue says is accepted.
					</span>
					<Button onClick={() => onAccept(container === "" ? null : container)}>
						Accept {container === "" ? "" : `those of ${container} `}…
					</Button>
				</p>
			) : null}
			{mayAccept && accepted > 0 ? (
				<p className="flex flex-wrap items-center gap-2 rounded-md bg-raised px-3 py-2">
					<span className="min-w-0 flex-1 basis-60">
						{formatPlural(accepted, "object is", "objects are")} accepted: the next push writes what the catalogue says.
					</span>
					<Button onClick={onWithdraw}>Take back …</Button>
				</p>
			) : null}
			{mayPush && changed > 0 && (narrowed === "" || narrowed === "changed there") ? (
				<p className="flex flex-wrap items-center gap-2 rounded-md bg-overdue-soft px-3 py-2">
					<span className="min-w-0 flex-1 basis-60">
						{formatPlural(changed, "object was", "objects were")} changed in the target since eosync wrote{" "}
						{changed === 1 ? "it" : "them"}. A push leaves {changed === 1 ? "it" : "them"} as{" "}
						{changed === 1 ? "it is" : "they are"} unless you say otherwise.
					</span>
					<Button onClick={onOverwrite}>Write over …</Button>
				</p>
			) : null}
		</>
	);
}

interface OverwriteDialogProps {
	/** Name. */
	readonly target: string;
	readonly objects: number;
	readonly onPush: TargetActions["push"];
	readonly onDone: () => void;
	readonly onClose: () => void;
}

/** Asks before changes that others made in the target are lost. */
export function OverwriteDialog({ target, objects, onPush, onDone, onClose }: OverwriteDialogProps) {
	return (
		<ConfirmAction
			title={`Write over what was changed in ${target}?`}
			confirm={`Write over ${formatPlural(objects, "object")}`}
			action={() => onPush({ name: target, overwrite: true })}
			onDone={() => {
				toast.success(`What changed is pushed to ${target}, also over changes that others made in it.`);
				onDone();
				onClose();
			}}
			onClose={onClose}
		>
			<p>
				A push writes what the catalogue says, also over changes that others made: everywhere in {target}, whatever is
				shown here. What {target} has now is not kept.
			</p>
		</ConfirmAction>
	);
}

interface WithdrawDialogProps {
	/** Name. */
	readonly target: string;
	readonly objects: number;
	readonly onWithdraw: TargetActions["withdraw"];
	readonly onDone: () => void;
	readonly onClose: () => void;
}

/** Asks before accepted differences are not written after all. */
export function WithdrawDialog({ target, objects, onWithdraw, onDone, onClose }: WithdrawDialogProps) {
	return (
		<ConfirmAction
			title="Take back what was accepted?"
			confirm={`Leave ${formatPlural(objects, "object")} as found`}
			action={() => onWithdraw({ name: target, push: null, number: null, container: null, fields: null })}
			onDone={({ withdrawn }) => {
				toast.success(
					withdrawn === 0
						? "Nothing was left to take back: it was pushed meanwhile."
						: `${formatPlural(withdrawn, "object stays", "objects stay")} as found in ${target}.`,
				);
				onDone();
				onClose();
			}}
			onClose={onClose}
		>
			<p>
				What was adopted in {target}, and accepted since, stays as it was found there. What a push has written already
				is not taken back.
			</p>
		</ConfirmAction>
	);
}
