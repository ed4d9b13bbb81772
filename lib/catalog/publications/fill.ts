import { setTimeout as sleep } from "node:timers/promises";
import { catalogueLock } from "#lib/catalog/database/catalogue-lock.ts";
import type { Database, Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { publicationFills } from "#lib/catalog/schema/publish-schema.ts";
import { messageOf } from "#lib/errors.ts";

/** Datasets per transaction, which takes some hundred milliseconds. */
const defaultPortion = 2000;
/** Seconds after which what failed is tried again. */
const retryAfter = 60;

/** What is left of a container's publication, or of its end. */
type Fill = Pick<typeof publicationFills.$inferSelect, "containerId" | "position" | "done" | "total"> & {
	readonly isServed: boolean;
};

export interface Filled {
	/** Container's id. */
	readonly container: number;
	readonly done: number;
	/** null: not counted yet. */
	readonly total: number | null;
	readonly isComplete: boolean;
	/** Why this portion failed; it is tried again in a minute. */
	readonly error: string | null;
}

/**
 * Does the next portion of a container that is to be compared as a whole: it was published, or is no longer, or something failed. A
 * process that dies leaves what it committed; several processes take turns. null: there is nothing to do.
 *
 * It takes the catalogue's lock, so that no transaction is under way that linked datasets before it could know that the container is published.
 */
export async function fillNextPortion(
	{ sql }: Pick<Database, "sql">,
	{ portion = defaultPortion, container = null }: { portion?: number; container?: number | null } = {},
): Promise<Filled | null> {
	const isDue = (of: Sql | Transaction) => of`(${container}::bigint is null or f.container_id = ${container})
		and (f.error is null or f.updated_at < now() - make_interval(secs => ${retryAfter}))`;
	// Nearly always there is nothing to do, and then nobody need wait.
	if ((await sql`select from publication_fills f where ${isDue(sql)} limit 1`).length === 0) return null;
	return sql.begin(async (tx) => {
		await tx`select pg_advisory_xact_lock(${catalogueLock})`;
		const [fill] = await tx<Fill[]>`
			select f.container_id as "containerId", f.position, f.done, f.total, c.publish_stac <> 'off' and c.deleted_at is null as "isServed"
			from publication_fills f join containers c on c.id = f.container_id
			where ${isDue(tx)} order by f.updated_at, f.container_id limit 1 for update of f`;
		if (!fill) return null;
		const datasets = await nextDatasets(tx, fill, portion);
		if (datasets.length === 0) {
			await tx`delete from publication_fills where container_id = ${fill.containerId}`;
			return { container: fill.containerId, done: fill.done, total: fill.total, isComplete: true, error: null };
		}
		const error = await compare(tx, datasets);
		const step = error === null ? datasets.length : 0;
		const last = error === null ? Math.max(...datasets) : fill.position;
		const [after] = await tx<Pick<Fill, "done" | "total">[]>`
			update publication_fills set position = greatest(position, ${last}), done = done + ${step}, updated_at = clock_timestamp(), error = ${error},
				total = coalesce(total, (select count(*) from container_datasets where container_id = ${fill.containerId}))
			where container_id = ${fill.containerId} returning done, total`;
		if (!after) throw new Error("The row of a fill that is locked is gone.");
		return { container: fill.containerId, ...after, isComplete: false, error };
	});
}

/** Returns why it failed; then nothing of it is done. What a lost connection or a full disk means is for the caller. */
async function compare(sql: Transaction, datasets: readonly number[]): Promise<string | null> {
	try {
		await sql.savepoint((inside) => inside`select from eosync_log_items(${datasets as number[]}, null)`);
		return null;
	} catch (error) {
		if (isAboutData(error)) return messageOf(error);
		throw error;
	}
}

/** SQLSTATE classes 22 and 23, data and constraints, and 54, limits: those that the trigger of a sync takes so (migration `change_log`). */
const isAboutData = (error: unknown) =>
	error instanceof Error && "code" in error && /^(22|23|54)/.test(String(error.code));

/** Of a container that is served its datasets, in order, then items that are none of them; of another one its items, which go. */
async function nextDatasets(
	sql: Transaction,
	{ containerId, position, isServed }: Fill,
	portion: number,
): Promise<readonly number[]> {
	const linked = isServed
		? await sql<{ id: number }[]>`
			select dataset_id as id from container_datasets where container_id = ${containerId} and dataset_id > ${position} order by dataset_id limit ${portion}`
		: [];
	if (linked.length > 0) return linked.map(({ id }) => id);
	const left = await sql<{ id: number }[]>`
		select i.dataset_id as id from items i where i.container_id = ${containerId} and not (${isServed} and exists (
			select from container_datasets cd where cd.container_id = i.container_id and cd.dataset_id = i.dataset_id)) limit ${portion}`;
	return left.map(({ id }) => id);
}

/** Asks that the whole container be compared with its items again. */
export async function askForFill({ sql }: Pick<Database, "sql">, container: number): Promise<void> {
	await sql`
		insert into publication_fills (container_id) values (${container})
		on conflict (container_id) do update set position = 0, done = 0, total = null, started_at = now(), updated_at = now(), error = null`;
}

/** How often it is asked whether another process is done with a container, milliseconds. */
const askEvery = 500;

/**
 * Fills one container to its end, portion by portion, or waits for the process that does. Returns why it cannot go on; null: all is done.
 */
export async function fillContainer(
	database: Pick<Database, "sql">,
	container: number,
	{ signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (filled: Filled) => void },
): Promise<string | null> {
	while (!signal.aborted) {
		const filled = await fillNextPortion(database, { container });
		if (filled) onProgress(filled);
		if (filled?.isComplete) return null;
		if (filled?.error) return filled.error;
		if (filled) continue;
		const [left] = await database.sql<Pick<typeof publicationFills.$inferSelect, "error">[]>`
			select error from publication_fills where container_id = ${container}`;
		if (!left) return null;
		if (left.error !== null) return left.error;
		await sleep(askEvery, undefined, { signal }).catch(() => {});
	}
	return "it was interrupted";
}
