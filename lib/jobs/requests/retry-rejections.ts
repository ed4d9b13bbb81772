import type { Database } from "#lib/catalog/database/database.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { markForRetry, type RejectionsFilter } from "#lib/catalog/rejections/rejected-files.ts";
import { statesIn } from "#lib/catalog/runs/run-states.ts";
import { UsageError } from "#lib/errors.ts";
import { requestContainers } from "#lib/jobs/batches/batch-requests.ts";
import { type RequestedRun, requestRuns } from "./requests.ts";

interface Retry {
	/** The caller follows each run itself; left out: those of several containers are a batch, which workers carry out. */
	readonly separately?: boolean;
	readonly filter: RejectionsFilter;
	readonly actor: string;
	readonly trigger: RunView["trigger"];
}

/**
 * Has rejected files that match read again, and asks for the syncs that do it; these look at their containers as any sync does.
 * @throws UsageError when none matches.
 */
export async function retryRejections(
	database: Database,
	{ filter, actor, trigger, separately = false }: Retry,
): Promise<{
	readonly files: number;
	/** null: there is none. */
	readonly batch: number | null;
	/** Those that are asked for already. */
	readonly runs: readonly RequestedRun[];
}> {
	const { files, containers } = await database.sql.begin((tx) => markForRetry(tx, filter));
	if (containers.length === 0) throw new UsageError("No rejected file matches; nothing was done.");
	// A run that is under way may have passed their folders.
	const underWay = separately ? containers : await withRunUnderWay(database, containers);
	const request = { kind: "sync", trigger, actor } as const;
	const again = await requestRuns(database, { ...request, containers: underWay, again: true });
	const others = containers.filter((id) => !underWay.includes(id));
	if (others.length === 0) return { files, batch: null, runs: again };
	const { batch, runs } = await requestContainers(database, { ...request, containers: others });
	return { files, batch, runs: [...again, ...runs] };
}

async function withRunUnderWay({ sql }: Database, containers: readonly string[]): Promise<readonly string[]> {
	const rows = await sql<{ id: string }[]>`
		select c.eo_id as id from containers c where c.eo_id = any(${containers as string[]})
			and exists (select from runs r where r.container_id = c.id and r.finished_at is null and r.state in ${statesIn(sql, "active")})`;
	return rows.map(({ id }) => id);
}
