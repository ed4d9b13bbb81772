"use client";

import { useQuery } from "@tanstack/react-query";
import { Cable, Plus } from "lucide-react";
import { useState } from "react";
import { May } from "#components/access/user-context.tsx";
import { fetchJson } from "#components/live/fetch-json.ts";
import { queryKeys } from "#components/live/query-keys.ts";
import { seeded } from "#components/live/seeded.ts";
import { usePageActions } from "#components/shell/page-actions.ts";
import { TargetDialog } from "#components/targets/form/target-dialog.tsx";
import { useOpened } from "#components/ui/address/use-opened.ts";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/states/empty-state.tsx";
import { ErrorState } from "#components/ui/states/error-state.tsx";
import type { TargetFormSetting } from "#lib/catalog/targets/target-form.ts";
import type { TargetView } from "#lib/catalog/targets/target-views.ts";
import { DeleteTarget } from "./delete-target.tsx";
import type { TargetActions } from "./target-actions.ts";
import { TargetItem } from "./target-item.tsx";
import { useReadTargets } from "./use-target-buttons.ts";

interface TargetsViewProps {
	readonly seed: readonly TargetView[];
	readonly known: TargetFormSetting;
	readonly actions: TargetActions;
}

/** Milliseconds between two readings while something is at work, and otherwise; events bring what happens in between. */
const readEvery = { atWork: 1000, idle: 30_000 } as const;

export function TargetsView({ seed, known, actions }: TargetsViewProps) {
	const { data: targets, error } = useQuery({
		queryKey: queryKeys.targets,
		queryFn: ({ signal }) => fetchJson<readonly TargetView[]>("/api/targets", { signal }),
		...seeded(seed),
		refetchInterval: ({ state }) =>
			state.data?.some(({ current }) => current !== null) ? readEvery.atWork : readEvery.idle,
	});
	const [adding, setAdding] = useState(false);
	const [editing, setEditing] = useOpened(targets);
	const [deleting, setDeleting] = useOpened(targets);
	const again = useReadTargets();
	usePageActions([{ label: "Add target", icon: <Plus />, act: "targets.create", go: () => setAdding(true) }]);
	const add = (
		<May act="targets.create">
			<Button variant="primary" onClick={() => setAdding(true)}>
				<Plus aria-hidden />
				Add target
			</Button>
		</May>
	);
	return (
		<div className="space-y-3">
			<div className="flex items-center justify-between gap-3">
				<h1 className="font-semibold text-lg">Targets</h1>
				{targets.length > 0 ? add : null}
			</div>
			{error === null ? null : (
				<ErrorState bar title="What is shown may be out of date">
					{error.message}
				</ErrorState>
			)}
			<div className="rounded-md border bg-surface">
				{targets.length === 0 ? (
					<EmptyState icon={Cable} title="No targets yet" action={add}>
						A target is another system's catalogue, which eosync keeps in step with this one: an EOxServer instance,
						whose database eosync reads and writes. First <b>Test</b> whether it can be reached, then <b>Check</b> what
						differs, which writes nothing. <b>Adopt</b> takes over what the target has already, without registering it
						anew. From then on each sync reaches it by itself.
					</EmptyState>
				) : (
					<ul aria-label="Targets" className="divide-y">
						{targets.map((target) => (
							<TargetItem
								key={target.id}
								target={target}
								actions={actions}
								onEdit={() => setEditing(target)}
								onDelete={() => setDeleting(target)}
							/>
						))}
					</ul>
				)}
			</div>
			{adding ? (
				<TargetDialog target={null} known={known} actions={actions} onSaved={again} onClose={() => setAdding(false)} />
			) : null}
			{editing ? (
				<TargetDialog
					target={editing.row}
					isGone={editing.isGone}
					known={known}
					actions={actions}
					onSaved={again}
					onRefused={again}
					onClose={() => setEditing(null)}
				/>
			) : null}
			{deleting ? (
				<DeleteTarget
					name={deleting.row.name}
					onDelete={actions.remove}
					onDeleted={again}
					onClose={() => setDeleting(null)}
				/>
			) : null}
		</div>
	);
}
