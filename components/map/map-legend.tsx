import { formatCount } from "#components/ui/format.ts";
import { countByStyle } from "./describe.ts";
import { type FeatureStyle, featureStyles, type MapFeature, styleOrder } from "./feature.ts";

interface MapLegendProps {
	readonly features: readonly MapFeature[];
	readonly total?: number;
	readonly isLoading: boolean;
}

/** The strokes that occur, with their words; and how many are not drawn. */
export function MapLegend({ features, total, isLoading }: MapLegendProps) {
	const counts = countByStyle(features);
	const shown = styleOrder.filter((style) => counts[style]);
	return (
		<figcaption className="flex flex-wrap items-center gap-x-4 gap-y-1 text-fine text-muted">
			{shown.map((style) => (
				<span key={style} className="flex items-center gap-1.5 tabular-nums">
					<StrokeSample style={style} />
					{style === "dataset" ? "datasets" : style} {formatCount(counts[style] ?? 0)}
				</span>
			))}
			{features.length === 0 ? <span>{isLoading ? "Loading footprints" : "No footprints to show"}</span> : null}
			{total !== undefined && total > features.length ? (
				<span className="ml-auto">
					{formatCount(features.length)} of {formatCount(total)} drawn
				</span>
			) : null}
		</figcaption>
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
