"use client";

import type { ComponentProps, ReactNode } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogBody, DialogFooter } from "#components/ui/dialog.tsx";
import { FormState, type FormStateProps } from "./form-state.tsx";

interface FormDialogProps extends Pick<ComponentProps<typeof Dialog>, "title" | "description" | "wide"> {
	/** What `useForm` gives. */
	readonly form: FormStateProps["form"] & {
		readonly formProps: ComponentProps<"form">;
		readonly pending: boolean;
	};
	/** What the button does, in words: "Save source". */
	readonly submit: string;
	/** A button that stands apart from Cancel and Submit. */
	readonly aside?: ReactNode;
	readonly onClose: () => void;
	/** The fields. */
	readonly children: ReactNode;
}

/** A dialog that is one form: what is wrong with it as a whole first, then its fields; Cancel and Submit below. */
export function FormDialog({ form, submit, aside, onClose, children, ...dialog }: FormDialogProps) {
	return (
		<Dialog open onOpenChange={(open) => open || onClose()} {...dialog}>
			<form {...form.formProps} className="contents">
				<DialogBody className="space-y-4">
					<FormState form={form} />
					{children}
				</DialogBody>
				<DialogFooter>
					{aside}
					<Button onClick={onClose}>Cancel</Button>
					<Button type="submit" variant="primary" pending={form.pending}>
						{submit}
					</Button>
				</DialogFooter>
			</form>
		</Dialog>
	);
}
