import type { Database } from "#lib/catalog/database/database.ts";
import type { DatasetState } from "#lib/metadata/metadata.ts";

/** For tests: a dataset as the engine writes it, in a container; both are made if they are not there. */
export interface TestDataset extends Pick<DatasetState, "eoId" | "begin" | "end" | "footprint" | "properties"> {
	readonly containers: readonly string[];
}

export async function addDatasets({ sql }: Pick<Database, "sql">, datasets: readonly TestDataset[]): Promise<void> {
	const rows = datasets.map(({ containers, ...own }) => ({
		containers,
		state: {
			...own,
			kind: "rectified",
			size: [10, 10],
			crs: "EPSG:4326",
			extent: [0, 0, 1, 1],
			gcps: null,
			rangeType: "RGB",
			bands: [],
		} satisfies DatasetState,
	}));
	const text = JSON.stringify(rows);
	await sql.begin(async (tx) => {
		await tx`insert into storages (name, type, config) values ('archive', 'local', '{}') on conflict do nothing`;
		await tx`
			insert into containers (eo_id, kind)
			select distinct c, 'dataset-series'::container_kind from json_array_elements(${text}::text::json) r, json_array_elements_text(r->'containers') c
			where not exists (select from containers k where k.eo_id = c)`;
		await tx`
			with given as materialized (
				select r->'state' as state, r->'containers' as containers, nextval('datasets_id_seq') as id, nextval('changes_id_seq') as version
				from json_array_elements(${text}::text::json) r
			), versions as (
				insert into dataset_versions (id, dataset_id, begin_time, end_time, footprint_key, state, files)
				select version, id, (state->>'begin')::timestamptz, (state->>'end')::timestamptz, md5(state->>'footprint')::uuid, state, '[]' from given
			), made as (
				insert into datasets (id, eo_id, version_id, storage_id, directory, path, begin_time, end_time) overriding system value
				select id, state->>'eoId', version, (select id from storages where name = 'archive'), '', state->>'eoId' || '.tif',
					(state->>'begin')::timestamptz, (state->>'end')::timestamptz from given
			)
			insert into container_datasets (container_id, dataset_id)
			select k.id, g.id from given g, json_array_elements_text(g.containers) c join containers k on k.eo_id = c`;
	});
}
