"use client";

import { type ReactNode, useId, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Input } from "#components/ui/form/input.tsx";
import { Dialog, DialogBody, DialogFooter } from "./dialog.tsx";

interface ConfirmDialogProps {
	readonly open: boolean;
	readonly onOpenChange: (open: boolean) => void;
	readonly title: string;
	readonly children: ReactNode;
	/** What the button does, in words: "Remove 214 datasets". */
	readonly confirm: string;
	/** Must be typed before the button works. */
	readonly phrase?: string;
	/** The consequences are not known yet: the button is disabled. */
	readonly isUnknown?: boolean;
	readonly pending?: boolean;
	readonly onConfirm: () => void;
}

/** Asks before something that is not undone with one click. Focus starts on Cancel or on the phrase. */
export function ConfirmDialog({
	phrase,
	isUnknown = false,
	confirm,
	pending = false,
	onConfirm,
	children,
	...dialog
}: ConfirmDialogProps) {
	const [typed, setTyped] = useState("");
	const input = useId();
	const ready = !isUnknown && (phrase === undefined || typed === phrase);
	return (
		<Dialog {...dialog}>
			<form
				className="contents"
				onSubmit={(event) => {
					event.preventDefault();
					if (ready && !pending) onConfirm();
				}}
			>
				<DialogBody className="space-y-3">
					{children}
					{phrase === undefined ? null : (
						<label htmlFor={input} className="block space-y-1">
							<span className="text-muted">
								Type <code className="rounded bg-raised px-1 font-mono text-text">{phrase}</code> to confirm
							</span>
							<Input id={input} value={typed} autoComplete="off" onChange={(event) => setTyped(event.target.value)} />
						</label>
					)}
				</DialogBody>
				<DialogFooter>
					<Button onClick={() => dialog.onOpenChange(false)}>Cancel</Button>
					<Button type="submit" variant="danger" disabled={!ready} pending={pending}>
						{confirm}
					</Button>
				</DialogFooter>
			</form>
		</Dialog>
	);
}
