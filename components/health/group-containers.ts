import { compareIds } from "#components/containers/container-order.ts";
import type { ContainerView } from "#lib/catalog/read-models/container-view.ts";

/** What the cells are grouped by. */
export const groupings = ["storage", "kind", "title", "none"] as const;
export type Grouping = (typeof groupings)[number];

export const groupingWords: Readonly<Record<Grouping, string>> = {
	storage: "Storage",
	kind: "Kind",
	title: "Title prefix",
	none: "Nothing",
};

export function groupingNamed(name: string): Grouping {
	return groupings.find((each) => each === name) ?? "storage";
}

export interface ContainerGroup {
	/** "" where nothing is grouped. */
	readonly name: string;
	/** By ID: a cell stays where it is when its state changes. */
	readonly containers: readonly ContainerView[];
}

/** The groups by name. */
export function groupContainers(containers: readonly ContainerView[], by: Grouping): readonly ContainerGroup[] {
	const byName = Map.groupBy(containers, (container) => groupOf(container, by));
	return [...byName]
		.map(([name, members]) => ({ name, containers: members.toSorted(compareIds) }))
		.sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function groupOf({ id, kind, title, storages }: ContainerView, by: Grouping): string {
	switch (by) {
		case "storage":
			return storages.length === 0 ? "no storage" : storages.join(" + ");
		case "kind":
			return kind === "dataset-series" ? "Dataset series" : "Rectified stitched mosaics";
		case "title":
			return prefixOf(title || id);
		case "none":
			return "";
	}
}

/** Up to the first character that separates words: `MERIS` of `MERIS full resolution` and of `MERIS_FRS_1P`. */
function prefixOf(text: string): string {
	return /^[\p{L}\p{N}]+/u.exec(text.trim())?.[0] ?? "other";
}
