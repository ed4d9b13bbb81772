import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogBody, DialogFooter } from "#components/ui/dialogs/dialog.tsx";
import type { ContainerView } from "#lib/catalog/read-models/container-view.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";

/** What the user asked for; some of the containers wait for a storage. */
export interface PausedQuestion {
	readonly kind: "sync" | "check";
	/** EO IDs of all of them. */
	readonly ids: readonly string[];
	/** EO IDs of those that wait. */
	readonly paused: readonly string[];
}

/** null: none of them waits for a storage, so there is nothing to ask. */
export function pausedQuestion(
	kind: "sync" | "check",
	ids: readonly string[],
	containers: readonly Pick<ContainerView, "id" | "paused">[],
): PausedQuestion | null {
	const waiting = new Set(containers.filter(({ paused }) => paused !== null).map(({ id }) => id));
	const paused = ids.filter((id) => waiting.has(id));
	return paused.length === 0 ? null : { kind, ids, paused };
}

interface PausedDialogProps {
	readonly question: PausedQuestion;
	readonly onStart: (ids: readonly string[]) => void;
	readonly onClose: () => void;
}

/** Asks whether containers whose storage is paused are to run as well, or only the others. */
export function PausedDialog({ question: { kind, ids, paused }, onStart, onClose }: PausedDialogProps) {
	const verb = kind === "sync" ? "Sync" : "Check";
	const waiting = new Set(paused);
	const others = ids.filter((id) => !waiting.has(id));
	const [only] = paused;
	const title =
		paused.length === 1
			? `The storage of ${ids.length === 1 ? "this container" : "one of them"} is paused or outside its hours`
			: `The storages of ${formatPlural(paused.length, "container")} are paused or outside their hours`;
	return (
		<Dialog open onOpenChange={(open) => open || onClose()} title={title}>
			<DialogBody>
				<p className="break-words">
					Until then {paused.length === 1 ? `${only} only runs` : "they only run"} when a user asks for it.{" "}
					{others.length > 0
						? `The other ${formatCount(others.length)} can be ${kind === "sync" ? "synced" : "checked"} alone.`
						: ""}
				</p>
			</DialogBody>
			<DialogFooter>
				<Button onClick={onClose}>Cancel</Button>
				{others.length > 0 ? (
					<Button onClick={() => onStart(others)}>
						{verb} the other {formatCount(others.length)}
					</Button>
				) : null}
				<Button variant="primary" onClick={() => onStart(ids)}>
					{verb} {ids.length === 1 ? "it" : `all ${formatCount(ids.length)}`} all the same
				</Button>
			</DialogFooter>
		</Dialog>
	);
}
