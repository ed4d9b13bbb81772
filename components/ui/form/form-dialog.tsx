"use client";

import { type ComponentProps, type ReactNode, useRef, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogBody, DialogFooter } from "#components/ui/dialogs/dialog.tsx";
import { FormState, type FormStateProps } from "./form-state.tsx";
import { useUnsaved } from "./unsaved.ts";

interface FormDialogProps extends Pick<ComponentProps<typeof Dialog>, "title" | "description" | "wide"> {
	/** What `useForm` gives. */
	readonly form: FormStateProps["form"] & {
		readonly formProps: ComponentProps<"form">;
		readonly pending: boolean;
		/** Something differs from what is saved. */
		readonly changed: boolean;
	};
	/** What the button does, in words: "Save source". */
	readonly submit: string;
	/** A button that stands apart from Cancel and Submit. */
	readonly aside?: ReactNode;
	readonly onClose: () => void;
	/** The fields. */
	readonly children: ReactNode;
}

/**
 * A dialog that is one form: what is wrong with it as a whole first, then its fields; Cancel and Submit below. Escape, or a click
 * beside it, closes it at once only while nothing was typed.
 */
export function FormDialog({ form, submit, aside, onClose, children, ...dialog }: FormDialogProps) {
	const [asksToDiscard, setAsksToDiscard] = useState(false);
	const field = useRef<Element | null>(null);
	useUnsaved(form.changed);
	function closeUnlessTyped() {
		if (!form.changed) return onClose();
		field.current ??= document.activeElement;
		setAsksToDiscard(true);
	}
	function goOn() {
		setAsksToDiscard(false);
		if (field.current instanceof HTMLElement) field.current.focus();
		field.current = null;
	}
	return (
		<Dialog open onOpenChange={(open) => open || closeUnlessTyped()} {...dialog}>
			<form {...form.formProps} className="contents">
				<DialogBody className="space-y-4">
					<FormState form={form} />
					{children}
				</DialogBody>
				{asksToDiscard ? (
					<DialogFooter key="asks">
						<p role="alert" className="mr-auto">
							What you typed is not saved.
						</p>
						<Button onClick={onClose}>Discard it</Button>
						<Button autoFocus variant="primary" onClick={goOn}>
							Go on editing
						</Button>
					</DialogFooter>
				) : (
					<DialogFooter>
						{aside}
						<Button onClick={onClose}>Cancel</Button>
						<Button type="submit" variant="primary" pending={form.pending}>
							{form.effect === null ? submit : `${submit} all the same`}
						</Button>
					</DialogFooter>
				)}
			</form>
		</Dialog>
	);
}
