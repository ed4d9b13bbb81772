"use client";

import { EllipsisVertical } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { useMay } from "#components/access/user-context.tsx";
import { useAction } from "#components/ui/actions/use-action.ts";
import { Button } from "#components/ui/button.tsx";
import { Menu, MenuDownload, MenuItem } from "#components/ui/menu.tsx";
import { formatPlural } from "#lib/numbers.ts";
import { IgnoreDialog } from "./ignore-dialog.tsx";
import { choiceParameters, type RejectionActions, type RejectionsChoice } from "./rejection-actions.ts";

interface FileActionsProps {
	readonly choice: RejectionsChoice;
	readonly files: number;
	readonly ignored: boolean;
	readonly actions: RejectionActions;
	/** What the files are, for screen readers. */
	readonly what: string;
}

/** What can be done with the files of a reason, of a folder, or with one. */
export function FileActions({ choice, files, ignored, actions, what }: FileActionsProps) {
	const [ignoring, setIgnoring] = useState(false);
	const { runAction, pending } = useAction();
	const mayIgnore = useMay("rejections.ignore");
	const mayRetry = useMay("rejections.retry");
	const parameters = choiceParameters(choice, ignored);
	const these = files === 1 ? "this file" : `these ${formatPlural(files, "file")}`;
	return (
		<>
			<Menu
				trigger={
					<Button icon variant="quiet" pending={pending} aria-label={`Actions for ${these}: ${what}`}>
						<EllipsisVertical aria-hidden />
					</Button>
				}
			>
				{ignored || !mayIgnore ? null : (
					<MenuItem hint="Marks and states do not count them until then." onSelect={() => setIgnoring(true)}>
						Ignore until {files === 1 ? "the file changes" : "the files change"} …
					</MenuItem>
				)}
				{ignored && mayIgnore ? (
					<MenuItem
						onSelect={() =>
							runAction(
								() => actions.stopIgnoring(choice),
								({ files: count }) => void toast.success(`${formatPlural(count, "file")} no longer ignored.`),
							)
						}
					>
						Stop ignoring {these}
					</MenuItem>
				) : null}
				{ignored || !mayRetry ? null : (
					<MenuItem
						hint="They are read again although they look unchanged, by a sync of their containers."
						onSelect={() =>
							runAction(
								() => actions.retry(choice),
								({ files: count, batch, runs }) => {
									const by = runs.length === 1 ? `run ${runs[0]?.run}` : formatPlural(runs.length, "run");
									void toast.success(
										`${formatPlural(count, "file")} will be read again by ${batch === null ? by : `batch ${batch}`}.`,
									);
								},
							)
						}
					>
						Retry {these}
					</MenuItem>
				)}
				<MenuDownload href={`/api/rejections/export?${parameters}&format=text`}>A letter to the provider</MenuDownload>
				<MenuDownload href={`/api/rejections/export?${parameters}&format=csv`}>CSV</MenuDownload>
			</Menu>
			{ignoring ? (
				<IgnoreDialog choice={choice} files={files} action={actions.ignore} onClose={() => setIgnoring(false)} />
			) : null}
		</>
	);
}
