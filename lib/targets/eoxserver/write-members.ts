import type { Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import type { TargetObject } from "#lib/targets/compare/target-object.ts";

/** Writes what belongs to objects of an EOxServer, set by set: files, metadata files, memberships, by whom they are seen. */

export interface WriteRow {
	readonly pk: number;
	readonly isNew: boolean;
	readonly kind: TargetObject["kind"];
	readonly fields: ReadonlySet<string>;
	readonly identifier: string;
	readonly rename: boolean;
	readonly begin: string | null;
	readonly end: string | null;
	readonly footprint: string | null;
	readonly hasBegin: boolean;
	readonly hasEnd: boolean;
	readonly hasFootprint: boolean;
	readonly hasType: boolean;
	readonly hasGrid: boolean;
	readonly hasOrigin: boolean;
	readonly hasSize: boolean;
	readonly coverageType: string | null;
	readonly gridId: number | null;
	readonly origin: readonly (string | null)[];
	readonly size: readonly (number | null)[];
	readonly files: readonly FileWrite[];
	readonly metadata: readonly PlaceWrite[];
	readonly object: TargetObject;
}

interface PlaceWrite {
	readonly location: string;
	readonly storage: number | null;
	readonly format: string | null;
}

interface FileWrite extends PlaceWrite {
	readonly index: number;
	readonly bands: number;
}

/** What those of our series and mosaics that are there are called, and their numbers. */
export type OwnCollections = ReadonlyMap<string, { readonly pk: number; readonly kind: TargetObject["kind"] }>;

/** Whoever asks what changed there goes by this. */
export async function touch(tx: Transaction, rows: readonly WriteRow[]): Promise<void> {
	const pks = rows.map(({ pk }) => pk);
	if (pks.length > 0)
		await tx`update coverages_eoobject set updated = now() where id = any(${pks}::bigint[]) and updated <> now()`;
}

/** A file keeps its row, which statistics refer to, as long as the fields begin where they did. */
export async function writeFiles(tx: Transaction, rows: readonly WriteRow[]): Promise<void> {
	const of = rows.filter(({ kind, isNew, fields }) => kind === "coverage" && (isNew || fields.has("files")));
	if (of.length === 0) return;
	const data = json(
		tx,
		of.flatMap(({ pk, files }) => files.map((file) => ({ pk, ...file }))),
	);
	const pks = of.filter(({ isNew }) => !isNew).map(({ pk }) => pk);
	const file = tx`jsonb_to_recordset(${data}) as f(pk bigint, location text, storage bigint, format text, index int, bands int)`;
	if (pks.length > 0) {
		const gone = tx`select a.id from coverages_arraydataitem a where a.coverage_id = any(${pks}::bigint[])
			and not exists (select from ${file} where f.pk = a.coverage_id and f.index = a.field_index)`;
		await tx`delete from coverages_bandstatistics where arraydata_item_id in (${gone})`;
		await tx`delete from coverages_arraydataitem where id in (${gone})`;
		// All rows of a coverage, in the order of their fields: EOxServer's WCS takes bands in the physical order of the rows.
		const moved = tx`select a.coverage_id from ${file} join coverages_arraydataitem a on a.coverage_id = f.pk and a.field_index = f.index
			where (a.location, a.storage_id, a.format, a.band_count) is distinct from (f.location, f.storage, coalesce(f.format, a.format), f.bands)`;
		await tx`
			update coverages_arraydataitem a set location = f.location, storage_id = f.storage, format = coalesce(f.format, a.format), band_count = f.bands
			from (select f.* from ${file} where f.pk in (${moved}) order by f.pk, f.index) f where a.coverage_id = f.pk and a.field_index = f.index`;
		await touch(
			tx,
			of.filter(({ isNew }) => !isNew),
		);
	}
	await tx`
		insert into coverages_arraydataitem (coverage_id, location, storage_id, format, field_index, band_count, bands_interpretation)
		select f.pk, f.location, f.storage, f.format, f.index, f.bands, 0 from ${file} on conflict (coverage_id, field_index) do nothing`;
}

export async function writeMetadata(tx: Transaction, rows: readonly WriteRow[]): Promise<void> {
	const of = rows.filter(({ kind, isNew, fields }) => kind === "coverage" && (isNew || fields.has("metadata")));
	if (of.length === 0) return;
	const data = json(
		tx,
		of.flatMap(({ pk, metadata }) => metadata.map((file) => ({ pk, ...file }))),
	);
	const file = tx`jsonb_to_recordset(${data}) as f(pk bigint, location text, storage bigint, format text)`;
	const pks = of.filter(({ isNew }) => !isNew).map(({ pk }) => pk);
	if (pks.length > 0) {
		await tx`
			delete from coverages_metadataitem m where m.eo_object_id = any(${pks}::bigint[]) and not exists (
				select from ${file} where f.pk = m.eo_object_id and f.location = m.location and f.storage is not distinct from m.storage_id)`;
		await touch(
			tx,
			of.filter(({ isNew }) => !isNew),
		);
	}
	await tx`
		insert into coverages_metadataitem (eo_object_id, location, storage_id, format)
		select f.pk, f.location, f.storage, f.format from ${file} where not exists (
			select from coverages_metadataitem m where m.eo_object_id = f.pk and m.location = f.location and m.storage_id is not distinct from f.storage)`;
}

/** Only memberships in what is ours come and go. */
export async function writeMemberships(
	tx: Transaction,
	rows: readonly WriteRow[],
	{ collections }: { readonly collections: OwnCollections },
): Promise<void> {
	const of = rows.filter(({ kind, isNew, fields }) => kind === "coverage" && (isNew || fields.has("collections")));
	if (of.length === 0) return;
	for (const [kind, table, column] of [
		["series", "coverages_coverage_collections", "collection_id"],
		["mosaic", "coverages_coverage_mosaics", "mosaic_id"],
	] as const) {
		const own = [...collections.values()].filter((each) => each.kind === kind).map(({ pk }) => pk);
		if (own.length === 0) continue;
		const pairs = of.flatMap(({ pk, object }) =>
			object.collections.flatMap((name) => {
				const found = collections.get(name);
				return found?.kind === kind ? [{ pk, collection: found.pk }] : [];
			}),
		);
		const pair = tx`jsonb_to_recordset(${json(tx, pairs)}) as p(pk bigint, collection bigint)`;
		const pks = of.filter(({ isNew }) => !isNew).map(({ pk }) => pk);
		if (pks.length > 0)
			await tx`
				delete from ${tx(table)} m where m.coverage_id = any(${pks}::bigint[]) and m.${tx(column)} = any(${own}::bigint[])
					and not exists (select from ${pair} where p.pk = m.coverage_id and p.collection = m.${tx(column)})`;
		await tx`insert into ${tx(table)} (coverage_id, ${tx(column)}) select pk, collection from ${pair} on conflict do nothing`;
	}
}

export async function writeVisibility(tx: Transaction, rows: readonly WriteRow[]): Promise<void> {
	const wanted = rows
		.filter(({ isNew, fields }) => isNew || fields.has("visibility"))
		.flatMap(({ pk, isNew, object }) =>
			Object.entries(object.visibility).flatMap(([service, visible]) =>
				visible === null && isNew ? [] : [{ pk, service, visible }],
			),
		);
	if (wanted.length === 0) return;
	const row = tx`jsonb_to_recordset(${json(tx, wanted)}) as v(pk bigint, service text, visible boolean)`;
	await tx`delete from services_servicevisibility s using ${row} where v.pk = s.eo_object_id and v.service = s.service and v.visible is null`;
	await tx`
		update services_servicevisibility s set visibility = v.visible from ${row}
		where v.pk = s.eo_object_id and v.service = s.service and v.visible is not null and s.visibility <> v.visible`;
	await tx`
		insert into services_servicevisibility (eo_object_id, service, visibility) select v.pk, v.service, v.visible from ${row}
		where v.visible is not null and not exists (select from services_servicevisibility s where s.eo_object_id = v.pk and s.service = v.service)`;
}
