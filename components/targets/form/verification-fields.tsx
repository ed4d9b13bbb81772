import { Field } from "#components/ui/form/field.tsx";
import { Input, Select } from "#components/ui/form/input.tsx";
import { scheduleProblem } from "#lib/catalog/schedules/schedule.ts";
import { cronText } from "#lib/catalog/schedules/schedule-text.ts";
import type { TargetDraft, TargetFormProps } from "./target-draft.ts";

/** When all of a target is compared: syncs do not notice what others change in it. */
export function VerificationFields({ draft: { verifies, cron }, set, errorOf }: TargetFormProps) {
	return (
		<div className="grid items-start gap-4 sm:grid-cols-2">
			<Field
				label="All of it is compared"
				hint="Finds what others changed in the target, which syncs do not notice. It is listed, and stays."
			>
				{(control) => (
					<Select
						{...control}
						value={verifies}
						onChange={(event) => set("verifies", event.target.value as TargetDraft["verifies"])}
					>
						<option value="usual">Sundays at 04:00</option>
						<option value="own">At other times</option>
						<option value="never">Only on request</option>
					</Select>
				)}
			</Field>
			{verifies === "own" ? (
				<Field label="Cron expression" error={errorOf("schedule")} hint={hintOf(cron)}>
					{(control) => (
						<Input
							{...control}
							value={cron}
							autoComplete="off"
							spellCheck={false}
							placeholder="0 4 * * *"
							className="font-mono text-fine!"
							onChange={(event) => set("cron", event.target.value)}
						/>
					)}
				</Field>
			) : null}
		</div>
	);
}

/** In words, once it is one. */
function hintOf(cron: string): string {
	return cron.trim() === "" || scheduleProblem(cron.trim()) !== null
		? "Minute, hour, day, month, weekday; UTC."
		: `${cronText(cron.trim())}, UTC.`;
}
