import { Field } from "./field.tsx";
import { Input } from "./input.tsx";
import { instantOfLocal } from "./local-time.ts";
import { UntilField } from "./until-field.tsx";
import type { useForm } from "./use-form.ts";

/** What is typed; `until` as the field has it: without a zone. */
interface PauseDraft {
	readonly until: string;
	readonly note: string;
}

export const newPause: PauseDraft = { until: "", note: "" };

/** The instant of what is typed by the clocks of the zone, in ISO 8601; null where nothing is. */
export const pauseInstant = ({ until }: PauseDraft, zone: string): string | null =>
	until === "" ? null : instantOfLocal(until, zone);

interface PauseFieldsProps {
	readonly form: Pick<ReturnType<typeof useForm<PauseDraft, never, object>>, "draft" | "set" | "errorOf">;
	/** What an empty time means; left out: it has to be entered. */
	readonly endless?: string;
}

/** Until when something is paused, and why. */
export function PauseFields({ form: { draft, set, errorOf }, endless }: PauseFieldsProps) {
	return (
		<>
			<UntilField
				value={draft.until}
				onChange={(until) => set("until", until)}
				endless={endless}
				error={errorOf("until")}
			/>
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
