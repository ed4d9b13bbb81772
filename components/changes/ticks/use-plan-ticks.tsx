"use client";

import { useCallback, useEffect, useMemo, useState } from "react";
import type { ChangeControls } from "#components/changes/change-controls.ts";
import { Checkbox } from "#components/ui/form/checkbox.tsx";
import type { ChangeView } from "#lib/catalog/read-models/change-view.ts";
import { baseName, folderOf } from "#lib/paths.ts";
import { keepTicks, keptTicks } from "./kept-ticks.ts";
import { allTicked, type PlanTicks, tickChange, tickFolder, tickOfChange, tickOfFolder } from "./plan-ticks.ts";

export interface PlanChoice {
	readonly ticks: PlanTicks;
	readonly controls: ChangeControls;
	readonly tickAll: () => void;
}

type Update = (now: PlanTicks) => PlanTicks;

/** Boxes to tick what of a plan is applied, on rows, folders and the tree. Another page, Back and a reload keep them. */
export function usePlanTicks(run: number): PlanChoice {
	const [ticks, setShown] = useState(allTicked);
	// The server does not know them.
	useEffect(() => setShown(keptTicks(run)), [run]);
	const setTicks = useCallback(
		(update: Update) =>
			setShown((now) => {
				const next = update(now);
				keepTicks(run, next);
				return next;
			}),
		[run],
	);
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
	}, [ticks, setTicks]);
	return { ticks, controls, tickAll: () => setTicks(() => allTicked) };
}

interface ChangeTickProps {
	readonly ticks: PlanTicks;
	readonly change: ChangeView;
	readonly onTicks: (update: Update) => void;
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
