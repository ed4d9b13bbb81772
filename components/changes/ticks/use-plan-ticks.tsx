"use client";

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { toast } from "sonner";
import type { ChangeControls } from "#components/changes/change-controls.ts";
import { Checkbox } from "#components/ui/form/checkbox.tsx";
import type { ChangeView } from "#lib/catalog/read-models/change-view.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { isState } from "#lib/catalog/runs/run-states.ts";
import { formatPlural } from "#lib/numbers.ts";
import { baseName } from "#lib/paths.ts";
import { keepTicks, keptTicks } from "./kept-ticks.ts";
import {
	type ShownTicks,
	shownTickOfChange,
	shownTickOfFolder,
	shownTicks,
	type TickedWithNeeds,
	tickFolderWithNeeds,
	tickWithNeeds,
	whyLeftAlong,
} from "./needs.ts";
import { allTicked, isAllTicked, type PlanTicks, tickChanges, tickFolder } from "./plan-ticks.ts";
import { useChangeNeeds } from "./use-change-needs.ts";

export interface PlanChoice {
	readonly shown: ShownTicks;
	readonly controls: ChangeControls;
	readonly tickAll: () => void;
}

/** Boxes to tick what of a plan is applied, on rows, folders and the tree. Another page, Back and a reload keep them. */
export function usePlanTicks({ run, state }: Pick<RunView, "run" | "state">): PlanChoice {
	const [ticks, setShown] = useState(allTicked);
	const latest = useRef(ticks);
	// The server does not know them.
	useEffect(() => {
		latest.current = keptTicks(run);
		setShown(latest.current);
	}, [run]);
	const setTicks = useCallback(
		(next: PlanTicks) => {
			latest.current = next;
			setShown(next);
			keepTicks(run, next);
		},
		[run],
	);
	const needs = useChangeNeeds(run, { enabled: isState(state, "proposed") && !isAllTicked(ticks) });
	const shown = useMemo(() => shownTicks(ticks, needs), [ticks, needs]);
	const controls = useMemo((): ChangeControls => {
		const setWithNeeds = ({ ticks: next, besides }: TickedWithNeeds) => {
			setTicks(next);
			if (besides.length > 0) toast(besidesText(besides));
		};
		const onFolder = (directory: string, ticked: boolean) =>
			ticked
				? setWithNeeds(tickFolderWithNeeds(latest.current, directory, needs))
				: setTicks(tickFolder(latest.current, directory, false));
		const onChange = (change: ChangeView, ticked: boolean) =>
			ticked
				? setWithNeeds(tickWithNeeds(latest.current, change, needs))
				: setTicks(tickChanges(latest.current, [change], false));
		const ofFolder = (directory: string) => (
			<Checkbox
				checked={shownTickOfFolder(shown, directory)}
				aria-label={`Apply ${directory || "all folders"}`}
				onClick={(event) => event.stopPropagation()}
				onCheckedChange={(checked) => onFolder(directory, checked === true)}
			/>
		);
		return {
			hint: "Untick what is not to be applied.",
			header: <span className="sr-only">Apply</span>,
			ofFolder,
			ofTreeFolder: ({ directory }) => ofFolder(directory),
			ofChange: (change) => <ChangeTick shown={shown} change={change} onTick={onChange} />,
			noteOf: (change) => (change.outcome === "planned" ? whyLeftAlong(shown, change) : null),
		};
	}, [shown, needs, setTicks]);
	return { shown, controls, tickAll: () => setTicks(allTicked) };
}

/** `in/a.tif is ticked as well: it is needed.` */
function besidesText([first, ...others]: TickedWithNeeds["besides"]): string {
	if (first === undefined) return "";
	return others.length === 0
		? `${first.path} is ticked as well: it is needed.`
		: `${first.path} and ${formatPlural(others.length, "other change")} are ticked as well: they are needed.`;
}

interface ChangeTickProps {
	readonly shown: ShownTicks;
	readonly change: ChangeView;
	readonly onTick: (change: ChangeView, ticked: boolean) => void;
}

function ChangeTick({ shown, change, onTick }: ChangeTickProps) {
	const isPlanned = change.outcome === "planned";
	return (
		<Checkbox
			checked={isPlanned && shownTickOfChange(shown, change)}
			disabled={!isPlanned}
			aria-label={`Apply ${baseName(change.path)}`}
			aria-description={whyLeftAlong(shown, change) ?? undefined}
			onClick={(event) => event.stopPropagation()}
			onCheckedChange={(checked) => onTick(change, checked === true)}
		/>
	);
}
