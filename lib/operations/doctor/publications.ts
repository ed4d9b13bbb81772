import type { Database } from "#lib/catalog/database/database.ts";
import { itemFaults } from "#lib/catalog/publications/compare.ts";
import type { containers } from "#lib/catalog/schema/schema.ts";
import { formatPlural } from "#lib/numbers.ts";
import { type Finding, ok, warning } from "./finding.ts";

/** How many containers a finding names. */
const named = 5;

/** Compares items with what should be served. @param full every item word by word, else some thousand of each container */
export async function* examinePublications(
	{ sql }: Database,
	{ full, url }: { readonly full: boolean; readonly url: string | null },
): AsyncGenerator<Finding> {
	const published = await sql<Pick<typeof containers.$inferSelect, "eoId">[]>`
		select eo_id as "eoId" from containers where publish_stac <> 'off' and deleted_at is null order by 1`;
	const stuck = await sql<{ id: string; error: string }[]>`
		select coalesce(c.deleted_eo_id, c.eo_id) as id, f.error from publication_fills f join containers c on c.id = f.container_id
		where f.error is not null order by 1`;
	for (const { id, error } of stuck)
		yield warning(
			"items",
			`The items of ${id} cannot be compared: ${error}`,
			`It is tried again every minute. Read the files anew: eosync sync --full ${id}`,
		);
	const faults = await itemFaults(sql, { full });
	for (const { container, missing, foreign, differing } of faults.slice(0, named))
		yield warning(
			"items",
			`${container} is not served as it is: ${formatPlural(missing, "dataset is no item", "datasets are no items")}, ${formatPlural(foreign, "item")} should not be there, ${formatPlural(differing, "says", "say")} something else.`,
			`eosync publish ${container} --compare`,
		);
	if (faults.length > named)
		yield warning(
			"items",
			`So ${formatPlural(faults.length - named, "other is", "others are")}.`,
			"eosync publish --compare",
		);
	if (published.length > 0 && url === null)
		yield warning(
			"published address",
			"Containers are published, and EOSYNC_URL is not set: links of the STAC API lead nowhere from other machines.",
			"Set EOSYNC_URL to where others reach eosync.",
		);
	if (stuck.length + faults.length === 0)
		yield ok(
			"items",
			published.length === 0
				? "No container is published."
				: `What ${published.length} published containers serve is what the catalogue holds.`,
		);
}
