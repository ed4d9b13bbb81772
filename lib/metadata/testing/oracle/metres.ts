import type { Position } from "#lib/metadata/metadata.ts";

/** For tests: metres on a sphere. */
export function metresBetween([lon1, lat1]: Position, [lon2, lat2]: Position): number {
	const radians = Math.PI / 180;
	const [a, b] = [lat1 * radians, lat2 * radians];
	const half = Math.sin((b - a) / 2) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin(((lon2 - lon1) * radians) / 2) ** 2;
	return 2 * 6371000 * Math.asin(Math.min(1, Math.sqrt(half)));
}
