"use client";

import { useRouter } from "next/navigation";
import { type CSSProperties, type KeyboardEvent, type MouseEvent, memo, useMemo, useRef, useState } from "react";
import { ownAddress } from "#components/ui/address/own-address.ts";
import { cx } from "#components/ui/cx.ts";
import type { ContainerView } from "#lib/catalog/read-models/container-view.ts";
import { formatPlural } from "#lib/numbers.ts";
import { CellIcons, iconOf, intensityOf, toneOf } from "./cell-looks.tsx";
import { CellWords } from "./cell-words.tsx";
import { type ContainerGroup, type Grouping, groupContainers } from "./group-containers.ts";
import { nextCell } from "./next-cell.ts";

interface ContainerCellsProps {
	readonly containers: readonly ContainerView[];
	readonly by: Grouping;
}

/**
 * One cell per container: colour and icon are its state, the strength of the colour how many files differ. Tab reaches one of
 * them; arrows, Home and End move on. All events are handled here: thousands of handlers would cost too much.
 */
export function ContainerCells({ containers, by }: ContainerCellsProps) {
	const router = useRouter();
	const area = useRef<HTMLDivElement>(null);
	const [stop, setStop] = useState<string | null>(null);
	const [shown, setShown] = useState<HTMLElement | null>(null);
	const groups = useMemo(() => groupContainers(containers, by), [containers, by]);
	const tabStop = containers.some(({ id }) => id === stop) ? stop : (groups[0]?.containers[0]?.id ?? null);
	const shownContainer = shown === null ? undefined : containers.find(({ id }) => id === shown.dataset.cell);

	function onKeyDown(event: KeyboardEvent) {
		if (event.key === "Escape") setShown(null);
		const cell = cellAt(event.target);
		if (cell === null || event.ctrlKey || event.metaKey || event.altKey) return;
		const cells = [...(area.current?.querySelectorAll<HTMLElement>("[data-cell]") ?? [])];
		const next = nextCell(cells, cell, event.key);
		if (next === null) return;
		event.preventDefault();
		next.focus();
	}
	function onClick(event: MouseEvent) {
		const cell = cellAt(event.target);
		if (cell === null || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
		event.preventDefault();
		// The router knows below which path the dashboard is.
		router.push(containerPath(cell.dataset.cell ?? ""));
	}
	return (
		// biome-ignore lint/a11y/noStaticElementInteractions: it listens for its cells, which are links
		<div
			ref={area}
			className="space-y-3"
			onKeyDown={onKeyDown}
			onClick={onClick}
			onFocus={({ target }) => {
				const cell = cellAt(target);
				setStop(cell?.dataset.cell ?? null);
				setShown(cell);
			}}
			onBlur={() => setShown(null)}
			onMouseOver={({ target }) => setShown(cellAt(target))}
			onMouseLeave={() => setShown(null)}
		>
			<Groups groups={groups} count={containers.length} tabStop={tabStop} />
			{shown !== null && shownContainer !== undefined ? <CellWords cell={shown} container={shownContainer} /> : null}
		</div>
	);
}

interface GroupsProps {
	readonly groups: readonly ContainerGroup[];
	/** Containers in all of them. */
	readonly count: number;
	/** The container whose cell Tab reaches. */
	readonly tabStop: string | null;
}

/** For itself, so that the pointer's way over the cells draws none of them again. */
const Groups = memo(function Groups({ groups, count, tabStop }: GroupsProps) {
	return (
		<>
			<CellIcons />
			{groups.map(({ name, containers }) => (
				<section key={name} aria-label={name === "" ? "Containers" : name}>
					{name === "" ? null : (
						<h3 className="mb-1 flex gap-2 text-fine">
							<span title={name} className="truncate font-medium">
								{name}
							</span>
							<span className="shrink-0 text-faint">{formatPlural(containers.length, "container")}</span>
						</h3>
					)}
					<div className={cx("flex flex-wrap", sizeOf(count))}>
						{containers.map((container) => (
							<Cell key={container.id} container={container} isStop={container.id === tabStop} />
						))}
					</div>
				</section>
			))}
		</>
	);
});

function containerPath(id: string): string {
	return `/containers/${encodeURIComponent(id)}`;
}

function cellAt(target: EventTarget): HTMLElement | null {
	return target instanceof Element ? target.closest<HTMLElement>("[data-cell]") : null;
}

/** Thousands fit on one screen; some dozens need not be small. A finger needs room anyway. */
function sizeOf(count: number): string {
	if (count <= 150) return "gap-1 [--cell:1.75rem]";
	if (count <= 600) return "gap-[3px] [--cell:1.25rem] pointer-coarse:[--cell:1.5rem]";
	return "gap-0.5 [--cell:1rem] pointer-coarse:[--cell:1.5rem]";
}

interface CellProps {
	readonly container: ContainerView;
	/** Tab reaches it. */
	readonly isStop: boolean;
}

const Cell = memo(function Cell({ container, isStop }: CellProps) {
	const { id, state } = container;
	const { percent, isSolid } = intensityOf(container);
	return (
		<a
			href={ownAddress(containerPath(id))}
			data-cell={id}
			tabIndex={isStop ? 0 : -1}
			className={cx(
				"flex size-(--cell) shrink-0 items-center justify-center rounded-[3px] bg-[color-mix(in_srgb,var(--tone)_var(--drift),var(--surface))] hover:outline-2 hover:outline-accent",
				isSolid ? "text-surface" : "text-(--tone)",
			)}
			style={{ "--tone": `var(--${toneOf(container)})`, "--drift": `${percent}%` } as CSSProperties}
		>
			<svg role="img" aria-label={cellText(container)} className="size-[68%]">
				<use href={`#${iconOf(state)}`} />
			</svg>
		</a>
	);
});

function cellText({ id, state, stateReason }: ContainerView): string {
	const text = `${id}: ${state}. ${stateReason}`;
	return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}
