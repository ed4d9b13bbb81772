import { Field } from "./field.tsx";
import { Input } from "./input.tsx";

interface NameFieldProps {
	readonly value: string;
	readonly error: string | undefined;
	/** It has its name already, which stays. */
	readonly isFixed: boolean;
	/** What uses the name: `Sources refer to it by this name`. */
	readonly use: string;
	readonly placeholder: string;
	readonly onChange: (name: string) => void;
}

/** The name of a thing that others call by it: entered once. */
export function NameField({ value, error, isFixed, use, placeholder, onChange }: NameFieldProps) {
	return (
		<Field label="Name" error={error} hint={`${use}${isFixed ? "; it cannot be changed." : ". No spaces, no /."}`}>
			{(control) => (
				<Input
					{...control}
					value={value}
					readOnly={isFixed}
					autoComplete="off"
					placeholder={placeholder}
					onChange={(event) => onChange(event.target.value)}
				/>
			)}
		</Field>
	);
}
