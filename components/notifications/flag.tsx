import { Checkbox } from "#components/ui/form/checkbox.tsx";

interface FlagProps {
	readonly label: string;
	readonly checked: boolean;
	readonly onChange: () => void;
}

/** A checkbox with its label. */
export function Flag({ label, checked, onChange }: FlagProps) {
	return (
		// biome-ignore lint/a11y/noLabelWithoutControl: the checkbox is a button, which a label may hold
		<label className="flex items-center gap-2">
			<Checkbox checked={checked} onCheckedChange={onChange} />
			{label}
		</label>
	);
}
