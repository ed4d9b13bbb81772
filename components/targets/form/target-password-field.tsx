import { Undo2, X } from "lucide-react";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/form/field.tsx";
import { Input } from "#components/ui/form/input.tsx";
import { sameServer } from "#lib/catalog/targets/target-address.ts";
import type { TargetFormProps } from "./target-draft.ts";

/** Kept when nothing is typed, for the server that it was entered for; it can be removed. The page does not know it. */
export function PasswordField({ draft, set, errorOf, target }: TargetFormProps) {
	const isSet = target?.hasPassword ?? false;
	const isKept = isSet && target !== null && sameServer(target.input.url, draft.url.trim());
	const isRemoved = draft.removesPassword;
	return (
		<Field
			label="Password"
			error={errorOf("password")}
			hint={
				isSet && !isKept
					? "Enter it again: it belongs to another server and is not carried over."
					: "Sealed, for this server only; never shown again."
			}
		>
			{(control) => (
				<div className="flex items-start gap-1.5">
					<Input
						{...control}
						type="password"
						value={draft.password}
						autoComplete="new-password"
						placeholder={isRemoved ? "Removed when you save" : isKept ? "Set; leave empty to keep" : ""}
						onChange={(event) => {
							set("password", event.target.value);
							set("removesPassword", false);
						}}
					/>
					{isKept && !isRemoved && draft.password === "" ? (
						<Button icon aria-label="Remove password" title="Remove" onClick={() => set("removesPassword", true)}>
							<X aria-hidden />
						</Button>
					) : null}
					{isRemoved ? (
						<Button icon aria-label="Keep password" title="Keep" onClick={() => set("removesPassword", false)}>
							<Undo2 aria-hidden />
						</Button>
					) : null}
				</div>
			)}
		</Field>
	);
}
