import type { DriftLook } from "#lib/catalog/health/container-drift.ts";
import type { DriftPoint } from "./drift-points.ts";

/** One number over time. */
export interface Strip {
	/** Looks of which it is known, oldest first. */
	readonly points: readonly { readonly time: number; readonly value: number }[];
	readonly most: number;
}

export function stripOf(points: readonly DriftPoint[], of: "found" | "datasets" | "rejected"): Strip {
	const known = points.flatMap((point) => ("look" in point ? valuesOf(point.look, of) : []));
	return { points: known, most: Math.max(0, ...known.map(({ value }) => value)) };
}

function valuesOf(look: DriftLook, of: "found" | "datasets" | "rejected"): Strip["points"] {
	const value = look[of];
	return value === null ? [] : [{ time: Date.parse(look.at), value }];
}

interface Shape {
	readonly x: (time: number) => number;
	readonly height: number;
}

const barWidth = 4;

/** A bar per look; one of nothing is a pixel, so that it can be seen that there was one. */
export function barPath({ points, most }: Strip, { x, height }: Shape): string {
	return points
		.map(({ time, value }) => {
			const tall = value === 0 || most === 0 ? 1 : Math.max(3, Math.round((value / most) * (height - 6)));
			return `M${(x(time) - barWidth / 2).toFixed(1)} ${height - tall}h${barWidth}v${tall}h-${barWidth}z`;
		})
		.join("");
}

/** From look to look as steps: between two nothing else is known. */
export function linePath({ points, most }: Strip, { x, height }: Shape): string {
	const y = (value: number) => (height - 2 - (most === 0 ? 0 : (value / most) * (height - 8))).toFixed(1);
	if (points.length === 1 && points[0] !== undefined)
		return `M${(x(points[0].time) - barWidth).toFixed(1)} ${y(points[0].value)}h${2 * barWidth}`;
	return points
		.map(({ time, value }, index) =>
			index === 0 ? `M${x(time).toFixed(1)} ${y(value)}` : `H${x(time).toFixed(1)}V${y(value)}`,
		)
		.join("");
}
