import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { DatasetView } from "#lib/catalog/read-models/dataset-view.ts";
import type { Property } from "#lib/cql2/condition.ts";
import type { Values } from "#lib/cql2/evaluate.ts";
import { Cql2Error } from "#lib/cql2/expression.ts";
import { timeOf } from "#lib/cql2/instants.ts";
import { lookupTable } from "#lib/lookup-table.ts";
import { exactly, type Fragment, type PropertyColumns } from "./condition-sql.ts";

/** The names that a filter over datasets may use: those below, and any that metadata has. */
const datasetProperties = lookupTable<Property["type"]>({
	id: "text",
	kind: "text",
	storage: "text",
	path: "text",
	crs: "text",
	rangeType: "text",
	begin: "instant",
	end: "instant",
	created: "instant",
	updated: "instant",
	footprint: "geometry",
	geometry: "geometry",
});

/** `properties.id`: what the metadata calls `id`. */
const ofMetadata = /^properties\./;

export function datasetProperty(name: string): Property {
	if (name.includes("\0") || !name.isWellFormed())
		throw new Cql2Error("The name of a property holds what no name can hold.");
	return { name, type: datasetProperties[name] ?? "text" };
}

/** Of `datasets d` with its version `v` and storage `st`. */
export function datasetColumnsOf(sql: Sql | Transaction): PropertyColumns {
	const state = (name: string, column: Fragment): Fragment => sql`coalesce(v.state->>${name}::text, ${column})`;
	const text = (name: string): Fragment => {
		switch (name) {
			case "id":
				return sql`d.eo_id`;
			case "storage":
				return sql`st.name`;
			case "path":
				return sql`d.path`;
			case "kind":
				return state(name, sql`d.kind::text`);
			case "crs":
				return state(name, sql`d.crs`);
			case "rangeType":
				return state(name, sql`d.range_type`);
			default:
				return metadataText(sql, name.replace(ofMetadata, ""));
		}
	};
	return {
		text: (name) => exactly(sql, text(name)),
		time: (name): Fragment => {
			switch (name) {
				case "begin":
					return sql`d.begin_time`;
				case "end":
					return sql`d.end_time`;
				case "created":
					return sql`d.created_at`;
				default:
					return sql`d.updated_at`;
			}
		},
		box: () => sql`v.bbox`,
	};
}

/** What a dataset's metadata says. */
const metadataText = (sql: Sql | Transaction, name: string): Fragment =>
	sql`(coalesce(v.state->'properties', d.properties::json)->>${name}::text)`;

/** A dataset as it was read, for what SQL does not decide. */
export function datasetValues(dataset: DatasetView & { readonly created: string; readonly updated: string }): Values {
	const { id, kind, storage, path, crs, rangeType, footprint, properties } = dataset;
	const fixed = lookupTable<string>({ id, kind, storage, path, crs, rangeType });
	return {
		text: (name) => {
			const value = fixed[name];
			if (value !== undefined) return value;
			const key = name.replace(ofMetadata, "");
			return Object.hasOwn(properties, key) ? String(properties[key]) : null;
		},
		time: (name) => timeOf(dataset[name as "begin" | "end" | "created" | "updated"]),
		geometry: () => footprint,
	};
}
