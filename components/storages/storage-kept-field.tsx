import { Undo2, X } from "lucide-react";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/form/field.tsx";
import { Input, Textarea } from "#components/ui/form/input.tsx";
import type { StorageFieldProps } from "./storage-draft.ts";

/**
 * A secret, which is kept when nothing is typed, or the server's host key, which is learned: either can be
 * removed. The page does not know a secret's value.
 */
export function StorageKeptField(props: StorageFieldProps & { readonly className: string }) {
	const { field, draft, set, errorOf, storage, secretsStay, className } = props;
	const { name, label, kind } = field;
	const isHostKey = kind === "host-key";
	const isSet = isHostKey
		? storage?.config.type === "sftp" && storage.config.hostKey !== undefined
		: (storage?.secrets.includes(name) ?? false);
	const isKept = isSet && secretsStay;
	const isRemoved = draft.removed.includes(name);
	const typed = draft.values[name] ?? "";
	function change(to: string) {
		set("values", { ...draft.values, [name]: to });
		if (to !== "" && isRemoved)
			set(
				"removed",
				draft.removed.filter((each) => each !== name),
			);
	}
	function remove() {
		set("values", { ...draft.values, [name]: "" });
		set("removed", [...draft.removed, name]);
	}
	function keep() {
		if (isHostKey && storage?.config.type === "sftp")
			set("values", { ...draft.values, [name]: storage.config.hostKey ?? "" });
		set(
			"removed",
			draft.removed.filter((each) => each !== name),
		);
	}
	const canRemove = isKept && !isRemoved && (isHostKey || typed === "");
	const placeholder = isRemoved
		? isHostKey
			? "Forgotten when you save, then learned again"
			: "Removed when you save"
		: isKept && !isHostKey
			? "Set; leave empty to keep"
			: field.placeholder;
	const hint =
		isSet && !secretsStay && !isHostKey
			? "Enter it again: it belongs to another address and is not carried over."
			: field.hint;
	const common = { value: typed, placeholder, spellCheck: false } as const;
	return (
		<Field label={label} hint={hint} error={errorOf(name)} className={className}>
			{(control) => (
				<div className="flex items-start gap-1.5">
					{kind === "secret-lines" ? (
						<Textarea
							{...control}
							{...common}
							rows={3}
							autoComplete="off"
							className="font-mono text-fine!"
							onChange={(event) => change(event.target.value)}
						/>
					) : (
						<Input
							{...control}
							{...common}
							type={isHostKey ? "text" : "password"}
							autoComplete={isHostKey ? "off" : "new-password"}
							className={isHostKey ? "font-mono text-fine!" : ""}
							onChange={(event) => change(event.target.value)}
						/>
					)}
					{canRemove ? (
						<Button
							icon
							aria-label={`${isHostKey ? "Forget" : "Remove"} ${label.toLowerCase()}`}
							title={isHostKey ? "Forget" : "Remove"}
							onClick={remove}
						>
							<X aria-hidden />
						</Button>
					) : null}
					{isKept && isRemoved ? (
						<Button icon aria-label={`Keep ${label.toLowerCase()}`} title="Keep" onClick={keep}>
							<Undo2 aria-hidden />
						</Button>
					) : null}
				</div>
			)}
		</Field>
	);
}
