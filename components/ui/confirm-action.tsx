"use client";

import { type ReactNode, useState } from "react";
import { FormError } from "#components/ui/form/form-error.tsx";
import type { ActionResult } from "#lib/catalog/read-models.ts";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { useAction } from "./use-action.ts";

interface ConfirmActionProps<R extends object> {
	readonly title: string;
	/** What the button does, in words: "Remove source". */
	readonly confirm: string;
	/** Must be typed before the button works. */
	readonly phrase?: string;
	/** What comes of it is not known yet: nothing can be confirmed. */
	readonly isUnknown?: boolean;
	readonly action: () => Promise<ActionResult<R>>;
	readonly onDone: (result: R) => void;
	readonly onClose: () => void;
	/** What comes of it. */
	readonly children: ReactNode;
}

/** Asks before something is taken away, and does it; a refusal is shown where it was asked. */
export function ConfirmAction<R extends object>({
	action,
	onDone,
	onClose,
	children,
	...dialog
}: ConfirmActionProps<R>) {
	const [error, setError] = useState<string | null>(null);
	const { perform, pending } = useAction({ onRefused: setError });
	return (
		<ConfirmDialog
			open
			onOpenChange={(open) => open || onClose()}
			pending={pending}
			onConfirm={() => perform(action, onDone)}
			{...dialog}
		>
			{children}
			<FormError error={error} />
		</ConfirmDialog>
	);
}
