import { ChevronRight } from "lucide-react";
import { isElsewhere, isShown, type StorageFormProps } from "./storage-draft.ts";
import { StorageFieldControl } from "./storage-field-control.tsx";
import { fieldsByType, type StorageField } from "./storage-fields.ts";

/** What a storage of the draft's type is asked for; what is sound as it is stands behind one click. */
export function StorageFormFields(props: StorageFormProps) {
	const { draft, errorOf, storage } = props;
	const shown = fieldsByType[draft.type].filter((field) => isShown(field, draft.values));
	const further = shown.filter(({ isFurther }) => isFurther);
	const secretsStay = storage !== null && !isElsewhere(draft, storage);
	const control = (field: StorageField) => (
		<StorageFieldControl key={field.name} {...props} field={field} secretsStay={secretsStay} />
	);
	return (
		<>
			<div className="grid grid-cols-6 items-start gap-4">
				{shown.filter(({ isFurther }) => !isFurther).map(control)}
			</div>
			{further.length === 0 ? null : (
				<details className="group" open={further.some(({ name }) => errorOf(name) !== undefined) || undefined}>
					<summary className="flex w-fit items-center gap-1 rounded font-medium text-muted hover:text-text">
						<ChevronRight aria-hidden className="size-3.5 transition-transform group-open:rotate-90" />
						Further settings
					</summary>
					<div className="grid grid-cols-6 items-start gap-4 pt-3">{further.map(control)}</div>
				</details>
			)}
		</>
	);
}
