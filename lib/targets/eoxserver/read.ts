import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { Footprint, Instant } from "#lib/metadata/metadata.ts";
import type { TargetObject } from "#lib/targets/target-object.ts";
import type { ThereObject, ThereSource } from "#lib/targets/walk.ts";
import { placeOf, type StorageRow } from "./places.ts";
import { valueTables } from "./properties.ts";

/** Reads what an EOxServer instance has, in portions, in the shape in which it is compared. Writes nothing. */

/** Objects at once: each with its files, memberships and so on, in a few statements. */
const portion = 2000;

interface ReadOptions {
	/** Whether properties are read: of products they are what is compared, of others there are none. */
	readonly properties: boolean;
}

export function thereSource({ sql }: { readonly sql: Sql | Transaction }, options: ReadOptions): ThereSource {
	return {
		all: () => allObjects(sql, options),
		byNumbers: (pks) => objectsByNumber(sql, pks, options),
		byIdentifiers: async (identifiers) => {
			if (identifiers.length === 0) return [];
			const rows = await sql<{ pk: number }[]>`
				select id as pk from coverages_eoobject where identifier = any(${[...identifiers]}) order by id`;
			return objectsByNumber(
				sql,
				rows.map(({ pk }) => pk),
				options,
			);
		},
	};
}

async function* allObjects(sql: Sql | Transaction, options: ReadOptions): AsyncGenerator<readonly ThereObject[]> {
	for (let after = -1; ; ) {
		const rows = await sql<
			{ pk: number }[]
		>`select id as pk from coverages_eoobject where id > ${after} order by id limit ${portion}`;
		const last = rows.at(-1);
		if (last === undefined) return;
		after = last.pk;
		yield await objectsByNumber(
			sql,
			rows.map(({ pk }) => pk),
			options,
		);
	}
}

interface ObjectRow {
	readonly pk: number;
	readonly identifier: string;
	readonly kind: "coverage" | "product" | "series" | "mosaic" | null;
	readonly begin: Instant | null;
	readonly end: Instant | null;
	readonly footprint: GeoJson | null;
	readonly coverageType: string | null;
	readonly crs: string | null;
	readonly offsets: readonly (string | null)[];
	readonly origin: readonly (string | null)[];
	readonly size: readonly (number | null)[];
	readonly files: readonly FileRow[];
	readonly metadata: readonly MetadataRow[];
	readonly collections: readonly string[];
	readonly visibility: Readonly<Record<string, boolean>>;
	readonly properties: Readonly<Record<string, string | number | boolean | null>>;
}

interface FileRow {
	readonly location: string;
	readonly storage: number | null;
	readonly format: string | null;
	readonly index: number;
	readonly bands: number;
	readonly subdataset: string | null;
}

interface MetadataRow {
	readonly location: string;
	readonly storage: number | null;
	readonly format: string | null;
}

type GeoJson =
	| { readonly type: "Polygon"; readonly coordinates: Footprint["coordinates"][number] }
	| { readonly type: "MultiPolygon"; readonly coordinates: Footprint["coordinates"] }
	| { readonly type: string; readonly coordinates?: unknown };

/** In the order of their numbers; those that are not there are left out. */
export async function objectsByNumber(
	sql: Sql | Transaction,
	pks: readonly number[],
	options: ReadOptions,
): Promise<readonly ThereObject[]> {
	if (pks.length === 0) return [];
	const found: ThereObject[] = [];
	const storages = await storageRows(sql);
	for (let begin = 0; begin < pks.length; begin += portion) {
		const rows = await objectRows(sql, pks.slice(begin, begin + portion), options);
		found.push(...rows.map((row) => thereObject(row, storages)));
	}
	return found;
}

async function storageRows(sql: Sql | Transaction): Promise<ReadonlyMap<number, StorageRow>> {
	const rows = await sql<
		StorageRow[]
	>`select id, url, storage_type as type, parent_id as "parentId" from backends_storage`;
	return new Map(rows.map((row) => [row.id, row]));
}

async function objectRows(
	sql: Sql | Transaction,
	pks: readonly number[],
	{ properties }: ReadOptions,
): Promise<readonly ObjectRow[]> {
	return sql<ObjectRow[]>`
		select o.id as pk, o.identifier,
			case when c.eoobject_ptr_id is not null then 'coverage' when p.eoobject_ptr_id is not null then 'product'
				when s.eoobject_ptr_id is not null then 'series' when m.eoobject_ptr_id is not null then 'mosaic' end as kind,
			o.begin_time as begin, o.end_time as "end", st_asgeojson(o.footprint, 15)::json as footprint,
			t.name as "coverageType", g.coordinate_reference_system as crs,
			case when g.id is null then '[]'::json else json_build_array(g.axis_1_offset, g.axis_2_offset, g.axis_3_offset, g.axis_4_offset) end as offsets,
			case when c.eoobject_ptr_id is not null then json_build_array(c.axis_1_origin, c.axis_2_origin, c.axis_3_origin, c.axis_4_origin)
				else json_build_array(m.axis_1_origin, m.axis_2_origin, m.axis_3_origin, m.axis_4_origin) end as origin,
			case when c.eoobject_ptr_id is not null then json_build_array(c.axis_1_size, c.axis_2_size, c.axis_3_size, c.axis_4_size)
				else json_build_array(m.axis_1_size, m.axis_2_size, m.axis_3_size, m.axis_4_size) end as size,
			coalesce((select json_agg(json_build_object('location', a.location, 'storage', a.storage_id, 'format', a.format, 'index', a.field_index,
				'bands', a.band_count, 'subdataset', nullif(concat_ws(':', a.subdataset_type, a.subdataset_locator), '')) order by a.field_index)
				from coverages_arraydataitem a where a.coverage_id = o.id), '[]'::json) as files,
			coalesce((select json_agg(json_build_object('location', i.location, 'storage', i.storage_id, 'format', i.format) order by i.id)
				from coverages_metadataitem i where i.eo_object_id = o.id), '[]'::json) as metadata,
			array(select k.identifier from (select collection_id as id from coverages_coverage_collections where coverage_id = o.id
				union select mosaic_id from coverages_coverage_mosaics where coverage_id = o.id) x join coverages_eoobject k on k.id = x.id
				order by k.identifier collate "C")::text[] as collections,
			coalesce((select json_object_agg(v.service, v.visibility) from services_servicevisibility v where v.eo_object_id = o.id), '{}'::json) as visibility,
			${properties ? productProperties(sql) : sql`'{}'::json`} as properties
		from coverages_eoobject o
			left join coverages_coverage c on c.eoobject_ptr_id = o.id left join coverages_product p on p.eoobject_ptr_id = o.id
			left join coverages_collection s on s.eoobject_ptr_id = o.id left join coverages_mosaic m on m.eoobject_ptr_id = o.id
			left join coverages_grid g on g.id = coalesce(c.grid_id, m.grid_id)
			left join coverages_coveragetype t on t.id = coalesce(c.coverage_type_id, m.coverage_type_id)
		where o.id = any(${[...pks]}::bigint[]) order by o.id`;
}

/** Of the product that a coverage belongs to, by column; what refers to a table of values, as the value. */
function productProperties(sql: Sql | Transaction) {
	const values = Object.entries(valueTables).map(
		([column, table]) =>
			sql`jsonb_build_object(${column}::text, (select v.value from ${sql(table)} v where v.id = pm.${sql(column)}))`,
	);
	const all = values.reduce((before, each) => sql`${before} || ${each}`);
	return sql`coalesce((select json_strip_nulls(((to_jsonb(pm) - '{id,product_id}'::text[]) || ${all})::json)
		from coverages_productmetadata pm where pm.product_id = c.parent_product_id), '{}'::json)`;
}

function thereObject(row: ObjectRow, storages: ReadonlyMap<number, StorageRow>): ThereObject {
	const { pk, identifier, kind } = row;
	if (kind === null || kind === "product") return { pk, identifier, kind, object: null };
	const isSeries = kind === "series";
	const object: TargetObject = {
		kind,
		identifier,
		beginTime: row.begin,
		endTime: row.end,
		footprint: footprintOf(row.footprint),
		coverageType: row.coverageType,
		grid: isSeries || row.crs === null ? null : { crs: row.crs, offsets: withoutNulls(row.offsets, 2) },
		origin: withoutNulls(row.origin, 0),
		size: withoutNulls(row.size, 0),
		files: row.files.map(({ location, storage, format, index, bands, subdataset }) => ({
			place: placeOf(location, storage, storages),
			format,
			fieldIndex: index,
			bandCount: bands,
			...(subdataset === null ? {} : { subdataset }),
		})),
		metadata: row.metadata.map(({ location, storage, format }) => ({
			place: placeOf(location, storage, storages),
			format,
		})),
		collections: row.collections,
		visibility: { wcs: null, wms: null, os: null, ...row.visibility },
		properties: row.properties,
	};
	return { pk, identifier, kind, object };
}

/** Axes that it does not have. */
function withoutNulls<Value>(values: readonly (Value | null)[], least: number): readonly (Value | null)[] {
	const end = values.findLastIndex((value) => value !== null) + 1;
	return values.slice(0, Math.max(end, least));
}

/** Of a Polygon, or of polygons in whatever; null: it has none, or something else than an area. */
function footprintOf(geometry: GeoJson | null): Footprint | null {
	if (geometry === null) return null;
	const coordinates =
		geometry.type === "Polygon"
			? [geometry.coordinates]
			: geometry.type === "MultiPolygon"
				? geometry.coordinates
				: null;
	return coordinates === null ? null : ({ type: "MultiPolygon", coordinates } as Footprint);
}
