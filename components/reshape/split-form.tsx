"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { toast } from "sonner";
import { useAction } from "#components/ui/actions/use-action.ts";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/form/checkbox.tsx";
import { Field } from "#components/ui/form/field.tsx";
import { FormError } from "#components/ui/form/form-error.tsx";
import { Input, Select, Textarea } from "#components/ui/form/input.tsx";
import { toggled } from "#components/ui/toggled.ts";
import type { ContainerView } from "#lib/catalog/read-models/container-view.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";
import type { ReshapeActions, SplitRequest, SplitShown } from "./reshape-actions.ts";

interface SplitFormProps {
	readonly container: Pick<ContainerView, "id" | "datasets">;
	readonly actions: Pick<ReshapeActions, "previewSplit" | "split">;
}

type By = SplitRequest["how"]["by"];

/** What was shown, and what the user made of it. */
interface Proposal {
	readonly how: SplitRequest["how"];
	readonly shown: SplitShown;
	readonly names: ReadonlyMap<string, string>;
	readonly left: ReadonlySet<string>;
}

export function SplitForm({ container, actions }: SplitFormProps) {
	const [by, setBy] = useState<By>("folder");
	const [depth, setDepth] = useState("1");
	const [parts, setParts] = useState("");
	const [proposal, setProposal] = useState<Proposal | null>(null);
	const [error, setError] = useState<string | null>(null);
	const { runAction, pending } = useAction({ onRefused: setError });
	const show = () => {
		const how = howOf(by, { depth, parts });
		setError(null);
		setProposal(null);
		runAction(
			() => actions.previewSplit({ id: container.id, how }),
			(shown) =>
				setProposal({
					how,
					shown,
					names: new Map(shown.parts.map(({ key, id }) => [key, id])),
					left: new Set(shown.parts.flatMap(({ key, datasets }) => (datasets === 0 ? [key] : []))),
				}),
		);
	};
	return (
		<div className="space-y-4">
			<p className="text-muted">
				Parts of the series become series of their own, with sources that look for just their files. What no part takes
				stays here, and so does what comes later and fits none.
			</p>
			<form
				className="flex flex-wrap items-end gap-3"
				onSubmit={(event) => {
					event.preventDefault();
					show();
				}}
			>
				<Field label="Split by" className="w-56">
					{(control) => (
						<Select {...control} value={by} onChange={(event) => setBy(event.target.value as By)}>
							<option value="folder">Folders</option>
							<option value="year">The year in folders or names</option>
							<option value="pattern">Patterns</option>
						</Select>
					)}
				</Field>
				{by === "folder" ? (
					<Field label="Folders below the root" className="w-44">
						{(control) => (
							<Input
								{...control}
								type="number"
								min={1}
								max={20}
								value={depth}
								onChange={(event) => setDepth(event.target.value)}
							/>
						)}
					</Field>
				) : null}
				{by === "pattern" ? (
					<Field label="Parts" hint="One per line, as NAME=PATTERN: RGB=*_RGB.tif" className="w-full">
						{(control) => (
							<Textarea
								{...control}
								className="font-mono"
								value={parts}
								onChange={(event) => setParts(event.target.value)}
							/>
						)}
					</Field>
				) : null}
				<Button type="submit" pending={pending && proposal === null}>
					Show the parts
				</Button>
			</form>
			<FormError error={error} />
			{proposal ? (
				<Parts container={container} proposal={proposal} onChange={setProposal} split={actions.split} />
			) : null}
		</div>
	);
}

function howOf(by: By, { depth, parts }: { readonly depth: string; readonly parts: string }): SplitRequest["how"] {
	if (by === "folder") return { by, depth: Number(depth) };
	if (by === "year") return { by };
	const lines = parts.split("\n").filter((line) => line.trim() !== "");
	const pairs = lines.map((line) => {
		const at = line.indexOf("=");
		return { key: line.slice(0, Math.max(at, 0)).trim(), pattern: line.slice(at + 1).trim() };
	});
	const byKey = Map.groupBy(pairs, ({ key }) => key);
	return { by, parts: [...byKey].map(([key, some]) => ({ key, patterns: some.map(({ pattern }) => pattern) })) };
}

interface PartsProps {
	readonly container: SplitFormProps["container"];
	readonly proposal: Proposal;
	readonly onChange: (proposal: Proposal) => void;
	readonly split: ReshapeActions["split"];
}

/** The parts with their counts; their EO IDs can be edited, and parts left out. */
function Parts({ container, proposal, onChange, split }: PartsProps) {
	const { how, shown, names, left } = proposal;
	const router = useRouter();
	const [error, setError] = useState<string | null>(null);
	const { runAction, pending } = useAction({ onRefused: setError });
	const chosen = shown.parts.filter(({ key }) => !left.has(key));
	const leaving = chosen.reduce((sum, { datasets }) => sum + datasets, 0);
	const all = shown.rest + shown.parts.reduce((sum, { datasets }) => sum + datasets, 0);
	return (
		<form
			className="space-y-3"
			onSubmit={(event) => {
				event.preventDefault();
				setError(null);
				const parts = chosen.map(({ key, id }) => ({ key, id: (names.get(key) ?? id).trim() }));
				runAction(
					() => split({ id: container.id, how, parts }),
					({ run }) => {
						toast.success(`The split is planned: review run ${run}, and apply it.`);
						router.push(`/runs/${run}`);
					},
				);
			}}
		>
			<ul aria-label="Parts" className="max-h-[32rem] divide-y overflow-y-auto rounded-md border">
				{shown.parts.map(({ key, id, datasets, sources, problem }) => (
					<li key={key} className="grid grid-cols-[1.25rem_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-1 px-3 py-2">
						<Checkbox
							aria-label={`Make a container of ${key}`}
							checked={!left.has(key)}
							disabled={datasets === 0}
							onCheckedChange={() => onChange({ ...proposal, left: toggled(left, key) })}
						/>
						<Input
							aria-label={`EO ID of the container for ${key}`}
							className="font-mono"
							value={names.get(key) ?? id}
							maxLength={255}
							disabled={left.has(key)}
							onChange={(event) => onChange({ ...proposal, names: new Map(names).set(key, event.target.value) })}
						/>
						<span className="text-right tabular-nums">{formatPlural(datasets, "dataset")}</span>
						<p className="col-start-2 col-end-4 break-all font-mono text-faint text-fine">{sources.join("; ")}</p>
						{problem && (names.get(key) ?? id) === id ? (
							<p className="col-start-2 col-end-4 text-failed text-fine">{problem}</p>
						) : null}
					</li>
				))}
			</ul>
			<p>
				{formatCount(all - leaving)} of {formatPlural(all, "dataset")} stay with{" "}
				<span className="font-mono">{container.id}</span>.
			</p>
			<FormError error={error} />
			<Button type="submit" variant="primary" pending={pending} disabled={chosen.length === 0}>
				Plan the split into {formatPlural(chosen.length, "container")}
			</Button>
		</form>
	);
}
