import type { Sql } from "#lib/catalog/database/database.ts";
import { logState } from "#lib/catalog/publications/change-log.ts";
import type { items } from "#lib/catalog/schema/publish-schema.ts";
import type { StacUrls } from "#lib/stac/links.ts";
import { loadItems } from "#lib/stac/load-items.ts";
import type { OwnCollection } from "./compare-collection.ts";

const portion = 5000;

/** What we publish of a container, as it is compared with others: those items that were as they are when it began. */
export async function ownCollection(sql: Sql, container: number, urls: StacUrls): Promise<OwnCollection> {
	const { lastSeq } = await logState(sql);
	return {
		async documents(ids) {
			const keys = await sql<Pick<typeof items.$inferSelect, "containerId" | "datasetId">[]>`
				select i.container_id as "containerId", i.dataset_id as "datasetId" from datasets d join items i on i.dataset_id = d.id
				where d.eo_id = any(${ids as string[]}) and d.archived_at is null and i.container_id = ${container}`;
			const loaded = await loadItems(sql, keys, { urls });
			return loaded.map(({ datasetId, document }) => ({
				dataset: datasetId,
				id: document.id,
				document: { ...document },
			}));
		},
		async *all() {
			for (let last = 0; ; ) {
				const rows = await sql<{ dataset: number; id: typeof items.$inferSelect.eoId }[]>`
					select dataset_id as dataset, eo_id as id from items
					where container_id = ${container} and dataset_id > ${last} and seq <= ${lastSeq} order by dataset_id limit ${portion}`;
				yield rows;
				if (rows.length < portion) return;
				last = rows.at(-1)?.dataset ?? last;
			}
		},
	};
}
