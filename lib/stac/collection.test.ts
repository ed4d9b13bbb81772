import fc from "fast-check";
import { expect, test } from "vitest";
import { datasets, footprints } from "#lib/stac/testing/random-datasets.ts";
import { hasStacSchemas, stacErrors } from "#lib/stac/testing/validate-stac.ts";
import { type CollectionSource, stacCollection } from "./collection.ts";
import { stacItem } from "./item.ts";
import { landingPage } from "./landing.ts";
import { stacUrls } from "./links.ts";
import { summarise } from "./summaries.ts";

const urls = stacUrls("http://localhost:3000");
const itemsOf = (states: Parameters<typeof stacItem>[0]["state"][]) =>
	states.map((state) =>
		stacItem(
			{
				collection: "C",
				state,
				createdAt: "2026-01-01T00:00:00Z",
				updatedAt: "2026-01-01T00:00:00Z",
				files: [{ name: `${state.crs}.tif`, role: "data", size: 1, href: "https://example.org/x.tif" }],
			},
			urls,
		),
	);
const empty: CollectionSource = {
	id: "C",
	kind: "dataset-series",
	title: "",
	begin: null,
	end: null,
	footprint: null,
	updatedAt: "2026-01-01T00:00:00Z",
	summaries: null,
};

test.skipIf(!hasStacSchemas)(
	"collections and the landing page are valid, with nothing and with anything in them",
	async () => {
		expect(await stacErrors(stacCollection(empty, urls))).toEqual([]);
		expect(await stacErrors(landingPage([], urls))).toEqual([]);
		expect(await stacErrors(landingPage([{ id: "a/b", title: "<b>" }], urls))).toEqual([]);
		await fc.assert(
			fc.asyncProperty(fc.array(datasets, { maxLength: 5 }), footprints, async (states, footprint) => {
				const [begin, end] = ["2006-08-16T09:09:29Z", "2020-01-01T00:00:00Z"];
				const source = { ...empty, title: "MERIS", begin, end, footprint, summaries: summarise(itemsOf(states)) };
				expect(await stacErrors(stacCollection(source, urls))).toEqual([]);
			}),
			{ numRuns: 60 },
		);
	},
);

test("summaries are true of every item", () => {
	fc.assert(
		fc.property(fc.array(datasets, { minLength: 1, maxLength: 8 }), (states) => {
			const items = itemsOf(states);
			const { fields } = summarise(items);
			for (const { properties } of items) {
				for (const [field, value] of Object.entries(properties)) {
					const summary = fields[field];
					if (value === null) continue;
					if (Array.isArray(summary)) expect(summary).toEqual(expect.arrayContaining([value].flat() as string[]));
					else if (summary !== undefined) {
						expect(value).toBeGreaterThanOrEqual(Number(Reflect.get(summary as object, "minimum")));
						expect(value).toBeLessThanOrEqual(Number(Reflect.get(summary as object, "maximum")));
					}
				}
			}
		}),
		{ numRuns: 100 },
	);
});

test("every link of a catalogue or collection has a title", () => {
	for (const { links } of [stacCollection(empty, urls), landingPage([{ id: "A", title: "" }], urls)])
		for (const { rel, title } of links) expect(title, rel).toMatch(/./);
});
