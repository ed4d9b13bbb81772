import { Undo2, X } from "lucide-react";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/form/field.tsx";
import { Input } from "#components/ui/form/input.tsx";
import type { ChannelFieldsProps } from "./channel-draft.ts";

interface SecretFieldProps extends ChannelFieldsProps {
	readonly name: "secret" | "password";
	readonly label: string;
	readonly hint: string;
}

/** A secret, which is kept when nothing is typed, and can be removed. The page does not know its value. */
export function SecretField({ name, label, hint, draft, set, errorOf, channel }: SecretFieldProps) {
	const isSet = channel?.secrets.includes(name) ?? false;
	const isRemoved = draft.removed.includes(name);
	const others = draft.removed.filter((each) => each !== name);
	function change(to: string) {
		set(name, to);
		set("removed", others);
	}
	return (
		<Field label={label} hint={hint} error={errorOf(name)}>
			{(control) => (
				<div className="flex items-start gap-1.5">
					<Input
						{...control}
						type="password"
						value={draft[name]}
						autoComplete="new-password"
						placeholder={isRemoved ? "Removed when you save" : isSet ? "Set; leave empty to keep" : ""}
						onChange={(event) => change(event.target.value)}
					/>
					{isSet && !isRemoved && draft[name] === "" ? (
						<Button icon aria-label={`Remove ${label.toLowerCase()}`} onClick={() => set("removed", [...others, name])}>
							<X aria-hidden />
						</Button>
					) : null}
					{isRemoved ? (
						<Button icon aria-label={`Keep ${label.toLowerCase()}`} onClick={() => set("removed", others)}>
							<Undo2 aria-hidden />
						</Button>
					) : null}
				</div>
			)}
		</Field>
	);
}
