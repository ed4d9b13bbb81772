import { type MapSize, type MapView, pixelOf, wrapLongitude } from "./view.ts";

const steps = [30, 15, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];
/** Pixels between two lines, at least. */
const apart = 80;

export interface GridLine {
	/** Pixels from the left (meridians) or the top (parallels). */
	readonly at: number;
	/** `12.5° E` */
	readonly label: string;
}

/** Round meridians and parallels of what the view shows, so that a place is known even in the middle of an ocean. */
export function graticule(
	view: MapView,
	size: MapSize,
): { readonly meridians: readonly GridLine[]; readonly parallels: readonly GridLine[] } {
	const half = Math.min(180, size.width / 2 / (view.scale * view.stretch));
	const up = Math.min(90, size.height / 2 / view.scale);
	const meridians = multiples(view.lon - half, view.lon + half, stepFor(view.scale * view.stretch)).map((lon) => ({
		at: size.width / 2 + (lon - view.lon) * view.scale * view.stretch,
		label: longitudeLabel(wrapLongitude(lon)),
	}));
	const parallels = multiples(Math.max(-90, view.lat - up), Math.min(90, view.lat + up), stepFor(view.scale)).map(
		(lat) => ({
			at: pixelOf(view, size, [view.lon, lat]).y,
			label: latitudeLabel(lat),
		}),
	);
	return { meridians, parallels };
}

/** Where the drawn world begins and ends, in pixels. */
export function worldFrame(
	view: MapView,
	size: MapSize,
): { readonly x: number; readonly y: number; readonly width: number; readonly height: number } {
	const half = Math.min(180 * view.scale * view.stretch, size.width / 2);
	const top = Math.max(0, pixelOf(view, size, [view.lon, 90]).y);
	const bottom = Math.min(size.height, pixelOf(view, size, [view.lon, -90]).y);
	return { x: size.width / 2 - half, y: top, width: half * 2, height: bottom - top };
}

export const longitudeLabel = (lon: number): string => degrees(lon, "E", "W");
export const latitudeLabel = (lat: number): string => degrees(lat, "N", "S");

function degrees(value: number, positive: string, negative: string): string {
	const rounded = Number(Math.abs(value).toFixed(4));
	if (rounded === 0) return "0°";
	return rounded === 180 ? "180°" : `${rounded}° ${value < 0 ? negative : positive}`;
}

function stepFor(pixelsPerDegree: number): number {
	return steps.findLast((step) => step * pixelsPerDegree >= apart) ?? 30;
}

function multiples(from: number, to: number, step: number): readonly number[] {
	const first = Math.ceil(from / step);
	const count = Math.max(0, Math.min(60, Math.floor(to / step) - first + 1));
	return Array.from({ length: count }, (_, index) => (first + index) * step);
}
