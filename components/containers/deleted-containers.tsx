"use client";

import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { toast } from "sonner";
import { May } from "#components/access/user-context.tsx";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { seeded } from "#components/live/seeded.ts";
import { Button } from "#components/ui/button.tsx";
import { ConfirmAction } from "#components/ui/dialogs/confirm-action.tsx";
import { Field } from "#components/ui/form/field.tsx";
import { Input } from "#components/ui/form/input.tsx";
import { RelativeTime } from "#components/ui/times/relative-time.tsx";
import type { DeletedContainer } from "#lib/catalog/containers/deleted-containers.ts";
import type { ActionResult } from "#lib/catalog/read-models/answers.ts";
import { formatPlural } from "#lib/numbers.ts";

export type RestoreContainer = (input: {
	readonly id: string;
	readonly as: string;
	/** The run that deleted the container: several containers of one EO ID may have been deleted. */
	readonly deletion: number;
}) => Promise<ActionResult<{ readonly run: number; readonly container: string }>>;

interface DeletedContainersProps {
	readonly seed: readonly DeletedContainer[];
	readonly restore: RestoreContainer;
}

/** The containers that can be restored; empty where none was deleted. */
export function DeletedContainers({ seed, restore }: DeletedContainersProps) {
	const { data: deleted } = useQuery({
		queryKey: queryKeys.deletedContainers,
		queryFn: ({ signal }) => fetchJson<readonly DeletedContainer[]>("/api/deleted-containers", { signal }),
		...seeded(seed),
	});
	const [chosen, setChosen] = useState<DeletedContainer | null>(null);
	if (deleted.length === 0 && chosen === null) return null;
	return (
		<section aria-labelledby="deleted-containers" className="space-y-2 pt-4">
			<h2 id="deleted-containers" className="font-medium">
				Deleted containers
			</h2>
			<ul className="divide-y divide-border rounded-md border border-border">
				{deleted.map((container) => (
					<li key={container.run} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-3 py-2">
						<div className="min-w-0">
							<p className="break-all font-mono">{container.id}</p>
							<p className="text-muted">
								{formatPlural(container.datasets, "dataset")}, deleted <RelativeTime instant={container.deletedAt} /> by{" "}
								{container.deletedBy}; can be restored until {container.until.slice(0, 10)}
							</p>
						</div>
						<May act="containers.restore">
							<Button aria-label={`Restore ${container.id}`} onClick={() => setChosen(container)}>
								Restore
							</Button>
						</May>
					</li>
				))}
			</ul>
			{chosen ? <RestoreDialog container={chosen} restore={restore} onClose={() => setChosen(null)} /> : null}
		</section>
	);
}

interface RestoreDialogProps {
	readonly container: DeletedContainer;
	readonly restore: RestoreContainer;
	readonly onClose: () => void;
}

function RestoreDialog({ container: { id, run: deletion }, restore, onClose }: RestoreDialogProps) {
	const router = useRouter();
	const [as, setAs] = useState(id);
	return (
		<ConfirmAction
			title={`Restore ${id}?`}
			confirm="Restore container"
			action={() => restore({ id, as, deletion })}
			onDone={({ run, container }) => {
				toast.success(`Container ${container} was restored; run ${run} restores its datasets.`);
				router.push(`/runs/${run}`);
			}}
			onClose={onClose}
		>
			<p>
				It comes back with its sources, its datasets and its runs. Sync it afterwards: the archive may have changed.
			</p>
			<Field label="EO ID" hint="Enter another one if a new container has taken its own">
				{(control) => <Input {...control} value={as} onChange={({ target }) => setAs(target.value)} />}
			</Field>
		</ConfirmAction>
	);
}
