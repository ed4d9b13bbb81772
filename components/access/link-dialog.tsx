"use client";

import { Button } from "#components/ui/button.tsx";
import { Copyable } from "#components/ui/copyable.tsx";
import { Dialog, DialogBody, DialogFooter } from "#components/ui/dialog.tsx";
import { formatInstant } from "#components/ui/format.ts";
import type { ShownLink } from "./user-actions.ts";

export interface LinkFor extends ShownLink {
	/** Whose it is. */
	readonly name: string;
}

/** Shows a one-time link, the only time that it can be seen. */
export function LinkDialog({ link, onClose }: { readonly link: LinkFor; readonly onClose: () => void }) {
	return (
		<Dialog
			open
			onOpenChange={(open) => open || onClose()}
			title={`Link for ${link.name}`}
			description="Send it only to this user: the first person to open it chooses the password."
		>
			<DialogBody className="space-y-3">
				<div className="rounded-md bg-raised px-2.5 py-2">
					<Copyable text={link.link} label="link" whole className="[&>button]:opacity-100" />
				</div>
				<p className="text-muted">
					It works once, until {formatInstant(link.expiresAt)}, and cannot be shown again. To make a new one, use{" "}
					<em>Reset password</em>.
				</p>
			</DialogBody>
			<DialogFooter>
				<Button onClick={onClose}>Done</Button>
			</DialogFooter>
		</Dialog>
	);
}
