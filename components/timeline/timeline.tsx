"use client";

import { X } from "lucide-react";
import { type PointerEvent, useRef, useState } from "react";
import { useSize } from "#components/map/use-size.ts";
import { Button } from "#components/ui/button.tsx";
import { InstantText } from "#components/ui/times/instant.tsx";
import { formatPlural } from "#lib/numbers.ts";
import {
	countIn,
	fractionOf,
	instantAtFraction,
	labelShift,
	type TimeDensity,
	type TimeRange,
	ticksThatFit,
	timeTicks,
} from "./time-scale.ts";
import { TimelineHandle } from "./timeline-handle.tsx";

interface TimelineProps {
	/** The accessible name: "Datasets by time". */
	readonly label: string;
	/** null: nothing there yet; its place is kept. */
	readonly density: TimeDensity | null;
	/** The brushed part; null: all. */
	readonly range: TimeRange | null;
	readonly onRange: (range: TimeRange | null) => void;
}

/** Shorter drags (a fraction of the strip) are clicks, and a click clears. */
const shortest = 0.004;

/** A histogram over time. Dragging over it, or moving its two handles by the keys, selects a part. */
export function Timeline({ density, ...props }: TimelineProps) {
	if (density === null) return <div aria-hidden className="h-28" />;
	return <Strip density={density} {...props} />;
}

function Strip({ label, density, range, onRange }: TimelineProps & { readonly density: TimeDensity }) {
	const strip = useRef<HTMLDivElement>(null);
	const anchor = useRef<number | null>(null);
	const [draft, setDraft] = useState<TimeRange | null>(null);
	const shown = draft ?? range;
	const most = Math.max(...density.counts, 1);
	const { width } = useSize(strip);

	function at(event: PointerEvent): number {
		const box = strip.current?.getBoundingClientRect();
		return box ? Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) : 0;
	}
	function between(a: number, b: number): TimeRange {
		return { begin: instantAtFraction(density, Math.min(a, b)), end: instantAtFraction(density, Math.max(a, b)) };
	}
	function release(event: PointerEvent) {
		if (anchor.current === null) return;
		const chosen = Math.abs(at(event) - anchor.current) < shortest ? null : between(anchor.current, at(event));
		anchor.current = null;
		setDraft(null);
		onRange(chosen);
	}

	return (
		// biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out like this in every browser
		<div role="group" aria-label={label} className="min-w-0 space-y-1">
			<div
				ref={strip}
				className="relative h-12 cursor-crosshair touch-pan-y select-none rounded-md border bg-surface"
				onPointerDown={(event) => {
					if (event.target !== event.currentTarget && (event.target as Element).closest("[role=slider]")) return;
					anchor.current = at(event);
					event.currentTarget.setPointerCapture(event.pointerId);
				}}
				onPointerMove={(event) => anchor.current !== null && setDraft(between(anchor.current, at(event)))}
				onPointerUp={release}
				onPointerCancel={release}
			>
				<Bars density={density} most={most} shown={shown} />
				{(["begin", "end"] as const).map((which) => (
					<TimelineHandle key={which} which={which} density={density} range={shown} onRange={onRange} />
				))}
			</div>
			<div className="relative h-4 overflow-hidden text-faint text-fine" aria-hidden>
				{ticksThatFit(timeTicks(density, Math.max(2, Math.floor(width / 72))), width).map((tick) => (
					<span
						key={tick.at}
						className="absolute whitespace-nowrap"
						style={{ left: `${tick.at * 100}%`, transform: `translateX(-${labelShift(tick.at) * 100}%)` }}
					>
						{tick.label}
					</span>
				))}
			</div>
			<div className="flex min-h-7 flex-wrap items-center gap-x-2 text-fine text-muted">
				<span>
					<InstantText instant={(shown ?? density).begin} /> … <InstantText instant={(shown ?? density).end} />
				</span>
				{shown === null ? null : (
					<>
						<span>about {formatPlural(countIn(density, shown), "begins", "begin")} in it</span>
						<Button variant="quiet" onClick={() => onRange(null)}>
							<X aria-hidden /> Show all times
						</Button>
					</>
				)}
			</div>
		</div>
	);
}

function Bars({
	density,
	most,
	shown,
}: {
	readonly density: TimeDensity;
	readonly most: number;
	readonly shown: TimeRange | null;
}) {
	const { counts } = density;
	const [from, to] = shown === null ? [0, 1] : [fractionOf(density, shown.begin), fractionOf(density, shown.end)];
	return (
		<svg
			aria-hidden="true"
			className="pointer-events-none absolute inset-0 size-full"
			viewBox={`0 0 ${counts.length} 1`}
			preserveAspectRatio="none"
		>
			{shown === null ? null : (
				<rect x={from * counts.length} width={(to - from) * counts.length} height="1" className="fill-accent/15" />
			)}
			{counts.map((count, index) => {
				if (count === 0) return null;
				const inside = (index + 1) / counts.length > from && index / counts.length < to;
				// A single dataset must still be seen beside thousands.
				const height = Math.max(0.06, (count / most) * 0.92);
				return (
					<rect
						// biome-ignore lint/suspicious/noArrayIndexKey: the place is the identity
						key={index}
						x={index + 0.08}
						width="0.84"
						y={1 - height}
						height={height}
						className={inside ? "fill-accent" : "fill-border-strong/40"}
					/>
				);
			})}
		</svg>
	);
}
