import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogBody, DialogFooter } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/form/field.tsx";
import { Input, Select, Textarea } from "#components/ui/form/input.tsx";
import { useAction } from "#components/ui/use-action.ts";
import type { CauseView } from "#lib/catalog/causes/cause-records.ts";
import type { ProblemActions } from "./problem-actions.ts";

interface AcknowledgeDialogProps {
	readonly cause: CauseView;
	readonly action: ProblemActions["acknowledge"];
	readonly onDone: () => void;
	readonly onClose: () => void;
}

/** A note and an end: until then no message is sent about the cause. */
export function AcknowledgeDialog({ cause, action, onDone, onClose }: AcknowledgeDialogProps) {
	const [note, setNote] = useState("");
	const [ends, setEnds] = useState<"changes" | "time">("changes");
	const [time, setTime] = useState("");
	const [error, setError] = useState<string>();
	const { runAction, pending } = useAction({ onRefused: setError });
	function submit(event: FormEvent) {
		event.preventDefault();
		if (ends === "time" && time === "") return setError("Enter until when.");
		// The field has no zone: it is UTC, as all times here are.
		const until = ends === "time" ? `${time}:00Z` : null;
		runAction(
			() => action({ key: cause.key, note, until }),
			() => {
				toast.success("Acknowledged. No message is sent about it.");
				onDone();
				onClose();
			},
		);
	}
	return (
		<Dialog
			open
			onOpenChange={(open) => open || onClose()}
			title="Acknowledge this problem"
			description={cause.sentence}
		>
			<form onSubmit={submit} className="contents" noValidate>
				<DialogBody className="space-y-3">
					<Field label="Note" hint="What is known about it: others read it here." error={error}>
						{(control) => (
							<Textarea {...control} value={note} maxLength={2000} onChange={(event) => setNote(event.target.value)} />
						)}
					</Field>
					<Field label="Ends" hint="States and exit statuses stay as they are; only messages stop.">
						{(control) => (
							<Select
								{...control}
								value={ends}
								onChange={(event) => setEnds(event.target.value === "time" ? "time" : "changes")}
							>
								<option value="changes">when the problem changes</option>
								<option value="time">at a time</option>
							</Select>
						)}
					</Field>
					{ends === "time" ? (
						<Field label="Until (UTC)">
							{(control) => (
								<Input
									{...control}
									type="datetime-local"
									value={time}
									onChange={(event) => setTime(event.target.value)}
								/>
							)}
						</Field>
					) : null}
				</DialogBody>
				<DialogFooter>
					<Button onClick={onClose}>Cancel</Button>
					<Button type="submit" variant="primary" pending={pending}>
						Acknowledge
					</Button>
				</DialogFooter>
			</form>
		</Dialog>
	);
}
