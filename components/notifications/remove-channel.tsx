"use client";

import { useState, useTransition } from "react";
import { toast } from "sonner";
import type { ChannelView } from "#lib/catalog/channel-records.ts";
import { messageOf } from "#lib/errors.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { FormError } from "../ui/form-error.tsx";
import type { ChannelActions } from "./channel-actions.ts";

interface RemoveChannelProps {
	readonly channel: ChannelView;
	readonly onRemove: ChannelActions["remove"];
	readonly onClose: () => void;
}

export function RemoveChannel({ channel: { id, name }, onRemove, onClose }: RemoveChannelProps) {
	const [error, setError] = useState<string | null>(null);
	const [pending, start] = useTransition();
	function remove() {
		start(async () => {
			try {
				const result = await onRemove({ id });
				if (!result.ok) return setError(result.error);
				toast.success(`Channel ${name} removed.`);
				onClose();
			} catch (thrown) {
				setError(`Not removed, the server could not be asked: ${messageOf(thrown)}`);
			}
		});
	}
	return (
		<ConfirmDialog
			open
			onOpenChange={(open) => open || onClose()}
			title={`Remove channel ${name}?`}
			confirm="Remove channel"
			pending={pending}
			onConfirm={remove}
		>
			<p>Its log goes with it, and whatever it has not delivered yet.</p>
			<FormError error={error} />
		</ConfirmDialog>
	);
}
