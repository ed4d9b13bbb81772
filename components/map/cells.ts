import type { PlacesView, PlaceView } from "#lib/catalog/datasets/density.ts";
import type { Footprint } from "#lib/metadata/metadata.ts";
import { formatCount } from "#lib/numbers.ts";
import { type FeatureStyle, type MapFeature, styleOrder, weights } from "./feature.ts";

/** The cells of a density map as features: each in the look of what it has most of, the stronger the more it has. */
export function cellFeatures({ size, cells }: PlacesView): readonly MapFeature[] {
	const most = Math.max(...cells.map(({ counts }) => sumOf(counts)), 1);
	return cells.map(({ lon, lat, counts }) => ({
		key: `${lon} ${lat}`,
		label: countsInWords(counts),
		style: mostOf(counts),
		footprint: square(lon, lat, size),
		cell: { counts, weight: weightOf(sumOf(counts), most), size },
	}));
}

/** 1…`weights`, in equal steps of the logarithm: one beside a million is still seen. */
export function weightOf(count: number, most: number): number {
	if (most <= 1) return weights;
	return 1 + Math.round((Math.log(Math.max(1, count)) / Math.log(most)) * (weights - 1));
}

type Counts = PlaceView["counts"];

function mostOf(counts: Counts): FeatureStyle {
	return styleOrder.reduce((best, style) => ((counts[style] ?? 0) > (counts[best] ?? 0) ? style : best), "dataset");
}

/** `1,204 added, 3 removed`, `1 dataset`. */
function countsInWords(counts: Counts): string {
	return styleOrder
		.flatMap((style) => {
			const count = counts[style] ?? 0;
			if (count === 0) return [];
			return [`${formatCount(count)} ${style === "dataset" && count !== 1 ? "datasets" : style}`];
		})
		.join(", ");
}

export const sumOf = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

export function square(west: number, south: number, size: number): Footprint {
	const [east, north] = [west + size, south + size];
	return {
		type: "MultiPolygon",
		coordinates: [
			[
				[
					[west, south],
					[east, south],
					[east, north],
					[west, north],
					[west, south],
				],
			],
		],
	};
}
