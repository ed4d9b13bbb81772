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
	/** It is a cell, which stands for many. */
	readonly cell?: MapCell;
}

export interface MapCell {
	readonly counts: Readonly<Partial<Record<FeatureStyle, number>>>;
	/** How many they are beside others, from 1 to `weights`. */
	readonly weight: number;
	/** Degrees. */
	readonly size: number;
}

/** Shades of cells. */
export const weights = 5;

/** In drawing order, the ones that matter most on top; dashes in CSS pixels and signs, so that colour is never the only mark. */
export const featureStyles: Readonly<
	Record<FeatureStyle, { readonly token: string; readonly dash: readonly number[]; readonly sign: string }>
> = {
	dataset: { token: "--accent", dash: [], sign: "" },
	linked: { token: "--linked", dash: [2, 2], sign: "⇄" },
	unlinked: { token: "--linked", dash: [7, 2, 2, 2], sign: "⇄" },
	added: { token: "--added", dash: [], sign: "+" },
	moved: { token: "--moved", dash: [9, 3], sign: "→" },
	updated: { token: "--updated", dash: [5, 2], sign: "~" },
	rejected: { token: "--rejected", dash: [1, 3], sign: "!" },
	removed: { token: "--removed", dash: [3, 3], sign: "−" },
};

export const styleOrder = Object.keys(featureStyles) as readonly FeatureStyle[];
