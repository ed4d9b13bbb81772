import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { Fragment, PropertyColumns } from "#lib/catalog/search/condition-sql.ts";
import type { Values } from "#lib/cql2/evaluate.ts";
import { timeOf } from "#lib/cql2/instants.ts";
import type { DatasetState, Instant } from "#lib/metadata/metadata.ts";
import { eoFields } from "#lib/stac/eo-fields.ts";
import { numberField, textField } from "./field-sql.ts";

/** The fields of items that filters and sorting know: those of the documents, by the documents' names. */

/** Of `items i` with its container `c` and what `saidOf` joins: a condition that they make is met by all that meet it, and by some that do not. */
export function itemColumnsOf(sql: Sql | Transaction): PropertyColumns {
	return {
		text: (name) => textField(sql, name),
		number: (name) => numberField(sql, name),
		time: (name) => timeColumn(sql, name),
		box: () => sql`i.bbox`,
	};
}

export function timeColumn(sql: Sql | Transaction, name: string): Fragment {
	if (name === "end_datetime") return sql`i.end_time`;
	if (name === "created") return sql`i.created_at`;
	return name === "updated" ? sql`i.updated_at` : sql`i.begin_time`;
}

/** What is evaluated of an item. */
export interface ItemState {
	readonly collection: string;
	readonly state: DatasetState;
	readonly createdAt: Instant;
	readonly updatedAt: Instant;
}

export function itemValues({ collection, state, createdAt, updatedAt }: ItemState): Values {
	let fields: ReturnType<typeof eoFields> | null = null;
	return {
		text(name) {
			if (name === "id") return state.eoId;
			if (name === "collection") return collection;
			if (name === "proj:code") return /^[A-Z]+:\w+$/i.test(state.crs) ? state.crs : null;
			if (name === "proj:epsg") return /^EPSG:(\d+)$/.exec(state.crs)?.[1] ?? null;
			fields ??= eoFields(state);
			const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
			if (value === undefined || value === null) return null;
			if (Array.isArray(value)) return value.join(", ");
			return typeof value === "object" ? JSON.stringify(value) : String(value);
		},
		time: (name) => {
			if (name === "created") return timeOf(createdAt);
			if (name === "updated") return timeOf(updatedAt);
			return timeOf(name === "end_datetime" ? state.end : state.begin);
		},
		geometry: () => state.footprint,
	};
}
