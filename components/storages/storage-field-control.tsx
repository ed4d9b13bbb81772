import { useId } from "react";
import { cx } from "#components/ui/cx.ts";
import { Checkbox } from "#components/ui/form/checkbox.tsx";
import { Field, type FieldControl } from "#components/ui/form/field.tsx";
import { Input, Select } from "#components/ui/form/input.tsx";
import { RootField } from "./root-field.tsx";
import { fieldValue, isSecret, type StorageFieldProps } from "./storage-draft.ts";
import type { StorageField } from "./storage-fields.ts";
import { StorageKeptField } from "./storage-kept-field.tsx";

const spans = { 2: "col-span-6 sm:col-span-2", 3: "col-span-6 sm:col-span-3", 4: "col-span-4" } as const;
/** A host and its port stand side by side on a telephone too. */
const narrowSpans = { ...spans, 2: "col-span-2" } as const;

export function StorageFieldControl(props: StorageFieldProps) {
	const { field, draft, set, errorOf } = props;
	const { name, label, hint, span, kind } = field;
	const className = span === undefined ? "col-span-6" : (name === "port" ? narrowSpans : spans)[span];
	const value = fieldValue(field, draft.values);
	const change = (to: string) => set("values", { ...draft.values, [name]: to });
	if (isSecret(field) || kind === "host-key") return <StorageKeptField {...props} className={className} />;
	if (kind === "switch") {
		return <SwitchField field={field} className={className} checked={value === "yes"} onChange={change} />;
	}
	return (
		<Field label={label} hint={hint} error={errorOf(name)} className={className}>
			{(control) =>
				field.options ? (
					<Choice control={control} options={field.options} value={value} onChange={change} />
				) : name === "root" && draft.type === "local" ? (
					<RootField
						control={control}
						value={draft.values[name] ?? ""}
						placeholder={field.placeholder}
						onChange={change}
					/>
				) : (
					<Input
						{...control}
						value={draft.values[name] ?? ""}
						placeholder={field.placeholder}
						inputMode={kind === "number" ? "decimal" : "text"}
						autoComplete="off"
						spellCheck={false}
						className={kind === "mono" ? "font-mono text-fine!" : ""}
						onChange={(event) => change(event.target.value)}
					/>
				)
			}
		</Field>
	);
}

interface ChoiceProps {
	readonly control: FieldControl;
	readonly options: Readonly<Record<string, string>>;
	readonly value: string;
	readonly onChange: (to: string) => void;
}

function Choice({ control, options, value, onChange }: ChoiceProps) {
	return (
		<Select {...control} value={value} onChange={(event) => onChange(event.target.value)}>
			{Object.entries(options).map(([option, label]) => (
				<option key={option} value={option}>
					{label}
				</option>
			))}
		</Select>
	);
}

interface SwitchFieldProps {
	readonly field: StorageField;
	readonly className: string;
	readonly checked: boolean;
	readonly onChange: (to: string) => void;
}

function SwitchField({ field: { label, hint }, className, checked, onChange }: SwitchFieldProps) {
	const id = useId();
	return (
		<div className={cx("grid grid-cols-[auto_1fr] items-center gap-x-2 gap-y-0.5", className)}>
			<Checkbox
				id={id}
				aria-describedby={hint ? `${id}-hint` : undefined}
				checked={checked}
				onCheckedChange={(on) => onChange(on === true ? "yes" : "no")}
			/>
			<label htmlFor={id} className="w-fit font-medium">
				{label}
			</label>
			{hint ? (
				<p id={`${id}-hint`} className="col-start-2 text-faint text-fine">
					{hint}
				</p>
			) : null}
		</div>
	);
}
