import { giveEoId } from "#lib/catalog/containers/rename-container.ts";
import type { StacAccess } from "#lib/catalog/inputs.ts";
import { fillNextPortion } from "#lib/catalog/publications/fill.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";

/** A catalogue with two containers of datasets, and what may happen to them, as statements: quicker than runs, and the log is written all the same. */
export async function openFeedBench({ scenes = 6 } = {}) {
	const bench: Bench = await makeBench();
	const { sql } = bench.database;
	for (const id of ["S", "T"]) {
		for (let n = 0; n < scenes; n++) await bench.archive.scene(`${id}/${n}.tif`, { eoId: `${id}_${n}` });
		await bench.container(id, [{ path: id }]);
		await bench.run(id);
	}
	const first = await sql<{ id: number; eoId: string; state: string }[]>`
		select d.id, d.eo_id as "eoId", v.state::text as state from datasets d join dataset_versions v on v.id = d.version_id order by d.eo_id`;
	let touched = 0;
	/** Containers are named as they were called at first. */
	const isCalled = (name: string) => sql`(c.eo_id = ${name} or c.title = ${`was ${name}`})`;
	return {
		database: bench.database,
		sql,
		datasets: first.map(({ id }) => id),
		/** Moves a dataset so many degrees to the east; the next version of its file, as it were. */
		async move(dataset: number, east: number) {
			touched += 1;
			await sql.begin(async (tx) => {
				await tx`
					update dataset_versions v set state = (v.state::jsonb || jsonb_build_object('footprint', jsonb_build_object('type', 'MultiPolygon', 'coordinates', (
						select jsonb_build_array(jsonb_build_array(jsonb_agg(jsonb_build_array((p->>0)::float8 + ${east}, p->1) order by n)))
						from jsonb_array_elements(v.state::jsonb->'footprint'->'coordinates'->0->0) with ordinality as ring(p, n)))))::json
					from datasets d where d.id = ${dataset} and d.version_id = v.id`;
				await tx`update dataset_versions v set bbox = eosync_bbox((v.state->'footprint')::jsonb) from datasets d where d.id = ${dataset} and d.version_id = v.id`;
				await tx`update datasets set path = path || ${`.${touched}`} where id = ${dataset}`;
			});
		},
		/** It leaves every container, or comes back into its own. */
		async archive(dataset: number, isArchived: boolean) {
			const [own] = await sql`select from datasets where id = ${dataset} and (archived_at is not null) = ${isArchived}`;
			if (own !== undefined) return;
			const home = first.find(({ id }) => id === dataset)?.eoId.slice(0, 1) ?? "";
			await sql.begin(async (tx) => {
				await tx`update datasets set archived_at = case when ${isArchived} then now() end where id = ${dataset}`;
				if (isArchived) await tx`delete from container_datasets where dataset_id = ${dataset}`;
				else
					await tx`insert into container_datasets (container_id, dataset_id) select c.id, ${dataset} from containers c where ${isCalled(home)}`;
			});
		},
		async rename(dataset: number, eoId: string) {
			await sql.begin(async (tx) => {
				await tx`update datasets set eo_id = ${eoId} where id = ${dataset}`;
				await tx`
					update dataset_versions v set state = (v.state::jsonb || jsonb_build_object('eoId', ${eoId}::text))::json
					from datasets d where d.id = ${dataset} and d.version_id = v.id`;
			});
		},
		/** Is in the other container as well, or no longer. */
		async link(dataset: number, container: string) {
			const home = first.find(({ id }) => id === dataset)?.eoId.slice(0, 1);
			const [there] = await sql`select from datasets where id = ${dataset} and archived_at is null`;
			if (home === container || there === undefined) return;
			const { count } = await sql`
				delete from container_datasets cd using containers c
				where c.id = cd.container_id and ${isCalled(container)} and cd.dataset_id = ${dataset}`;
			if (count === 0)
				await sql`insert into container_datasets (container_id, dataset_id) select c.id, ${dataset} from containers c where ${isCalled(container)}`;
		},
		async publish(container: string, access: StacAccess) {
			await sql`update containers c set publish_stac = ${access} where ${isCalled(container)}`;
			while ((await fillNextPortion(bench.database, { portion: 4 })) !== null);
		},
		/** Gives the container another EO ID, and keeps the one before as a former one. */
		async call(container: string, eoId: string) {
			await sql.begin(async (tx) => {
				const [one] = await tx<{ key: number; from: string }[]>`
					update containers c set title = ${`was ${container}`} where ${isCalled(container)} returning c.id as key, c.eo_id as "from"`;
				if (one !== undefined && one.from !== eoId)
					await giveEoId(tx, one.key, { from: one.from, to: eoId, actor: "test" });
			});
		},
		/** As all were at first, published to nobody, in a log of a new epoch. */
		async reset() {
			await sql`delete from former_ids`;
			await sql`update containers set eo_id = 'S', title = '' where title = 'was S'`;
			await sql`update containers set publish_stac = 'off'`;
			while ((await fillNextPortion(bench.database)) !== null);
			await sql.begin(async (tx) => {
				await tx`insert into container_datasets (container_id, dataset_id)
					select c.id, d.id from unnest(${first.map(({ id }) => id)}::bigint[], ${first.map(({ eoId }) => eoId.slice(0, 1))}::text[]) d(id, home)
						join containers c on c.eo_id = d.home on conflict do nothing`;
				await tx`delete from container_datasets cd using containers c, unnest(${first.map(({ id }) => id)}::bigint[], ${first.map(({ eoId }) => eoId.slice(0, 1))}::text[]) d(id, home)
					where cd.dataset_id = d.id and c.id = cd.container_id and c.eo_id <> d.home`;
				await tx`update datasets set eo_id = 'x' || id, archived_at = null`;
				for (const { id, eoId, state } of first) {
					await tx`update datasets set eo_id = ${eoId} where id = ${id}`;
					await tx`update dataset_versions v set state = ${state}::text::json, bbox = eosync_bbox((${state}::text::jsonb)->'footprint') from datasets d where d.id = ${id} and d.version_id = v.id`;
				}
			});
			await sql`delete from item_changes`;
			await sql`update item_log set epoch = gen_random_uuid(), last_seq = 0, purged_to = 0`;
		},
		close: () => bench[Symbol.asyncDispose](),
	};
}

export type FeedBench = Awaited<ReturnType<typeof openFeedBench>>;
