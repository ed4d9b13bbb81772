import type { Position } from "#lib/metadata/metadata.ts";
import { type GeoBounds, padBounds } from "./bounds.ts";

/**
 * An equirectangular map with a standard parallel: straight lines in longitude and latitude, which is what GeoJSON's
 * edges are, and true shapes around the latitude that is looked at. The world repeats eastwards and westwards.
 */
export interface MapView {
	/** The centre, degrees; longitude in -180…180. */
	readonly lon: number;
	readonly lat: number;
	/** Pixels per degree of latitude. */
	readonly scale: number;
	/** Cosine of the standard parallel: pixels per degree of longitude are `scale * stretch`. */
	readonly stretch: number;
}

export interface MapSize {
	readonly width: number;
	readonly height: number;
}

export interface Pixel {
	readonly x: number;
	readonly y: number;
}

const maxScale = 20_000;

/** Shows all of `bounds`; null shows the world. */
export function fitView(bounds: GeoBounds | null, size: MapSize): MapView {
	const box = bounds === null ? { west: -180, south: -90, east: 180, north: 90 } : padBounds(bounds, 0.08);
	const lat = (box.south + box.north) / 2;
	const stretch = box.east - box.west > 200 ? 1 : Math.cos((Math.min(Math.abs(lat), 75) * Math.PI) / 180);
	const scale = Math.min(size.width / ((box.east - box.west) * stretch), size.height / (box.north - box.south));
	return clampView({ lon: (box.west + box.east) / 2, lat, scale, stretch }, size);
}

/** The same place under `at` before and after; `factor` > 1 looks closer. */
export function zoomView(view: MapView, size: MapSize, factor: number, at: Pixel): MapView {
	const [lon, lat] = positionAt(view, size, at);
	const { scale } = clampView({ ...view, scale: view.scale * factor }, size);
	const x = (at.x - size.width / 2) / (scale * view.stretch);
	const y = (at.y - size.height / 2) / scale;
	return clampView({ ...view, scale, lon: lon - x, lat: lat + y }, size);
}

/** Moves the picture by so many pixels. */
export function panView(view: MapView, size: MapSize, by: Pixel): MapView {
	const lon = view.lon - by.x / (view.scale * view.stretch);
	return clampView({ ...view, lon, lat: view.lat + by.y / view.scale }, size);
}

/** Where a position is drawn; the copy of the world that is nearest to the centre. */
export function pixelOf(view: MapView, size: MapSize, [lon, lat]: Position): Pixel {
	return {
		x: size.width / 2 + wrapLongitude(lon - view.lon) * view.scale * view.stretch,
		y: size.height / 2 - (lat - view.lat) * view.scale,
	};
}

/** Longitude in -180…180; latitude may lie beyond the poles where the map ends. */
export function positionAt(view: MapView, size: MapSize, at: Pixel): Position {
	const lon = view.lon + (at.x - size.width / 2) / (view.scale * view.stretch);
	return [wrapLongitude(lon), view.lat - (at.y - size.height / 2) / view.scale];
}

/** Multiples of 360° by which the world must be shifted to fill the picture, which never shows a place twice. */
export function worldCopies(view: MapView, size: MapSize): readonly number[] {
	const half = Math.min(180, size.width / 2 / (view.scale * view.stretch));
	return [-360, 0, 360].filter((shift) => view.lon - half < 180 + shift && view.lon + half > -180 + shift);
}

/** -180…180 (exclusive). */
export function wrapLongitude(lon: number): number {
	return lon - 360 * Math.floor((lon + 180) / 360);
}

function clampView(view: MapView, size: MapSize): MapView {
	const whole = Math.min(size.width / (360 * view.stretch), size.height / 180);
	const scale = Math.min(Math.max(view.scale, whole), maxScale);
	const reach = Math.max(0, 90 - size.height / 2 / scale);
	const lat = Math.min(Math.max(view.lat, -reach), reach);
	return { ...view, scale, lat, lon: wrapLongitude(view.lon) };
}
