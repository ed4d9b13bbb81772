"use client";

import { Button } from "#components/ui/button.tsx";
import { useUnsaved } from "./unsaved.ts";

interface SaveBarProps {
	/** What the button does, in words: "Save settings". */
	readonly submit: string;
	readonly pending: boolean;
	/** Something differs from what is saved. */
	readonly changed: boolean;
}

/** Below a form that stands on a page: there is something to save, or not. */
export function SaveBar({ submit, pending, changed }: SaveBarProps) {
	useUnsaved(changed);
	return (
		<div className="flex items-center justify-end gap-3">
			{changed ? <span className="text-muted">Unsaved changes</span> : null}
			<Button type="submit" variant="primary" pending={pending} disabled={!changed}>
				{submit}
			</Button>
		</div>
	);
}
