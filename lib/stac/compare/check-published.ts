import type { Database } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import { publishedContainer } from "#lib/catalog/publications/published.ts";
import type { publishedChecks } from "#lib/catalog/schema/published-check-schema.ts";
import { UsageError } from "#lib/errors.ts";
import type { StacUrls } from "#lib/stac/links.ts";
import {
	type CompareOptions,
	type ComparisonResult,
	compareCollection,
	type ItemDifference,
} from "./compare-collection.ts";
import { ownCollection } from "./own-collection.ts";

export interface CheckPublishedOptions
	extends Pick<CompareOptions, "url" | "reference" | "network" | "token" | "signal" | "onDifferences" | "onProgress"> {
	/** EO ID of ours. */
	readonly container: string;
	/** What it is called there; null: the same. */
	readonly collection: string | null;
	readonly urls: StacUrls;
	readonly actor: string;
}

/** Differences that are kept; more are only counted. */
const mostKept = 100_000;

/** Compares what a container publishes with another STAC API, and keeps the result in place of the last one. @throws UsageError */
export async function checkPublished(
	{ sql }: Pick<Database, "sql">,
	options: CheckPublishedOptions,
): Promise<ComparisonResult> {
	const { container: eoId, url, reference, actor, urls, onDifferences, onProgress } = options;
	const container = await publishedContainer(sql, { eoId, withToken: true });
	if (container === null) throw new UsageError(`${eoId} is not published; eosync publish ${eoId} makes it so.`);
	const collection = options.collection ?? eoId;
	const [row] = await sql<Pick<typeof publishedChecks.$inferSelect, "id">[]>`
		insert into published_checks (container_id, url, collection, reference, actor, state)
		values (${container.id}, ${withoutCredentials(url)}, ${collection}, ${reference}, ${actor}, 'running') returning id`;
	const check = row?.id ?? 0;
	let kept = 0;
	const keep = async (found: readonly ItemDifference[]) => {
		const some = found.slice(0, mostKept - kept);
		kept += some.length;
		for (const { kind, item, fields } of some)
			await sql`insert into published_differences (check_id, kind, item, fields)
				values (${check}, ${kind}, ${storable(item)}, ${json(sql, JSON.parse(storable(JSON.stringify(fields))))})`;
		await onDifferences(found);
	};
	try {
		const ours = await ownCollection(sql, container.id, urls);
		const result = await compareCollection(ours, { ...options, collection, onDifferences: keep, onProgress });
		const { ours: count, theirs, same, differing, missing, foreign, unknown, reason } = result;
		await sql.begin(async (tx) => {
			await tx`
				update published_checks set state = 'done', ours = ${count}, theirs = ${theirs}, same = ${same}, differing = ${differing}, missing = ${missing},
					foreign_items = ${foreign}, unknown = ${unknown}, reason = ${reason}, finished_at = now() where id = ${check}`;
			await tx`delete from published_checks where container_id = ${container.id} and id < ${check}`;
		});
		return result;
	} catch (error) {
		await sql`update published_checks set state = 'failed', reason = ${String(error)}, finished_at = now() where id = ${check}`;
		throw error;
	}
}

function withoutCredentials(url: string): string {
	const address = new URL(url);
	address.username = "";
	address.password = "";
	address.search = "";
	return address.href;
}

/** Others' texts may hold what PostgreSQL cannot. */
function storable(text: string): string {
	return text.toWellFormed().replaceAll("\u0000", "\ufffd").replaceAll("\\u0000", "\\ufffd").slice(0, 100_000);
}
