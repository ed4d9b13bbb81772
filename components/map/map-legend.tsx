import { formatCount } from "#lib/numbers.ts";
import { sumOf } from "./cells.ts";
import { countByStyle, type StyleWords } from "./describe.ts";
import { type FeatureStyle, featureStyles, type MapFeature, styleOrder } from "./feature.ts";

interface MapLegendProps {
	readonly features: readonly MapFeature[];
	readonly words: StyleWords;
	readonly isLoading: boolean;
}

/** The strokes that occur, with their words and how many there are; of a density map also what its cells are. */
export function MapLegend({ features, words, isLoading }: MapLegendProps) {
	const counts = countByStyle(features);
	const isDensity = features[0]?.cell !== undefined;
	const shown = styleOrder.filter((style) => counts[style]);
	return (
		<figcaption className="flex flex-wrap items-center gap-x-4 gap-y-1 text-fine text-muted">
			{shown.map((style) => (
				<span key={style} className="flex items-center gap-1.5 tabular-nums">
					{isDensity ? <CellSample style={style} /> : <StrokeSample style={style} />}
					{words[style] ?? (style === "dataset" ? "datasets" : style)} {formatCount(counts[style] ?? 0)}
				</span>
			))}
			{features.length === 0 ? <span>{isLoading ? "Loading footprints" : "No footprints to show"}</span> : null}
			{features[0]?.cell === undefined ? null : (
				<span className="ml-auto" title="Each is counted once, where the middle of its footprint lies">
					by cells of {features[0].cell.size}°, the stronger the more: up to {formatCount(mostIn(features))}
				</span>
			)}
		</figcaption>
	);
}

function mostIn(features: readonly MapFeature[]): number {
	return Math.max(...features.map(({ cell }) => sumOf(cell?.counts ?? {})));
}

function CellSample({ style }: { readonly style: FeatureStyle }) {
	const { token, sign } = featureStyles[style];
	return (
		<svg aria-hidden="true" width="14" height="14" className="shrink-0">
			<rect width="14" height="14" rx="2" fill={`var(${token})`} />
			<text x="7" y="11" textAnchor="middle" className="fill-background font-mono font-semibold text-fine">
				{sign}
			</text>
		</svg>
	);
}

export function StrokeSample({ style }: { readonly style: FeatureStyle }) {
	const { token, dash } = featureStyles[style];
	return (
		<svg aria-hidden="true" width="24" height="8" className="shrink-0">
			<line x1="1" y1="4" x2="23" y2="4" strokeWidth="2" stroke={`var(${token})`} strokeDasharray={dash.join(" ")} />
		</svg>
	);
}
