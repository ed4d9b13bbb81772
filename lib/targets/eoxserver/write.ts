import type { Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import type { TargetObject } from "#lib/targets/compare/target-object.ts";
import { ownProducts, productName, writeProducts } from "./products.ts";
import { geometryOf } from "./well-known-binary.ts";
import { ensureGrids, type GridRow, gridKey } from "./write-grids.ts";
import {
	type OwnCollections,
	touch,
	type WriteRow,
	writeFiles,
	writeMemberships,
	writeMetadata,
	writeVisibility,
} from "./write-members.ts";
import { ensureRangeTypes, type RangeTypeRow } from "./write-range-types.ts";
import { ensureStorages, type OwnPlace, type OwnStorageRow } from "./write-storages.ts";

/**
 * Writes objects into an EOxServer's database, set by set. All that is here goes into one transaction, which takes `lockTarget` first. Rows that
 * are not named are never touched, and what is the same already is not written.
 */

/** One eosync at a time writes, whichever catalogue it is of. */
export async function lockTarget(tx: Transaction): Promise<void> {
	await tx`select pg_advisory_xact_lock(hashtext('eosync'))`;
}

/** An object that is to be what `object` says, in these fields. */
export interface ObjectWrite {
	/** Its number; of a new one it was reserved (`reserveNumbers`). */
	readonly pk: number;
	readonly isNew: boolean;
	readonly object: TargetObject;
	/** Of one that is there: those that are different. */
	readonly fields: ReadonlySet<string>;
	/** Another identifier than it has there; never of one that was adopted. */
	readonly identifier: string | null;
	/** Where its files are: of each place, the storage's row and what is below it. */
	readonly places: ReadonlyMap<string, OwnPlace>;
	/** The formats of its metadata files, by their places. */
	readonly formats: ReadonlyMap<string, string | null>;
}

export interface WriteContext {
	/** What those of our series and mosaics that are there are called, and their numbers. */
	readonly collections: OwnCollections;
	readonly storages: readonly OwnStorageRow[];
	readonly rangeTypes: readonly RangeTypeRow[];
	readonly grids: readonly GridRow[];
}

export async function reserveNumbers(tx: Transaction, count: number): Promise<readonly number[]> {
	if (count === 0) return [];
	const rows = await tx<{ pk: number }[]>`
		select nextval(pg_get_serial_sequence('coverages_eoobject', 'id'))::bigint as pk from generate_series(1, ${count})`;
	return rows.map(({ pk }) => pk);
}

/** Series and mosaics come first, as others refer to them. */
export async function writeObjects(
	tx: Transaction,
	writes: readonly ObjectWrite[],
	context: WriteContext,
): Promise<void> {
	if (writes.length === 0) return;
	const storages = await ensureStorages(tx, context.storages);
	await ensureRangeTypes(tx, context.rangeTypes);
	const grids = await ensureGrids(tx, context.grids);
	const rows = writes.map((write) => rowOf(write, { context, storages, grids }));
	await writeIdentifiers(tx, rows);
	await writeEoObjects(tx, rows);
	const grid = rows.filter(({ kind }) => kind !== "series");
	for (const [kind, table] of [
		["coverage", "coverages_coverage"],
		["mosaic", "coverages_mosaic"],
	] as const) {
		const of = grid.filter((row) => row.kind === kind);
		if (of.length > 0) await writeGridded(tx, table, of);
	}
	const series = rows.filter(({ kind, isNew }) => kind === "series" && isNew).map(({ pk }) => pk);
	if (series.length > 0)
		await tx`insert into coverages_collection (eoobject_ptr_id) select unnest(${series}::bigint[]) on conflict do nothing`;
	await writeFiles(tx, rows);
	await writeMetadata(tx, rows);
	await writeMemberships(tx, rows, context);
	await writeVisibility(tx, rows);
	// Of one without properties nothing is to be made.
	const ofProducts = rows.filter(
		({ kind, isNew, object, fields }) =>
			kind === "coverage" && (Object.keys(object.properties).length > 0 || (!isNew && fields.has("properties"))),
	);
	const ownSeries = [...context.collections.values()].filter(({ kind }) => kind === "series").map(({ pk }) => pk);
	await writeProducts(
		tx,
		ofProducts.map(({ pk, object }) => ({ pk, properties: object.properties })),
		ownSeries,
	);
}

async function writeEoObjects(tx: Transaction, rows: readonly WriteRow[]): Promise<void> {
	const fresh = rows.filter(({ isNew }) => isNew);
	if (fresh.length > 0)
		await tx`
			insert into coverages_eoobject (id, identifier, begin_time, end_time, footprint, inserted, updated)
			select pk, identifier, "begin", "end", footprint::geometry, now(), now()
			from jsonb_to_recordset(${json(
				tx,
				fresh.map(({ pk, identifier, begin, end, footprint }) => ({ pk, identifier, begin, end, footprint })),
			)}) as x(pk bigint, identifier text, "begin" timestamptz, "end" timestamptz, footprint text) on conflict (id) do nothing`;
	const known = rows.filter(
		({ isNew, hasBegin, hasEnd, hasFootprint }) => !isNew && (hasBegin || hasEnd || hasFootprint),
	);
	if (known.length > 0)
		await tx`
			update coverages_eoobject o set begin_time = n.begin_time, end_time = n.end_time, footprint = n.footprint, updated = now()
			from (select b.id, case when "hasBegin" then r.begin else b.begin_time end as begin_time, case when "hasEnd" then r.end else b.end_time end as end_time,
					case when "hasFootprint" then r.footprint::geometry else b.footprint end as footprint
				from jsonb_to_recordset(${json(
					tx,
					known.map(({ pk, begin, end, footprint, hasBegin, hasEnd, hasFootprint }) => ({
						pk,
						begin,
						end,
						footprint: hasFootprint ? footprint : null,
						hasBegin,
						hasEnd,
						hasFootprint,
					})),
				)}) as r(pk bigint, "begin" timestamptz, "end" timestamptz, footprint text, "hasBegin" boolean, "hasEnd" boolean, "hasFootprint" boolean)
					join coverages_eoobject b on b.id = r.pk) n
			where o.id = n.id and ((o.begin_time, o.end_time) is distinct from (n.begin_time, n.end_time)
				or st_asbinary(o.footprint) is distinct from st_asbinary(n.footprint))`;
}

interface Ensured {
	readonly context: WriteContext;
	/** Numbers of storages by their names. */
	readonly storages: ReadonlyMap<string, number>;
	readonly grids: ReadonlyMap<string, number>;
}

function rowOf(
	{ pk, isNew, object, fields, identifier, places, formats }: ObjectWrite,
	{ storages, grids }: Ensured,
): WriteRow {
	const has = (field: string) => isNew || fields.has(field);
	const placed = (place: string) => {
		const own = places.get(place);
		return {
			location: own?.location ?? place,
			storage: own === undefined ? null : (storages.get(own.storage) ?? null),
		};
	};
	return {
		pk,
		isNew,
		kind: object.kind,
		fields,
		identifier: identifier ?? object.identifier,
		rename: !isNew && identifier !== null,
		begin: object.beginTime,
		end: object.endTime,
		footprint: object.footprint === null ? null : geometryOf(object.footprint),
		hasBegin: has("beginTime"),
		hasEnd: has("endTime"),
		hasFootprint: has("footprint"),
		hasType: has("coverageType"),
		hasGrid: has("grid"),
		hasOrigin: has("origin"),
		hasSize: has("size"),
		coverageType: object.coverageType,
		gridId: object.grid === null ? null : (grids.get(gridKey(object.grid)) ?? null),
		origin: object.origin,
		size: object.size,
		files: object.files.map(({ place, format, fieldIndex, bandCount }) => ({
			...placed(place),
			format,
			index: fieldIndex,
			bands: bandCount,
		})),
		metadata: object.metadata.map(({ place }) => ({ ...placed(place), format: formats.get(place) ?? null })),
		object,
	};
}

/**
 * In two steps: names may go from one to another, and each is there once. Meanwhile they have one that no dataset can have. The products that
 * eosync made for them are called after them.
 */
async function writeIdentifiers(tx: Transaction, rows: readonly WriteRow[]): Promise<void> {
	const renamed = rows.filter(({ rename }) => rename);
	if (renamed.length === 0) return;
	const products = new Map(
		(
			await ownProducts(
				tx,
				renamed.map(({ pk }) => pk),
			)
		).map(({ pk, product }) => [pk, product]),
	);
	const named = renamed.flatMap(({ pk, identifier }) => {
		const product = products.get(pk);
		return [
			{ pk, identifier },
			...(product === undefined ? [] : [{ pk: product, identifier: productName(identifier) }]),
		];
	});
	const pks = named.map(({ pk }) => pk);
	await tx`update coverages_eoobject set identifier = 'eosync ' || id where id = any(${pks}::bigint[])`;
	await tx`
		update coverages_eoobject o set identifier = x.identifier, updated = now()
		from unnest(${pks}::bigint[], ${named.map(({ identifier }) => identifier)}::text[]) as x(pk, identifier) where o.id = x.pk`;
}

async function writeGridded(
	tx: Transaction,
	table: "coverages_coverage" | "coverages_mosaic",
	rows: readonly WriteRow[],
): Promise<void> {
	const data = json(
		tx,
		rows.map(({ pk, isNew, coverageType, gridId, origin, size, hasType, hasGrid, hasOrigin, hasSize }) => {
			const [x = null, y = null] = origin;
			const [width = null, height = null] = size;
			return { pk, isNew, coverageType, gridId, x, y, width, height, hasType, hasGrid, hasOrigin, hasSize };
		}),
	);
	if (rows.some(({ isNew }) => isNew))
		await tx`
		insert into ${tx(table)} (eoobject_ptr_id, coverage_type_id, grid_id, axis_1_origin, axis_2_origin, axis_1_size, axis_2_size)
		select pk, t.id, "gridId", r.x, r.y, width, height
		from jsonb_to_recordset(${data}) as r(pk bigint, "isNew" boolean, "coverageType" text, "gridId" bigint, x text, y text, width int, height int)
			left join coverages_coveragetype t on t.name = "coverageType"
		where "isNew" on conflict do nothing`;
	const changed = rows.filter(
		({ isNew, hasType, hasGrid, hasOrigin, hasSize }) => !isNew && (hasType || hasGrid || hasOrigin || hasSize),
	);
	if (changed.length === 0) return;
	await tx`
		update ${tx(table)} c set coverage_type_id = n.type, grid_id = n.grid, axis_1_origin = n.x, axis_2_origin = n.y, axis_1_size = n.width, axis_2_size = n.height
		from (select r.pk, case when "hasType" then t.id else o.coverage_type_id end as type, case when "hasGrid" then "gridId" else o.grid_id end as grid,
				case when "hasOrigin" then r.x else o.axis_1_origin end as x, case when "hasOrigin" then r.y else o.axis_2_origin end as y,
				case when "hasSize" then width else o.axis_1_size end as width, case when "hasSize" then height else o.axis_2_size end as height
			from jsonb_to_recordset(${data}) as r(pk bigint, "isNew" boolean, "coverageType" text, "gridId" bigint, x text, y text, width int, height int,
					"hasType" boolean, "hasGrid" boolean, "hasOrigin" boolean, "hasSize" boolean)
				join ${tx(table)} o on o.eoobject_ptr_id = r.pk left join coverages_coveragetype t on t.name = "coverageType"
			where not "isNew") n
		where c.eoobject_ptr_id = n.pk and (c.coverage_type_id, c.grid_id, c.axis_1_origin, c.axis_2_origin, c.axis_1_size, c.axis_2_size)
			is distinct from (n.type, n.grid, n.x, n.y, n.width, n.height)`;
	await touch(tx, changed);
}
