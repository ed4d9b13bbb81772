"use client";

import { FolderTree as FolderTreeIcon } from "lucide-react";
import { type ComponentProps, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { cx } from "#components/ui/cx.ts";
import { Dialog, DialogBody } from "#components/ui/dialogs/dialog.tsx";
import { FolderTree } from "./folder-tree.tsx";

interface FolderPaneProps extends Omit<ComponentProps<typeof FolderTree>, "className"> {
	/** On a narrow screen, too, it stands on the page; otherwise it is behind a button there. */
	readonly isProminent: boolean;
}

/** The folder tree at the side; on a narrow screen a button that opens it. */
export function FolderPane({ isProminent, ...tree }: FolderPaneProps) {
	const [open, setOpen] = useState(false);
	return (
		<>
			<FolderTree
				{...tree}
				className={cx("max-lg:max-h-80 lg:max-h-[calc(100dvh-5rem)]", !isProminent && "max-lg:hidden")}
			/>
			{isProminent ? null : (
				<Button className="lg:hidden" onClick={() => setOpen(true)}>
					<FolderTreeIcon aria-hidden /> Folders
				</Button>
			)}
			<Dialog open={open} onOpenChange={setOpen} title="Folders">
				<DialogBody className="p-0!">
					<FolderTree
						{...tree}
						className="rounded-t-none border-0"
						onChoose={(folder) => {
							tree.onChoose(folder);
							setOpen(false);
						}}
					/>
				</DialogBody>
			</Dialog>
		</>
	);
}
