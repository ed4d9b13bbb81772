import { expect, test } from "vitest";
import { containerInput } from "#lib/catalog/inputs.ts";
import { containerToDraft, draftToContainer, newContainerDraft } from "./container-draft.ts";

const mosaic = containerInput.parse({
	id: "mosaic",
	kind: "rectified-stitched-mosaic",
	title: "A mosaic",
	schedule: "0 3 * * *",
	guard: { maxRemovals: "100", maxUpdates: "5‰", maxRejections: null, emptied: "allow" },
	removals: { looks: 2, after: "24h" },
	retentionDays: 30,
	publish: { stac: "token" },
	grid: { crs: "EPSG:4326", origin: [11.6, 46.3], resolution: [0.031, 0.031], size: [541, 449] },
	rangeType: "RGB",
});

test("settings survive their form unchanged", () => {
	expect(containerInput.parse(draftToContainer(containerToDraft(mosaic), []))).toEqual(mosaic);
});

test("a new container has the defaults of the configuration file", () => {
	const written = containerInput.parse({ id: "a", kind: "dataset-series" });
	expect(containerInput.parse(draftToContainer({ ...newContainerDraft, id: "a" }, []))).toEqual(written);
});

test("a dataset series has no grid, whatever was typed before its kind was changed", () => {
	const draft = { ...containerToDraft(mosaic), kind: "dataset-series" as const };
	expect(draftToContainer(draft, []).grid).toBeNull();
});

test("an empty number of a grid is refused rather than taken for zero", () => {
	const parsed = containerInput.safeParse(draftToContainer({ ...containerToDraft(mosaic), originX: "" }, []));
	expect(parsed.error?.issues[0]?.path).toEqual(["grid", "origin", 0]);
});
