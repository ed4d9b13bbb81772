"use client";

import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { useSize } from "#components/map/use-size.ts";
import { formatDay } from "#components/ui/format.ts";
import { formatCount } from "#lib/numbers.ts";
import { type DriftPoint, instantOf, pointInWords } from "./drift-points.ts";
import { barPath, linePath, type Strip, stripOf } from "./drift-strips.ts";

const stripHeight = 56;
const gap = 22;
const margin = 8;
const strips = ["found", "datasets", "rejected"] as const;
const titles = { found: "Files that differ", datasets: "Datasets", rejected: "Rejected files" };
const colours = { found: "var(--out-of-sync)", datasets: "var(--accent)", rejected: "var(--rejected)" };

/**
 * Three strips over one time: what was found, datasets, rejected files; dashed lines are what people did. Arrow keys go from point to
 * point, and the words below say what stands there.
 */
export function DriftChart({ points, label }: { readonly points: readonly DriftPoint[]; readonly label: string }) {
	const area = useRef<HTMLDivElement>(null);
	const { width } = useSize(area);
	const [at, setAt] = useState<number | null>(null);
	const times = points.map((point) => Date.parse(instantOf(point)));
	const [first = 0, last = 0] = [times[0], times.at(-1)];
	const x = (time: number) =>
		last === first ? width / 2 : margin + ((time - first) / (last - first)) * (width - 2 * margin);
	const shown = at === null ? undefined : points[at];
	const told = shown ?? points.at(-1);
	const words = told === undefined ? "" : pointInWords(told);

	function onKeyDown(event: KeyboardEvent) {
		const next = { ArrowLeft: (at ?? points.length) - 1, ArrowRight: (at ?? -1) + 1, Home: 0, End: points.length - 1 }[
			event.key
		];
		if (next === undefined) return;
		event.preventDefault();
		setAt(Math.max(0, Math.min(points.length - 1, next)));
	}
	function onPointerMove(event: PointerEvent<HTMLElement>) {
		const pointer = event.clientX - event.currentTarget.getBoundingClientRect().left;
		const distances = times.map((time) => Math.abs(x(time) - pointer));
		setAt(distances.indexOf(Math.min(...distances)));
	}
	const height = strips.length * (stripHeight + gap);
	return (
		<figure>
			<div
				ref={area}
				role="slider"
				aria-label={label}
				aria-valuemin={1}
				aria-valuemax={points.length}
				aria-valuenow={(at ?? points.length - 1) + 1}
				aria-valuetext={words}
				tabIndex={0}
				onKeyDown={onKeyDown}
				onPointerMove={onPointerMove}
				onPointerLeave={() => setAt(null)}
				onBlur={() => setAt(null)}
				// The drawing is as wide as the area was a moment ago: a page that becomes narrower does not scroll for it.
				className="overflow-hidden rounded-md"
			>
				<svg aria-hidden width={width} height={height} className="block">
					{points.map((point, index) =>
						"mark" in point ? (
							<line
								// biome-ignore lint/suspicious/noArrayIndexKey: two marks may be of the same moment
								key={index}
								x1={x(times[index] ?? 0)}
								x2={x(times[index] ?? 0)}
								y1={gap - 4}
								y2={height}
								stroke={point.mark.what === "approval" ? "var(--held)" : "var(--border-strong)"}
								strokeDasharray="3 3"
							/>
						) : null,
					)}
					{strips.map((name, index) => (
						<g key={name} transform={`translate(0 ${index * (stripHeight + gap)})`}>
							<StripDrawing strip={stripOf(points, name)} name={name} x={x} width={width} />
						</g>
					))}
					{shown === undefined ? null : (
						<line
							x1={x(Date.parse(instantOf(shown)))}
							x2={x(Date.parse(instantOf(shown)))}
							y1={gap - 4}
							y2={height}
							stroke="var(--text)"
						/>
					)}
				</svg>
			</div>
			<figcaption className="mt-1 flex min-h-5 flex-wrap justify-between gap-x-4 text-muted">
				<span>{first === 0 ? null : formatDay(new Date(first).toISOString())}</span>
				<span aria-hidden className="break-words">
					{shown === undefined ? null : words}
				</span>
				<span>{first === 0 ? null : formatDay(new Date(last).toISOString())}</span>
			</figcaption>
		</figure>
	);
}

interface StripDrawingProps {
	readonly strip: Strip;
	readonly name: (typeof strips)[number];
	readonly x: (time: number) => number;
	readonly width: number;
}

function StripDrawing({ strip, name, x, width }: StripDrawingProps) {
	const shape = { x, height: stripHeight };
	return (
		<>
			<text x={margin} y={12} className="fill-muted text-fine">
				{titles[name]}
			</text>
			<text x={width - margin} y={12} textAnchor="end" className="fill-faint text-fine">
				{strip.points.length === 0 ? "not known" : `at most ${formatCount(strip.most)}`}
			</text>
			<g transform={`translate(0 ${gap - 4})`}>
				<line x1={0} x2={width} y1={stripHeight} y2={stripHeight} stroke="var(--border)" />
				{name === "found" ? (
					<path d={barPath(strip, shape)} fill={colours[name]} />
				) : (
					<path
						d={linePath(strip, shape)}
						fill="none"
						stroke={colours[name]}
						strokeWidth={1.75}
						strokeLinejoin="round"
						strokeLinecap="round"
					/>
				)}
			</g>
		</>
	);
}
