import { currentAcknowledgements, holds } from "#lib/catalog/causes/acknowledgements.ts";
import { causesByContainer, listCauses } from "#lib/catalog/causes/causes.ts";
import type { Transaction } from "#lib/catalog/database/database.ts";
import { closedStorages } from "#lib/catalog/pauses/pauses.ts";

/** Of the containers those that fail, by nothing but what people know of: outages that they were told of, and acknowledged causes. */
export async function containersWithKnownCauses(
	sql: Transaction,
	containers: readonly number[],
): Promise<ReadonlySet<number>> {
	if (containers.length === 0) return new Set();
	const acknowledged = [...(await acknowledgedCauses(sql))];
	const closed = [...(await closedStorages({ sql })).keys()];
	const rows = await sql<{ container: number }[]>`
		select f.container_id as container from (${causesByContainer(sql, { containers })}) f
		left join storage_health h on h.storage_id = f.storage_id
		group by 1 having bool_and(coalesce(f.cause = any(${acknowledged}) or (f.outage and h.told_at >= h.down_from) or f.storage_id = any(${closed}::bigint[]), false))`;
	return new Set(rows.map(({ container }) => container));
}

/** The keys of causes that are acknowledged as they are now. */
export async function acknowledgedCauses(sql: Transaction): Promise<ReadonlySet<string>> {
	const acknowledgements = await currentAcknowledgements({ sql });
	if (acknowledgements.length === 0) return new Set();
	const causes = await listCauses({ sql });
	const now = new Date();
	const holding = acknowledgements.filter((one) => {
		const cause = causes.find(({ key }) => key === one.cause);
		// A cause that is gone may come back before its time is over.
		if (cause === undefined) return one.until !== null && Date.parse(one.until) > now.getTime();
		return holds(one, { containers: cause.containers, message: cause.reason }, now);
	});
	return new Set(holding.map(({ cause }) => cause));
}
