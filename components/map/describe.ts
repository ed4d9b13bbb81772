import type { Footprint } from "#lib/metadata/metadata.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";
import { boundsOf } from "./bounds.ts";
import { type FeatureStyle, type MapFeature, styleOrder } from "./feature.ts";
import { latitudeLabel, longitudeLabel } from "./graticule.ts";
import { wrapLongitude } from "./view.ts";

/** What styles are called, where that is not their own name. */
export type StyleWords = Readonly<Partial<Record<FeatureStyle, string>>>;

/** The map in words, for those who do not see it: `3 footprints (2 added, 1 removed), 10° E to 20° E, 40° N to 50° N.` */
export function describeFeatures(features: readonly MapFeature[], words: StyleWords = {}): string {
	if (features.length === 0) return "No footprints.";
	const counts = countByStyle(features);
	const most = features.reduce((best, feature) => (weigh(feature) > weigh(best) ? feature : best));
	const kinds = styleOrder.flatMap((style) =>
		counts[style] && style !== "dataset" ? [`${formatCount(counts[style])} ${words[style] ?? style}`] : [],
	);
	const of = kinds.length === 0 ? "" : ` (${kinds.join(", ")})`;
	if (most.cell !== undefined) {
		const all = formatCount(Object.values(counts).reduce((sum, count) => sum + count, 0));
		const where = describeBounds(features.map(({ footprint }) => footprint));
		return `${all}${of} in ${formatPlural(features.length, "cell")} of ${most.cell.size}°, ${where}; most of them at ${describeBounds([most.footprint])}: ${most.label}.`;
	}
	return `${formatPlural(features.length, "footprint")}${of}, ${describeBounds(features.map(({ footprint }) => footprint))}.`;
}

/** `10° E to 20° E, 40° N to 50° N`; west to east, so beyond the antimeridian the second is smaller. */
export function describeBounds(footprints: readonly Footprint[]): string {
	const bounds = boundsOf(footprints);
	if (bounds === null) return "nowhere";
	const round = (value: number) => Number(value.toFixed(2));
	const [west, east] = [bounds.west, bounds.east].map((lon) =>
		longitudeLabel(round(lon > 180 ? wrapLongitude(lon) : lon)),
	);
	const [south, north] = [bounds.south, bounds.north].map((lat) => latitudeLabel(round(lat)));
	return `${west} to ${east}, ${south} to ${north}`;
}

export function countByStyle(features: readonly MapFeature[]): Readonly<Partial<Record<FeatureStyle, number>>> {
	const counts: Partial<Record<FeatureStyle, number>> = {};
	for (const { style, cell } of features) {
		for (const [of, count] of Object.entries(cell?.counts ?? { [style]: 1 }) as [FeatureStyle, number][])
			counts[of] = (counts[of] ?? 0) + count;
	}
	return counts;
}

const weigh = ({ cell }: MapFeature): number =>
	Object.values(cell?.counts ?? {}).reduce((sum, count) => sum + count, 0);
