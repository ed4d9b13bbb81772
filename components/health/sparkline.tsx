"use client";

import { type PointerEvent, useState } from "react";

export interface SparkPoint {
	/** `2026-11-29`. */
	readonly day: string;
	/** null: that day is not known. */
	readonly value: number | null;
}

interface SparklineProps {
	/** One per day, without gaps, oldest first. */
	readonly points: readonly SparkPoint[];
	/** CSS colour of the line. */
	readonly colour: string;
	readonly onPoint: (point: SparkPoint | null) => void;
}

const height = 28;
const step = 6;

/** A small line, drawing only: the words and the table beside it say the same. `onPoint`: the day that the pointer is at. */
export function Sparkline({ points, colour, onPoint }: SparklineProps) {
	const [at, setAt] = useState<number | null>(null);
	const width = Math.max(1, points.length - 1) * step;
	const most = Math.max(1, ...points.map(({ value }) => value ?? 0));
	const y = (value: number) => height - 2 - (value / most) * (height - 4);
	const path = points
		.map(({ value }, index) => {
			if (value === null) return "";
			const isFirst = (points[index - 1]?.value ?? null) === null;
			return `${isFirst ? "M" : "L"}${index * step} ${y(value).toFixed(1)}`;
		})
		.join("");
	function point(event: PointerEvent<SVGSVGElement>) {
		const { left, width: drawn } = event.currentTarget.getBoundingClientRect();
		const index = Math.round(((event.clientX - left) / drawn) * (points.length - 1));
		const next = Math.max(0, Math.min(points.length - 1, index));
		setAt(next);
		onPoint(points[next] ?? null);
	}
	function leave() {
		setAt(null);
		onPoint(null);
	}
	const shown = at === null ? undefined : points[at];
	return (
		<svg
			aria-hidden
			viewBox={`0 0 ${width} ${height}`}
			preserveAspectRatio="none"
			className="block h-7 w-full overflow-visible"
			onPointerMove={point}
			onPointerLeave={leave}
		>
			<path
				d={path}
				fill="none"
				stroke={colour}
				strokeWidth={1.5}
				strokeLinejoin="round"
				strokeLinecap="round"
				vectorEffect="non-scaling-stroke"
			/>
			{shown === undefined ? null : (
				<line
					x1={(at ?? 0) * step}
					x2={(at ?? 0) * step}
					y1={0}
					y2={height}
					stroke="var(--border-strong)"
					vectorEffect="non-scaling-stroke"
				/>
			)}
		</svg>
	);
}
