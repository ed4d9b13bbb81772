import type { Database } from "#lib/catalog/database/database.ts";
import { datasetCell } from "#lib/catalog/datasets/dataset-state.ts";
import { type DensityView, densityOfTimes, placesOf } from "#lib/catalog/datasets/density.ts";
import { type FootprintsView, maxFootprints } from "#lib/catalog/datasets/footprints.ts";
import { planSearch } from "./dataset-plan.ts";
import type { DatasetQuery } from "./dataset-query.ts";
import { findDatasets, searchTimeoutMs } from "./find-datasets.ts";
import { within } from "./time-limit.ts";

/** What map and timeline draw of the datasets that are asked for. */

/** Of more than can be drawn one by one where they are counted, by the boxes around them. */
export async function searchFootprints(database: Database, query: DatasetQuery): Promise<FootprintsView> {
	const isMany = await within(database.sql, searchTimeoutMs, async (tx) => {
		const { candidates, from, where } = await planSearch(tx, query);
		const rows = await tx`${candidates} select from ${from} where ${where} offset ${maxFootprints} limit 1`;
		return rows.length > 0;
	});
	if (!isMany) {
		const page = await findDatasets(database, query, { limit: maxFootprints, timeoutMs: searchTimeoutMs });
		const rows = page.rows.map(({ dataset, id, footprint }, row) => ({
			key: dataset,
			label: id,
			action: null,
			row,
			footprint,
		}));
		return { rows, total: rows.length, places: null };
	}
	const places = await within(database.sql, searchTimeoutMs, async (tx) => {
		const { candidates, from, where } = await planSearch(tx, query);
		return placesOf(
			{ sql: tx },
			tx`${candidates} select null::change_action as action, ${datasetCell(tx)} as cell, count(*) as changes from ${from} where ${where} group by 2`,
		);
	});
	const total = places.cells.reduce((sum, { counts }) => sum + (counts.dataset ?? 0), 0);
	return { rows: [], total, places };
}

/** When the datasets begin that are asked for, whatever the time: it is chosen in what this draws. */
export async function searchDensity(database: Database, query: DatasetQuery): Promise<DensityView | null> {
	const always = { ...query, time: { from: -Infinity, to: Infinity } };
	return within(database.sql, searchTimeoutMs, async (tx) => {
		const { candidates, from, where } = await planSearch(tx, always);
		return densityOfTimes({ sql: tx }, tx`${candidates} select d.begin_time as time from ${from} where ${where}`);
	});
}
