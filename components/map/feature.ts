import type { ChangeAction } from "#lib/catalog/inputs.ts";
import type { Footprint } from "#lib/metadata/metadata.ts";

/** A footprint's colour and stroke: what happens to it, or a dataset as it stands. */
export type FeatureStyle = ChangeAction | "dataset";

export interface MapFeature {
	/** The key of its row in the table beside the map. */
	readonly key: string | number;
	/** EO ID or path. */
	readonly label: string;
	readonly style: FeatureStyle;
	readonly footprint: Footprint;
}

/** In drawing order, the ones that matter most on top; dashes in CSS pixels, so that colour is never the only mark. */
export const featureStyles: Readonly<
	Record<FeatureStyle, { readonly token: string; readonly dash: readonly number[] }>
> = {
	dataset: { token: "--accent", dash: [] },
	linked: { token: "--linked", dash: [2, 2] },
	unlinked: { token: "--linked", dash: [7, 2, 2, 2] },
	added: { token: "--added", dash: [] },
	moved: { token: "--moved", dash: [9, 3] },
	updated: { token: "--updated", dash: [5, 2] },
	rejected: { token: "--rejected", dash: [1, 3] },
	removed: { token: "--removed", dash: [3, 3] },
};

export const styleOrder = Object.keys(featureStyles) as readonly FeatureStyle[];
