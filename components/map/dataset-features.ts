import type { FootprintsView } from "#lib/catalog/datasets/footprints.ts";
import { cellFeatures } from "./cells.ts";
import type { MapFeature } from "./feature.ts";

/** What a map draws of datasets: each of them, or how many there are where. */
export function datasetFeatures(view: FootprintsView | undefined): readonly MapFeature[] {
	if (view?.places) return cellFeatures(view.places);
	return (view?.rows ?? []).map(({ key, label, footprint }) => ({ key, label, style: "dataset", footprint }));
}
