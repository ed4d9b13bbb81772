import { useUser } from "#components/access/user-context.tsx";
import { Field } from "./field.tsx";
import { Input } from "./input.tsx";

interface UntilFieldProps {
	/** As the field has it: without a zone, which is the user's (`local-time.ts`). */
	readonly value: string;
	readonly onChange: (value: string) => void;
	/** What an empty time means; left out: it has to be entered. */
	readonly endless?: string | undefined;
	readonly error: string | undefined;
}

/** Until when something is left alone, by the clocks of the user's time zone, as all times that the pages show. */
export function UntilField({ value, onChange, endless, error }: UntilFieldProps) {
	const { timeZone } = useUser();
	const isMissing = endless === undefined && value === "" && error !== undefined;
	return (
		<Field label={`Until (${timeZone})`} hint={endless} error={isMissing ? "Enter until when" : error}>
			{(control) => (
				<Input
					{...control}
					type="datetime-local"
					value={value}
					max="9999-12-31T23:59"
					onChange={(event) => onChange(event.target.value)}
				/>
			)}
		</Field>
	);
}
