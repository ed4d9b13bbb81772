import type { Step } from "#lib/targets/push/push-plan.ts";
import type { WantedCoverage } from "./mapping.ts";
import type { SeenStorage } from "./places.ts";
import type { ObjectWrite, WriteContext } from "./write.ts";
import { gridKey, gridRowOf } from "./write-grids.ts";
import { type OwnPlace, type OwnStorageRow, ownPlace } from "./write-storages.ts";

export interface SeenThere {
	/** Our storages as the target sees them. */
	readonly seen: readonly SeenStorage[];
	/** The names of their rows there, by the names that they have as a rule. */
	readonly names: ReadonlyMap<string, string>;
	/** The formats of metadata files, by their places; left out: EO-O&M. */
	readonly formats: ReadonlyMap<string, string | null>;
}

/** What the steps of a portion write, and what that needs: storages, range types, grids. Pure. */
export function writesOf(
	steps: readonly Step[],
	{ seen, names, formats }: SeenThere,
): Omit<WriteContext, "collections"> & { readonly objects: readonly ObjectWrite[] } {
	const storages = new Map<string, OwnStorageRow>();
	const grids = new Map<string, ReturnType<typeof gridRowOf>>();
	const rangeTypes = new Map<string, WriteContext["rangeTypes"][number]>();
	const objects = steps.flatMap((step): readonly ObjectWrite[] => {
		if ((step.do !== "create" && step.do !== "update") || step.pk === null) return [];
		const { object, fields } = step.wanted as WantedCoverage;
		const places = new Map<string, OwnPlace>();
		for (const { place } of [...object.files, ...object.metadata]) {
			const found = ownPlace(place, seen);
			if (found === null) continue;
			const name = names.get(found.row.name) ?? found.row.name;
			places.set(place, { ...found.own, storage: name });
			storages.set(name, { ...found.row, name });
		}
		if (object.grid !== null) grids.set(gridKey(object.grid), gridRowOf(object.grid));
		if (fields !== null) {
			const { coverageType: name, bands, descriptions } = fields;
			// Of several that have it, one that says more.
			if (descriptions !== undefined) rangeTypes.set(name, { name, bands, descriptions });
			else if (!rangeTypes.has(name)) rangeTypes.set(name, { name, bands });
		}
		const isNew = step.do === "create";
		return [
			{
				pk: step.pk,
				isNew,
				object,
				fields: new Set(isNew ? [] : step.fields.map(({ field }) => field)),
				identifier: isNew ? null : step.identifier,
				places,
				formats: new Map(
					object.metadata.map(({ place }) => [place, formats.has(place) ? (formats.get(place) ?? null) : "eogml"]),
				),
			},
		];
	});
	return {
		objects,
		storages: [...storages.values()],
		grids: [...grids.values()],
		rangeTypes: [...rangeTypes.values()],
	};
}
