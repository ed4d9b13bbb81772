"use client";

import { useMemo, useState } from "react";
import { Checkbox } from "#components/ui/form/checkbox.tsx";
import type { ChangeView } from "#lib/catalog/read-models/change-view.ts";
import { baseName, folderOf } from "#lib/paths.ts";
import type { ChangeControls } from "./change-controls.ts";
import { allTicked, type PlanTicks, tickChange, tickFolder, tickOfChange, tickOfFolder } from "./plan-ticks.ts";

export interface PlanChoice {
	readonly ticks: PlanTicks;
	readonly controls: ChangeControls;
	readonly tickAll: () => void;
}

/** Boxes to tick what of a plan is applied, on rows, folders and the tree. */
export function usePlanTicks(): PlanChoice {
	const [ticks, setTicks] = useState(allTicked);
	const controls = useMemo((): ChangeControls => {
		const ofFolder = (directory: string) => (
			<Checkbox
				checked={tickOfFolder(ticks, directory)}
				aria-label={`Apply ${directory || "all folders"}`}
				onClick={(event) => event.stopPropagation()}
				onCheckedChange={(checked) => setTicks((now) => tickFolder(now, directory, checked === true))}
			/>
		);
		return {
			hint: "Untick what is not to be applied.",
			header: <span className="sr-only">Apply</span>,
			ofFolder,
			ofTreeFolder: ({ directory }) => ofFolder(directory),
			ofChange: (change) => <ChangeTick ticks={ticks} change={change} onTicks={setTicks} />,
		};
	}, [ticks]);
	return { ticks, controls, tickAll: () => setTicks(allTicked) };
}

interface ChangeTickProps {
	readonly ticks: PlanTicks;
	readonly change: ChangeView;
	readonly onTicks: (update: (now: PlanTicks) => PlanTicks) => void;
}

function ChangeTick({ ticks, change, onTicks }: ChangeTickProps) {
	const directory = folderOf(change.path);
	const isPlanned = change.outcome === "planned";
	return (
		<Checkbox
			checked={isPlanned && tickOfChange(ticks, change.key, directory)}
			disabled={!isPlanned}
			aria-label={`Apply ${baseName(change.path)}`}
			onClick={(event) => event.stopPropagation()}
			onCheckedChange={(checked) => onTicks((now) => tickChange(now, change.key, directory, checked === true))}
		/>
	);
}
