"use client";

import { useRouter } from "next/navigation";
import { toast } from "sonner";
import { z } from "zod";
import { May, useMay } from "#components/access/user-context.tsx";
import { draftToSchedule, scheduleToDraft } from "#components/schedules/schedule-draft.ts";
import { ScheduleFields } from "#components/schedules/schedule-fields.tsx";
import { FormSection } from "#components/ui/form/form-section.tsx";
import { FormState } from "#components/ui/form/form-state.tsx";
import { SaveBar } from "#components/ui/form/save-bar.tsx";
import { useForm } from "#components/ui/form/use-form.ts";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";
import type { Schedule } from "#lib/catalog/schedules/schedule.ts";
import { scheduleInput } from "#lib/catalog/schedules/schedule-input.ts";

interface DefaultScheduleFormProps {
	/** null: there is none. */
	readonly schedule: Schedule | null;
	/** Of that. */
	readonly version: string;
	readonly save: (input: { readonly schedule: Schedule | null }, version: string) => Promise<ActionResult>;
}

const schema = z.strictObject({ schedule: scheduleInput.nullable() });

export function DefaultScheduleForm({ schedule, version, save }: DefaultScheduleFormProps) {
	const allowed = useMay("settings.update");
	const router = useRouter();
	const form = useForm({
		initial: scheduleToDraft(schedule),
		version,
		toInput: (fields) => ({ schedule: draftToSchedule(fields) }),
		schema,
		action: save,
		onSaved: () => toast.success("Default schedule saved."),
		onRefused: () => router.refresh(),
	});
	const { draft, set, errorOf, pending, changed, formProps } = form;
	return (
		<FormSection title="Default schedule">
			<form {...formProps} className="space-y-4">
				<FormState form={form} />
				<fieldset disabled={!allowed} className="grid gap-4 sm:grid-cols-2">
					<ScheduleFields
						draft={draft}
						set={set}
						errorOf={(path) => errorOf(`schedule.${path}`)}
						container={null}
						byDefault={null}
					/>
				</fieldset>
				<May act="settings.update">
					<SaveBar submit="Save schedule" pending={pending} changed={changed} />
				</May>
			</form>
		</FormSection>
	);
}
