"use client";

import { Undo2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { toast } from "sonner";
import { May } from "#components/access/user-context.tsx";
import { usePageActions } from "#components/shell/page-actions.ts";
import { Button } from "#components/ui/button.tsx";
import { ConfirmAction } from "#components/ui/dialogs/confirm-action.tsx";
import { mayLeave } from "#components/ui/form/unsaved.ts";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";

export type RestoreDataset = (input: {
	readonly dataset: number;
}) => Promise<ActionResult<{ readonly run: number; readonly container: string }>>;

interface RestoreButtonProps {
	readonly dataset: number;
	/** EO ID. */
	readonly id: string;
	readonly restore: RestoreDataset;
}

/** Brings back a dataset that was removed. */
export function RestoreButton({ dataset, id, restore }: RestoreButtonProps) {
	const [asks, setAsks] = useState(false);
	const router = useRouter();
	usePageActions([{ label: `Restore ${id}`, icon: <Undo2 />, act: "datasets.restore", go: () => setAsks(true) }]);
	return (
		<May act="datasets.restore">
			<Button onClick={() => setAsks(true)}>Restore this dataset …</Button>
			{asks ? (
				<ConfirmAction
					title={`Restore ${id}?`}
					confirm="Restore it"
					action={() => restore({ dataset })}
					onDone={({ run }) => {
						setAsks(false);
						toast.success(`Run ${run} restores ${id}.`, {
							action: { label: "Show the run", onClick: () => mayLeave() && router.push(`/runs/${run}`) },
						});
					}}
					onClose={() => setAsks(false)}
				>
					<p>
						A run of its own looks at its files. If they are as they were, the dataset is registered again, in all
						containers that it was in. The next sync removes it again if the archive does not have it by then.
					</p>
				</ConfirmAction>
			) : null}
		</May>
	);
}
