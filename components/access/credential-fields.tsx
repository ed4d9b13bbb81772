import { type ComponentProps, useEffect, useRef } from "react";
import { Field } from "#components/ui/form/field.tsx";
import { Input } from "#components/ui/form/input.tsx";

interface CredentialProps
	extends Pick<ComponentProps<typeof Input>, "value" | "autoComplete" | "autoFocus" | "readOnly" | "className"> {
	readonly label: string;
	readonly hint?: string;
	readonly error: string | undefined;
	readonly onText: (text: string) => void;
}

/** A name field without auto-capitalisation and spelling correction. */
export function NameField(props: CredentialProps) {
	return <CredentialField {...props} autoCapitalize="none" spellCheck={false} />;
}

/** `autoComplete` lets the browser's password manager know whether this is the current or a new password. */
export function PasswordField(props: CredentialProps) {
	return <CredentialField {...props} type="password" />;
}

type CredentialFieldProps = CredentialProps &
	Pick<ComponentProps<typeof Input>, "type" | "autoCapitalize" | "spellCheck">;

function CredentialField({ label, hint, error, onText, ...input }: CredentialFieldProps) {
	const field = useRef<HTMLInputElement>(null);
	// biome-ignore lint/correctness/useExhaustiveDependencies: what was typed, or filled in by the browser, before the page lived
	useEffect(() => {
		const { value = "" } = field.current ?? {};
		if (value !== input.value) onText(value);
	}, []);
	return (
		<Field label={label} hint={hint} error={error}>
			{(control) => <Input ref={field} {...control} {...input} onChange={(event) => onText(event.target.value)} />}
		</Field>
	);
}
