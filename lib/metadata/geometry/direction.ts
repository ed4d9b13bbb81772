import type { Position } from "#lib/metadata/metadata.ts";

/** Places as directions from the middle of a sphere: between these neither poles nor the antimeridian matter. */
export type Direction = readonly [x: number, y: number, z: number];

export const radians = Math.PI / 180;

export function directionOf(lon: number, lat: number): Direction {
	const across = Math.cos(lat * radians);
	return [across * Math.cos(lon * radians), across * Math.sin(lon * radians), Math.sin(lat * radians)];
}

/** @param direction of any length */
export function positionOf([x = Number.NaN, y = Number.NaN, z = Number.NaN]: readonly number[]): Position {
	return [Math.atan2(y, x) / radians, Math.atan2(z, Math.hypot(x, y)) / radians];
}
