import { join } from "node:path";
import { saveContainer, saveStorage } from "#lib/catalog/configuration.ts";
import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { findServer } from "#lib/catalog/embedded/process.ts";
import { containerInput, storageInput } from "#lib/catalog/inputs.ts";
import { targetInput } from "#lib/catalog/targets/target-inputs.ts";
import { deleteTarget, saveTarget } from "#lib/catalog/targets/targets.ts";
import { signalProcess } from "#lib/process-signal.ts";
import { pushTarget } from "#lib/targets/push/push.ts";
import type { PushedTarget } from "#lib/targets/push/push-types.ts";
import { createEoxDatabase, postgisPrograms } from "#lib/targets/testing/postgis.ts";
import { medianSeconds, type Row } from "./measurement.ts";
import type { BenchOptions } from "./options.ts";
import type { Workplace } from "./workplace.ts";

/** What it takes to bring coverages, each with a file, metadata and its series, into an EOxServer's PostGIS on this machine, and out again. */

/** Seconds at most: for ten thousand, and so for any number; for a push that finds nothing, whatever there is. */
const limits = { created: 3, removed: 5, unchanged: 0.05 } as const;

export async function* targetRows(
	{ home, database }: Workplace,
	{ coverages, rounds }: BenchOptions,
): AsyncGenerator<Row> {
	if (postgisPrograms === null) return;
	const folder = join(home, "postgis");
	const { sql } = database;
	const signal = new AbortController().signal;
	try {
		await using eox = await createEoxDatabase(folder);
		const id = "PUSHED";
		await saveStorage(database, storageInput.parse({ name: id, type: "local", root: "/data/archive" }));
		// A dataset is always in a container; the target has the other one.
		for (const name of [id, "KEPT"]) {
			const input = containerInput.parse({ id: name, kind: "dataset-series" });
			await saveContainer(database, input, { create: "either" });
		}
		const datasets = await database.sql.begin(async (tx) => {
			const made = await makeDatasets(tx, coverages);
			await link(tx, "KEPT", made);
			return made;
		});
		const seconds = { created: [] as number[], unchanged: [] as number[], removed: [] as number[] };
		for (let round = 0; round < rounds; round++) {
			await link(sql, id, datasets);
			await saveTarget(database, targetInput.parse({ name: id, url: eox.url, containers: [id] }));
			const [target] = await sql<PushedTarget[]>`select id, name, settings from targets where name = ${id}`;
			if (target === undefined) throw new Error("there is no target");
			const push = async (wanted: object) => {
				const began = performance.now();
				const counts = await pushTarget(database, eox, target, { signal });
				const took = (performance.now() - began) / 1000;
				if (JSON.stringify(counts) !== JSON.stringify(wanted)) throw new Error(`A push did ${JSON.stringify(counts)}.`);
				return took;
			};
			seconds.created.push(await push({ created: coverages + 1 }));
			seconds.unchanged.push(await push({}));
			await sql`delete from container_datasets where container_id = (select id from containers where eo_id = ${id})`;
			seconds.removed.push(await push({ removed: coverages }));
			await deleteTarget(database, id);
			await eox.sql`delete from coverages_collection`;
			await eox.sql`delete from coverages_eoobject`;
			await sql`vacuum analyze target_objects`;
		}
		const count = coverages.toLocaleString("en");
		yield row(
			`${count} new coverages with file, metadata and series, pushed to an EOxServer`,
			seconds.created,
			(limits.created * coverages) / 10_000,
		);
		yield row("a push to an EOxServer of which nothing changed", seconds.unchanged, limits.unchanged);
		yield row(`${count} coverages removed from an EOxServer`, seconds.removed, (limits.removed * coverages) / 10_000);
	} finally {
		const server = findServer(join(folder, "data"));
		if (server !== null) signalProcess(server.pid, "SIGINT");
	}
}

async function link(sql: Sql | Transaction, container: string, datasets: readonly number[]): Promise<void> {
	await sql`
		insert into container_datasets (container_id, dataset_id)
		select (select id from containers where eo_id = ${container}), unnest(${[...datasets]}::bigint[])`;
}

function row(work: string, all: readonly number[], most: number): Row {
	const runs = all.map((seconds) => ({ seconds }));
	const reached = medianSeconds(runs);
	return {
		work,
		runs,
		required: `≤ ${most} s`,
		aim: `${most / 2} s`,
		meets: reached <= most,
		reached: `${reached.toFixed(3)} s`,
	};
}

/** Returns their numbers. They are of no archive: a push reads the catalogue alone. */
async function makeDatasets(sql: Transaction, coverages: number): Promise<readonly number[]> {
	const rows = await sql<{ id: number }[]>`
		with states as (
			select n, jsonb_build_object('eoId', 'PUSHED_' || n, 'kind', 'rectified', 'size', '[541,449]'::jsonb, 'crs', 'EPSG:4326',
				'extent', jsonb_build_array(n % 300, 30, n % 300 + 541 * 0.031355, 30 + 449 * 0.031355), 'gcps', null,
				'begin', to_char(t, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'end', to_char(t, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
				'footprint', jsonb_build_object('type', 'MultiPolygon', 'coordinates', jsonb_build_array(jsonb_build_array((
					select jsonb_agg(jsonb_build_array(n % 150 + 8 * cos(a * pi() / 8), 40 + 6 * sin(a * pi() / 8)) order by a) from generate_series(0, 15) a)
					|| jsonb_build_array(jsonb_build_array(n % 150 + 8, 40))))),
				'rangeType', 'RGB', 'bands', (select jsonb_agg(jsonb_build_object('name', b, 'dataType', 'Byte', 'nodata', 0)) from unnest('{red,green,blue}'::text[]) b),
				'properties', '{"cloudCover": 4}'::jsonb) as state, t
			from generate_series(1, ${coverages}) n cross join lateral (select timestamptz '2006-01-01Z' + n * interval '1 hour' as t) times
		), made as (
			insert into datasets (eo_id, storage_id, directory, path, begin_time, end_time, version_id)
			select state->>'eoId', (select id from storages where name = 'PUSHED'), 'meris', 'meris/' || n || '.tif', t, t, nextval('changes_id_seq') from states
			returning id, version_id, eo_id
		), versions as (
			insert into dataset_versions (id, dataset_id, begin_time, end_time, footprint_key, state, files)
			select m.version_id, m.id, s.t, s.t, gen_random_uuid(), s.state::json,
				jsonb_build_array(jsonb_build_object('name', n || '.tif', 'role', 'data', 'size', 1), jsonb_build_object('name', n || '.xml', 'role', 'metadata', 'size', 1))
			from made m join states s on s.state->>'eoId' = m.eo_id
		)
		select id from made`;
	return rows.map(({ id }) => id);
}
