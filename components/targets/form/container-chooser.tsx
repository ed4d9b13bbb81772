"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useState } from "react";
import { useAllContainers } from "#components/containers/use-containers.ts";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/form/checkbox.tsx";
import { FormError } from "#components/ui/form/form-error.tsx";
import { Input } from "#components/ui/form/input.tsx";
import { FramedRows } from "#components/virtual-list/framed-rows.tsx";
import { formatCount, formatPlural } from "#lib/numbers.ts";

interface ContainerChooserProps {
	/** EO IDs; null: all, also those to come. */
	readonly chosen: readonly string[] | null;
	readonly error: string | undefined;
	readonly onChange: (chosen: readonly string[] | null) => void;
}

/** All containers, or some of them: a list to tick, with a search for thousands. */
export function ContainerChooser({ chosen, error, onChange }: ContainerChooserProps) {
	return (
		<fieldset className="space-y-1.5">
			<legend className="mb-1 font-medium">Containers</legend>
			<div className="flex flex-wrap gap-x-5 gap-y-1">
				<Choice label="All, also those to come" checked={chosen === null} onChoose={() => onChange(null)} />
				<Choice label="Only these" checked={chosen !== null} onChoose={() => onChange(chosen ?? [])} />
			</div>
			{chosen === null ? null : <Ticked chosen={chosen} onChange={onChange} />}
			<FormError error={error ?? null} />
		</fieldset>
	);
}

interface ChoiceProps {
	readonly label: string;
	readonly checked: boolean;
	readonly onChoose: () => void;
}

function Choice({ label, checked, onChoose }: ChoiceProps) {
	return (
		<label className="flex items-center gap-2">
			<input type="radio" name="target-containers" checked={checked} onChange={onChoose} className="accent-accent" />
			{label}
		</label>
	);
}

interface TickedProps {
	readonly chosen: readonly string[];
	readonly onChange: (chosen: readonly string[]) => void;
}

function Ticked({ chosen, onChange }: TickedProps) {
	const containers = useAllContainers();
	const [search, setSearch] = useState("");
	const [frame, setFrame] = useState<HTMLElement | null>(null);
	const isChosen = useMemo(() => new Set(chosen), [chosen]);
	// Those that were chosen stay to be seen, also when they are gone from the catalogue.
	const all = useMemo(() => {
		const known = containers.map(({ id, title }) => ({ id, title }));
		const ids = new Set(known.map(({ id }) => id));
		return [...chosen.filter((id) => !ids.has(id)).map((id) => ({ id, title: "no longer there" })), ...known];
	}, [containers, chosen]);
	const words = search.trim().toLowerCase();
	const found = all.filter(({ id, title }) => `${id}\n${title}`.toLowerCase().includes(words));
	const virtual = useVirtualizer({
		count: found.length,
		getScrollElement: () => frame,
		estimateSize: () => 32,
		overscan: 8,
	});
	const toggle = (id: string) => onChange(isChosen.has(id) ? chosen.filter((each) => each !== id) : [...chosen, id]);
	return (
		<div className="space-y-1.5">
			<div className="flex flex-wrap items-center gap-2">
				<Input
					type="search"
					aria-label="Search containers"
					placeholder="ID or title"
					value={search}
					className="w-44!"
					onChange={(event) => setSearch(event.target.value)}
				/>
				<span role="status" className="text-muted">
					{formatCount(chosen.length)} of {formatPlural(all.length, "container")}
				</span>
				<Button variant="quiet" onClick={() => onChange([...new Set([...chosen, ...found.map(({ id }) => id)])])}>
					Tick {words === "" ? "all" : "all found"}
				</Button>
				<Button
					variant="quiet"
					onClick={() => {
						const gone = new Set(found.map(({ id }) => id));
						onChange(chosen.filter((id) => !gone.has(id)));
					}}
				>
					Tick none
				</Button>
			</div>
			<section
				ref={setFrame}
				// biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keys
				tabIndex={0}
				aria-label="Containers to choose from"
				className="max-h-52 overflow-y-auto rounded-md border"
			>
				{found.length === 0 ? (
					<p className="px-3 py-2 text-muted">{all.length === 0 ? "There is no container yet." : "None matches."}</p>
				) : (
					<FramedRows
						virtual={virtual}
						rows={found}
						total={found.length}
						keyOf={({ id }) => id}
						className="px-3 py-1.5"
					>
						{({ id, title }) => (
							// biome-ignore lint/a11y/noLabelWithoutControl: the checkbox is a button, which a label may hold
							<label className="flex min-w-0 items-center gap-2">
								<Checkbox checked={isChosen.has(id)} onCheckedChange={() => toggle(id)} />
								<span className="truncate font-mono text-fine">{id}</span>
								<span className="truncate text-muted">{title}</span>
							</label>
						)}
					</FramedRows>
				)}
			</section>
		</div>
	);
}
