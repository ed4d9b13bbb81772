import { expect, test } from "vitest";
import type { ContainerView } from "#lib/catalog/read-models/container-view.ts";
import { type Grouping, groupContainers, groupingNamed } from "./group-containers.ts";

const container = (id: string, over: Partial<ContainerView> = {}) =>
	({ id, kind: "dataset-series", title: "", storages: ["archive"], ...over }) as ContainerView;
const all = [
	container("MER_FRS", { title: "MERIS full resolution" }),
	container("MER_RR", { title: "MERIS, reduced", storages: ["archive", "partner"] }),
	container("S2_MSI", { kind: "rectified-stitched-mosaic", storages: [] }),
	container("_x", { title: "  — " }),
];

test.each<[Grouping, string]>([
	["storage", "archive: MER_FRS _x; archive + partner: MER_RR; no storage: S2_MSI"],
	["kind", "Dataset series: MER_FRS MER_RR _x; Rectified stitched mosaics: S2_MSI"],
	["title", "MERIS: MER_FRS MER_RR; S2: S2_MSI; other: _x"],
	["none", ": MER_FRS MER_RR S2_MSI _x"],
])("by %s", (by, expected) => {
	const groups = groupContainers(all.toReversed(), by).map(
		({ name, containers }) => `${name}: ${containers.map(({ id }) => id).join(" ")}`,
	);
	expect(groups.join("; ")).toBe(expected);
});

test("another name in the address is the first grouping", () => {
	expect([groupingNamed("kind"), groupingNamed("<b>")]).toEqual(["kind", "storage"]);
});
