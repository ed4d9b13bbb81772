import { endOutdatedAcknowledgements } from "#lib/catalog/causes/acknowledgements.ts";
import { causesByContainer, listCauses } from "#lib/catalog/causes/causes.ts";
import type { Transaction } from "#lib/catalog/database/database.ts";
import { closedStorageIds } from "#lib/catalog/pauses/pauses.ts";

/** What people know of already: failures that follow from it are not reported. */
export interface KnownMatters {
	/** The keys of causes. */
	readonly acknowledged: ReadonlySet<string>;
	/** The storages that must not be used now. */
	readonly closed: ReadonlySet<number>;
}

/**
 * Ends the acknowledgements that no longer hold, and returns what people know of. When an acknowledgement expires and containers still fail by
 * its cause, the cause is reported again.
 */
export async function knownMatters(sql: Transaction): Promise<KnownMatters> {
	const [some] = await sql`select from acknowledgements where ended_at is null limit 1`;
	const closed = new Set(await closedStorageIds({ sql }));
	if (!some) return { acknowledged: new Set(), closed };
	const { current, expired } = await endOutdatedAcknowledgements({ sql }, await listCauses({ sql }));
	if (expired.length > 0) await reportAgain(sql, expired);
	return { acknowledged: current, closed };
}

/** Has what fails by these causes reported as if it were new. */
async function reportAgain(sql: Transaction, causes: readonly string[]): Promise<void> {
	const keys = causes as string[];
	await sql`update storage_health set told_at = null where told_down and 'unreachable-' || storage_id = any(${keys})`;
	await sql`
		update container_health h set changed = true, told_at = null, run_id = null from (${causesByContainer(sql)}) f
		where f.cause = any(${keys}) and h.container_id = f.container_id`;
}

/**
 * Returns the containers that fail only by what people know of: reported outages, closed storages, acknowledged causes, and causes that
 * were reported for several containers together.
 */
export async function containersWithKnownCauses(
	sql: Transaction,
	containers: readonly number[],
	{ acknowledged, closed, reported }: KnownMatters & { readonly reported: ReadonlySet<string> },
): Promise<ReadonlySet<number>> {
	if (containers.length === 0) return new Set();
	const rows = await sql<{ container: number }[]>`
		select f.container_id as container from (${causesByContainer(sql, { containers })}) f
		left join storage_health h on h.storage_id = f.storage_id group by 1 having bool_and(${isKnown(sql, { causes: [...acknowledged, ...reported], closed })})`;
	return new Set(rows.map(({ container }) => container));
}

/** Whether people know of a cause `f` (`causesByContainer`) already; `h` is the health of its storage. */
export function isKnown(
	sql: Transaction,
	{ causes, closed }: { readonly causes: readonly string[]; readonly closed: ReadonlySet<number> },
) {
	return sql`coalesce(f.cause = any(${causes as string[]}) or (f.outage and h.told_at >= h.down_from) or f.storage_id = any(${[...closed]}::bigint[]), false)`;
}
