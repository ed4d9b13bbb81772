"use client";

import { type ReactNode, useState } from "react";
import { useAction } from "#components/ui/actions/use-action.ts";
import { FormError } from "#components/ui/form/form-error.tsx";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";
import { ConfirmDialog } from "./confirm-dialog.tsx";

interface ConfirmActionProps<R extends object> {
	readonly title: string;
	/** What the button does, in words: "Remove source". */
	readonly confirm: string;
	/** Must be typed before the button works. */
	readonly phrase?: string;
	/** The consequences are not known yet: the button is disabled. */
	readonly isUnknown?: boolean;
	readonly action: () => Promise<ActionResult<R>>;
	readonly onDone: (result: R) => void;
	readonly onClose: () => void;
	/** The consequences, in words. */
	readonly children: ReactNode;
}

/** Asks for confirmation before something is removed and runs the action; a refusal is shown in the dialog. */
export function ConfirmAction<R extends object>({
	action,
	onDone,
	onClose,
	children,
	...dialog
}: ConfirmActionProps<R>) {
	const [error, setError] = useState<string | null>(null);
	const { runAction, pending } = useAction({ onRefused: setError });
	return (
		<ConfirmDialog
			open
			onOpenChange={(open) => open || onClose()}
			pending={pending}
			onConfirm={() => runAction(action, onDone)}
			{...dialog}
		>
			{children}
			<FormError error={error} />
		</ConfirmDialog>
	);
}
