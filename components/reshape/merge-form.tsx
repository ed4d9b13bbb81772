"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { toast } from "sonner";
import { useAction } from "#components/ui/actions/use-action.ts";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/form/checkbox.tsx";
import { Field } from "#components/ui/form/field.tsx";
import { FormError } from "#components/ui/form/form-error.tsx";
import { Input } from "#components/ui/form/input.tsx";
import { toggled } from "#components/ui/toggled.ts";
import type { ContainerView } from "#lib/catalog/read-models/container-view.ts";
import { formatPlural } from "#lib/numbers.ts";
import type { MergeShown, OtherSeries, ReshapeActions } from "./reshape-actions.ts";

interface MergeFormProps {
	readonly container: Pick<ContainerView, "id" | "datasets">;
	readonly others: readonly OtherSeries[];
	readonly actions: Pick<ReshapeActions, "previewMerge" | "merge">;
}

/** More of them are found by the search. */
const mostShown = 100;

export function MergeForm({ container, others, actions }: MergeFormProps) {
	const router = useRouter();
	const [search, setSearch] = useState("");
	const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
	const [into, setInto] = useState(container.id);
	const [shown, setShown] = useState<MergeShown | null>(null);
	const [error, setError] = useState<string | null>(null);
	const { runAction, pending } = useAction({ onRefused: setError });
	const words = search.toLowerCase();
	const matching = others.filter(({ id, title }) => chosen.has(id) || `${id}\n${title}`.toLowerCase().includes(words));
	const input = { ids: [container.id, ...chosen], into: into.trim() };
	const toggle = (id: string) => {
		setChosen(toggled(chosen, id));
		setShown(null);
	};
	if (others.length === 0) return <p className="text-muted">There is no other dataset series.</p>;
	return (
		<form
			className="space-y-4"
			onSubmit={(event) => {
				event.preventDefault();
				setError(null);
				if (shown === null) runAction(() => actions.previewMerge(input), setShown);
				else
					runAction(
						() => actions.merge(input),
						({ run }) => {
							toast.success(`The merge is planned: review run ${run}, and apply it.`);
							router.push(`/runs/${run}`);
						},
					);
			}}
		>
			<p className="text-muted">
				{container.id} takes the sources and datasets of others over. Their EO IDs stay as its former IDs, their runs
				can be read.
			</p>
			<div className="grid gap-3 sm:grid-cols-2">
				<Field label="Search series">
					{(control) => (
						<Input
							{...control}
							type="search"
							value={search}
							maxLength={300}
							onChange={(event) => setSearch(event.target.value)}
						/>
					)}
				</Field>
				<Field label="EO ID of what they become" hint={`${container.id}, or a new one: then it is renamed.`}>
					{(control) => (
						<Input
							{...control}
							className="font-mono"
							value={into}
							maxLength={255}
							onChange={(event) => {
								setInto(event.target.value);
								setShown(null);
							}}
						/>
					)}
				</Field>
			</div>
			<ul aria-label="Series" className="max-h-72 divide-y overflow-y-auto rounded-md border">
				{matching.slice(0, mostShown).map(({ id, title, datasets }) => (
					<li key={id} className="flex items-center gap-3 px-3 py-1.5">
						<Checkbox aria-label={`Merge ${id}`} checked={chosen.has(id)} onCheckedChange={() => toggle(id)} />
						<span className="min-w-0 flex-1 break-all">
							<span className="font-mono">{id}</span> {title ? <span className="text-muted">{title}</span> : null}
						</span>
						<span className="tabular-nums">{formatPlural(datasets, "dataset")}</span>
					</li>
				))}
				{matching.length === 0 ? <li className="px-3 py-2 text-muted">No series matches.</li> : null}
				{matching.length > mostShown ? (
					<li className="px-3 py-2 text-muted">
						{formatPlural(matching.length - mostShown, "further series", "further series")}: search for them.
					</li>
				) : null}
			</ul>
			<FormError error={error} />
			{shown ? (
				<p>
					<span className="break-all font-mono">{shown.into}</span> has {formatPlural(shown.datasets, "dataset")} then
					{shown.shared > 0 ? `, of which ${shown.shared} were in several` : ""}.
					{shown.settings.length > 0
						? ` They differ in ${shown.settings.join(", ")}: that of ${container.id} counts.`
						: ""}
				</p>
			) : null}
			<Button type="submit" variant={shown ? "primary" : "secondary"} pending={pending} disabled={chosen.size === 0}>
				{shown ? `Plan the merge of ${chosen.size + 1} series` : "Show what it does"}
			</Button>
		</form>
	);
}
