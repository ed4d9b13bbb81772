"use client";

import { toast } from "sonner";
import { Field } from "#components/ui/form/field.tsx";
import { FormState } from "#components/ui/form/form-state.tsx";
import { Input, Select } from "#components/ui/form/input.tsx";
import { SaveBar } from "#components/ui/form/save-bar.tsx";
import { useForm } from "#components/ui/form/use-form.ts";
import { formatInstant } from "#components/ui/format.ts";
import { useNow } from "#components/ui/times/now.tsx";
import { useHydrated } from "#components/ui/use-hydrated.ts";
import { type DisplayInput, displayInput, type Theme, themes } from "#lib/access/inputs.ts";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";

export type SetDisplay = (input: DisplayInput) => Promise<ActionResult<object>>;

interface DisplayFormProps {
	readonly saved: DisplayInput;
	readonly setDisplay: SetDisplay;
}

const themeWords: Readonly<Record<Theme, string>> = { system: "As the system", light: "Light", dark: "Dark" };

/** In which zone times are shown to the user, and the theme. */
export function DisplayForm({ saved, setDisplay }: DisplayFormProps) {
	const form = useForm({
		initial: saved,
		toInput: ({ timeZone, theme }) => ({ timeZone: timeZone.trim() || "UTC", theme }),
		schema: displayInput,
		action: setDisplay,
		onSaved: () => toast.success("Saved."),
	});
	const { draft, set, errorOf, pending, changed, formProps } = form;
	const now = useNow((time) => {
		const zone = displayInput.shape.timeZone.safeParse(draft.timeZone.trim() || "UTC");
		return zone.success ? formatInstant(new Date(Math.floor(time / 60_000) * 60_000).toISOString(), zone.data) : "";
	});
	return (
		<form {...formProps} className="space-y-3">
			<FormState form={form} />
			<div className="grid items-start gap-4 sm:grid-cols-2">
				<Field
					label="Time zone"
					error={errorOf("timeZone")}
					hint={`UTC, or a name such as Europe/Vienna. ${now === "" ? "" : `Now it is ${now}.`} Titles, files and the command line stay in UTC.`}
				>
					{(control) => (
						<Input
							{...control}
							value={draft.timeZone}
							list="time-zones"
							autoComplete="off"
							spellCheck={false}
							placeholder="UTC"
							onChange={(event) => set("timeZone", event.target.value)}
						/>
					)}
				</Field>
				<Field label="Theme" error={errorOf("theme")}>
					{(control) => (
						<Select {...control} value={draft.theme} onChange={(event) => set("theme", event.target.value as Theme)}>
							{themes.map((theme) => (
								<option key={theme} value={theme}>
									{themeWords[theme]}
								</option>
							))}
						</Select>
					)}
				</Field>
			</div>
			<ZoneNames />
			<SaveBar submit="Save display" pending={pending} changed={changed} />
		</form>
	);
}

/** What the browser knows; the server may know others. */
function ZoneNames() {
	const zones = useHydrated() ? ["UTC", ...Intl.supportedValuesOf("timeZone")] : [];
	return (
		<datalist id="time-zones">
			{zones.map((zone) => (
				<option key={zone} value={zone} />
			))}
		</datalist>
	);
}
