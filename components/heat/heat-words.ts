import { square, weightOf } from "#components/map/cells.ts";
import type { MapFeature } from "#components/map/feature.ts";
import { latitudeLabel, longitudeLabel } from "#components/map/graticule.ts";
import type { Heat, HeatView } from "#lib/catalog/changes/change-heat.ts";
import { formatCount } from "#lib/numbers.ts";

/** What the legend of a heat map calls the looks of changes. */
export const heatWords = { added: "came in", removed: "left", updated: "altered" } as const;

export const totalOf = ({ grew, shrank, altered }: Heat): number => grew + shrank + altered;

/** `+1,204 −3 ~12`; `0` where nothing happened. */
export function heatInSigns({ grew, shrank, altered }: Heat): string {
	const parts = [
		...(grew > 0 ? [`+${formatCount(grew)}`] : []),
		...(shrank > 0 ? [`−${formatCount(shrank)}`] : []),
		...(altered > 0 ? [`~${formatCount(altered)}`] : []),
	];
	return parts.join(" ") || "0";
}

/** Cells in the look of what happened there most: more came in than left, more left, or neither. */
export function heatFeatures({ size, cells }: HeatView["places"]): readonly MapFeature[] {
	const most = Math.max(...cells.map(totalOf), 1);
	return cells.map((cell) => ({
		key: `${cell.lon} ${cell.lat}`,
		label: heatInSigns(cell),
		style: cell.grew > cell.shrank ? "added" : cell.shrank > cell.grew ? "removed" : "updated",
		footprint: square(cell.lon, cell.lat, size),
		cell: {
			counts: { added: cell.grew, removed: cell.shrank, updated: cell.altered },
			weight: weightOf(totalOf(cell), most),
			size,
		},
	}));
}

/** `10° E 46° N`: the south-west corner of a cell. */
export const placeName = ({ lon, lat }: { readonly lon: number; readonly lat: number }): string =>
	`${longitudeLabel(lon)} ${latitudeLabel(lat)}`;

/** The day on which a stretch begins: `2006-08-16`. */
export function dayAt({ begin, step }: { readonly begin: string; readonly step: number }, at: number): string {
	const [day] = new Date(Date.parse(`${begin}T00:00:00Z`) + at * step * 86_400_000).toISOString().split("T");
	return day ?? begin;
}
