"use client";

import { useState } from "react";
import { Dialog, DialogBody } from "#components/ui/dialog.tsx";
import { ShortcutList } from "./shortcut-list.tsx";
import { useShortcuts } from "./shortcuts.ts";

export function ShortcutHelp() {
	const [open, setOpen] = useState(false);
	useShortcuts({ "?": () => setOpen(true) });
	return (
		<Dialog open={open} onOpenChange={setOpen} title="Keyboard">
			<DialogBody>
				<ShortcutList />
			</DialogBody>
		</Dialog>
	);
}
