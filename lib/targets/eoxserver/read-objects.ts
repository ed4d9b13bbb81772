import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { Instant } from "#lib/metadata/metadata.ts";
import type { ThereObject, ThereSource } from "#lib/targets/compare/sides.ts";
import type { TargetFile, TargetObject } from "#lib/targets/compare/target-object.ts";
import { placeOf, type StorageRow } from "./places.ts";
import { productProperties } from "./products.ts";
import { polygonsOf } from "./well-known-binary.ts";

/** What an EOxServer instance has, a portion at a time and in the shape that the catalogue's datasets are mapped to. Writes nothing. */

type Queries = Sql | Transaction;

/** Objects that are read at a time. */
const portion = 2000;

/** All that an instance has. Its storages are read once. */
export async function eoxObjects(sql: Queries): Promise<ThereSource> {
	const storages = await readStorageRows(sql);
	return {
		async *all() {
			for (let after = 0; ; ) {
				const objects = await readObjects(sql, { after, limit: portion }, storages);
				if (objects.length > 0) yield objects;
				if (objects.length < portion) return;
				after = objects.at(-1)?.pk ?? after;
			}
		},
		byNumbers: (pks) => readObjects(sql, { pks }, storages),
		byIdentifiers: (identifiers) => readObjects(sql, { identifiers }, storages),
		existing: async (pks) => {
			const rows = await sql<{ pk: number }[]>`
				select id as pk from coverages_eoobject where id = any(${pks as number[]}::bigint[])`;
			return new Set(rows.map(({ pk }) => pk));
		},
	};
}

type StorageRows = ReadonlyMap<number, StorageRow>;

/** All rows of `backends_storage`: an instance has a handful. */
export async function readStorageRows(sql: Queries): Promise<StorageRows> {
	const rows = await sql<StorageRow[]>`
		select id, url, storage_type as type, parent_id as "parentId" from backends_storage order by id`;
	return new Map(rows.map((row) => [row.id, row]));
}

/** Which objects: the next ones after a number, or those of some numbers or identifiers. */
type ObjectSelection =
	| { readonly after: number; readonly limit: number }
	| { readonly pks: readonly number[] }
	| { readonly identifiers: readonly string[] };

interface ObjectRow {
	pk: number;
	identifier: string;
	beginTime: Instant | null;
	endTime: Instant | null;
	footprint: string | null;
	kind: TargetObject["kind"] | "product" | null;
	coverageType: string | null;
	grid: { crs: string; offsets: (string | null)[] } | null;
	origin: (string | null)[] | null;
	size: (number | null)[] | null;
	files: FileRow[] | null;
	metadata: Pick<FileRow, "location" | "storage" | "format">[] | null;
	collections: string[];
	visibility: Record<string, boolean> | null;
	properties: Record<string, string | number | boolean> | null;
}

interface FileRow {
	location: string;
	storage: number | null;
	format: string | null;
	fieldIndex: number;
	bandCount: number;
	type: string | null;
	locator: string | null;
}

/**
 * In the order of their numbers. Every part of an object is looked up by its index, one object after the other: whatever PostgreSQL
 * knows of the tables, a portion costs as much in an instance of a million coverages as in one of a thousand.
 */
async function readObjects(
	sql: Queries,
	selection: ObjectSelection,
	storages: StorageRows,
): Promise<readonly ThereObject[]> {
	const rows = await sql<ObjectRow[]>`
		select o.id as pk, o.identifier, o.begin_time as "beginTime", o.end_time as "endTime", kind.kind,
			encode(st_asbinary(st_collectionextract(st_force2d(o.footprint), 3), 'NDR'), 'hex') as footprint,
			(select name from coverages_coveragetype t where t.id = kind.coverage_type_id) as "coverageType",
			(select json_build_object('crs', coordinate_reference_system, 'offsets', json_build_array(axis_1_offset, axis_2_offset, axis_3_offset, axis_4_offset)) from coverages_grid g where g.id = kind.grid_id) as grid,
			kind.origin, kind.size,
			(select json_agg(json_build_object('location', location, 'storage', storage_id, 'format', format, 'fieldIndex', field_index,
				'bandCount', band_count, 'type', subdataset_type, 'locator', subdataset_locator) order by field_index, a.id)
				from coverages_arraydataitem a where a.coverage_id = o.id) as files,
			(select json_agg(json_build_object('location', location, 'storage', storage_id, 'format', format) order by i.id)
				from coverages_metadataitem i where i.eo_object_id = o.id) as metadata,
			to_json(array(select whole.identifier::text from (
				select collection_id as id from coverages_coverage_collections where coverage_id = o.id
				union select mosaic_id from coverages_coverage_mosaics where coverage_id = o.id
				union select collection_id from coverages_mosaic_collections where mosaic_id = o.id
				union select collection_id from coverages_product_collections where product_id = o.id
			) member join coverages_eoobject whole on whole.id = member.id order by whole.identifier collate "C")) as collections,
			(select json_object_agg(service, visibility) from services_servicevisibility v where v.eo_object_id = o.id) as visibility,
			${productProperties(sql)} as properties
		from ${chosen(sql, selection)} o left join lateral (
			select 'coverage' as kind, coverage_type_id, grid_id, json_build_array(axis_1_origin, axis_2_origin, axis_3_origin, axis_4_origin) as origin, json_build_array(axis_1_size, axis_2_size, axis_3_size, axis_4_size) as size
				from coverages_coverage where eoobject_ptr_id = o.id
			union all select 'mosaic', coverage_type_id, grid_id, json_build_array(axis_1_origin, axis_2_origin, axis_3_origin, axis_4_origin),
				json_build_array(axis_1_size, axis_2_size, axis_3_size, axis_4_size) from coverages_mosaic where eoobject_ptr_id = o.id
			union all select 'series', null, null, null, null from coverages_collection where eoobject_ptr_id = o.id
			union all select 'product', null, null, null, null from coverages_product where eoobject_ptr_id = o.id
			limit 1
		) kind on true order by o.id`;
	return rows.map((row) => ({
		pk: row.pk,
		identifier: row.identifier,
		kind: row.kind,
		object: objectOf(row, storages),
	}));
}

function chosen(sql: Queries, selection: ObjectSelection) {
	if ("pks" in selection) return sql`(select * from coverages_eoobject where id = any(${selection.pks as number[]}))`;
	if ("identifiers" in selection)
		return sql`(select * from coverages_eoobject where identifier = any(${selection.identifiers as string[]}))`;
	const { after, limit } = selection;
	return sql`(select * from coverages_eoobject where id > ${after} order by id limit ${limit})`;
}

function objectOf(row: ObjectRow, storages: StorageRows): TargetObject | null {
	const { kind, identifier, beginTime, endTime, footprint, coverageType, grid, collections } = row;
	if (kind === null || kind === "product") return null;
	return {
		kind,
		identifier,
		beginTime,
		endTime,
		footprint: footprint === null ? null : polygonsOf(Buffer.from(footprint, "hex")),
		grid: grid === null ? null : { crs: grid.crs, offsets: axesOf(grid.offsets) },
		origin: axesOf(row.origin ?? []),
		size: axesOf(row.size ?? []),
		coverageType,
		files: (row.files ?? []).map((file) => fileOf(file, storages)),
		metadata: (row.metadata ?? []).map(({ location, storage, format }) => ({
			place: placeOf(location, storage, storages),
			format,
		})),
		collections,
		visibility: row.visibility ?? {},
		properties: row.properties ?? {},
	};
}

/** Those of the axes that there are. */
function axesOf<Value>(values: readonly (Value | null)[]): readonly (Value | null)[] {
	return values.slice(0, values.findLastIndex((value) => value !== null) + 1);
}

function fileOf(row: FileRow, storages: StorageRows): TargetFile {
	const { location, storage, format, fieldIndex, bandCount, type, locator } = row;
	const place = placeOf(location, storage, storages);
	const subdataset = [type, locator].filter(Boolean).join(":");
	return { place, format, fieldIndex, bandCount, ...(subdataset === "" ? {} : { subdataset }) };
}
