import { Field } from "./field.tsx";
import { Input } from "./input.tsx";
import type { useForm } from "./use-form.ts";

/** What is typed; `until` as the field has it: without a zone, which is UTC. */
interface PauseDraft {
	readonly until: string;
	readonly note: string;
}

export const newPause: PauseDraft = { until: "", note: "" };

/** The instant of what is typed, in ISO 8601; null where nothing is. */
export const pauseInstant = ({ until }: PauseDraft): string | null => (until === "" ? null : `${until}:00Z`);

interface PauseFieldsProps {
	readonly form: Pick<ReturnType<typeof useForm<PauseDraft, never, object>>, "draft" | "set" | "errorOf">;
	/** What an empty time means; left out: it has to be entered. */
	readonly endless?: string;
}

/** Until when something is paused, and why. */
export function PauseFields({ form: { draft, set, errorOf }, endless }: PauseFieldsProps) {
	const isMissing = endless === undefined && draft.until === "" && errorOf("until") !== undefined;
	return (
		<>
			<Field label="Until (UTC)" hint={endless} error={isMissing ? "Enter until when" : errorOf("until")}>
				{(control) => (
					<Input
						{...control}
						type="datetime-local"
						value={draft.until}
						onChange={(event) => set("until", event.target.value)}
					/>
				)}
			</Field>
			<Field label="Note" hint="Why: others read it here." error={errorOf("note")}>
				{(control) => (
					<Input
						{...control}
						value={draft.note}
						maxLength={2000}
						onChange={(event) => set("note", event.target.value)}
					/>
				)}
			</Field>
		</>
	);
}
