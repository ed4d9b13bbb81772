import type { ComponentProps } from "react";
import { Field } from "#components/ui/form/field.tsx";
import { Input } from "#components/ui/form/input.tsx";

interface CredentialProps
	extends Pick<ComponentProps<typeof Input>, "value" | "autoComplete" | "autoFocus" | "readOnly" | "className"> {
	readonly label: string;
	readonly hint?: string;
	readonly error: string | undefined;
	readonly onText: (text: string) => void;
}

/** A name that is typed as it is: nothing makes capitals or words of it. */
export function NameField(props: CredentialProps) {
	return <CredentialField {...props} autoCapitalize="none" spellCheck={false} />;
}

/** `autoComplete` tells the browser's store whether it is the password of now or a new one. */
export function PasswordField(props: CredentialProps) {
	return <CredentialField {...props} type="password" />;
}

type CredentialFieldProps = CredentialProps &
	Pick<ComponentProps<typeof Input>, "type" | "autoCapitalize" | "spellCheck">;

function CredentialField({ label, hint, error, onText, ...input }: CredentialFieldProps) {
	return (
		<Field label={label} hint={hint} error={error}>
			{(control) => <Input {...control} {...input} onChange={(event) => onText(event.target.value)} />}
		</Field>
	);
}
