import type { Database } from "#lib/catalog/database/database.ts";
import { formatPlural } from "#lib/numbers.ts";
import { openWork } from "#lib/operations/open-work.ts";
import { unknownFolders } from "#lib/sync/known-folders.ts";
import { type Finding, failure, ok, warning } from "./finding.ts";

/** Minutes that a run may wait before it is reported. */
const longWait = 10;

export async function* examineWorkers(database: Database): AsyncGenerator<Finding> {
	const { workers, queued, queueAge } = await openWork(database);
	const waits = `${formatPlural(queued, "run waits", "runs wait")}, the longest for ${formatPlural(Math.round(queueAge / 60), "minute")}`;
	const start = "Start eosync serve or eosync worker.";
	if (workers === 0 && queued > 0) yield failure("workers", `No worker is running and ${waits}.`, start);
	else if (workers === 0)
		yield warning(
			"workers",
			"No worker is running: schedules do not run.",
			`${start} If cron starts all runs, this is fine.`,
		);
	else if (queueAge > longWait * 60)
		yield warning(
			"workers",
			`${formatPlural(workers, "worker is", "workers are")} running, and ${waits}.`,
			"Raise --concurrency, or start another worker.",
		);
	else yield ok("workers", workers === 1 ? "One worker is running." : `${workers} workers are running.`);
}

/** Finds rows without references, and folders whose datasets would stay after the folders are removed. */
export async function* examineOrphans({ sql }: Database): AsyncGenerator<Finding> {
	const folders = await sql<{ container: string; path: string }[]>`
		select c.eo_id as container, unknown.path from (${unknownFolders(sql)}) unknown
			join sources s on s.id = unknown.source join containers c on c.id = s.container_id order by 1, 2`;
	const containers = [...new Set(folders.map(({ container }) => container))];
	yield folders.length === 0
		? ok("folders", "Every folder with datasets is known to its container.")
		: warning(
				"folders",
				`${folders.length} folders with datasets are not known to their container, so their removal would not be noticed: ${folders[0]?.container}: ${folders[0]?.path || "/"} …`,
				`eosync sync --full ${containers.slice(0, 5).join(" ")}${containers.length > 5 ? " …" : ""}`,
			);
	const [leases] = await sql<{ count: number }[]>`
		select count(*) as count from runs where lease_until < now() - interval '1 minute' and finished_at is null`;
	yield (leases?.count ?? 0) === 0
		? ok("leases", "No run is held by a worker that has stopped.")
		: warning(
				"leases",
				`${formatPlural(leases?.count ?? 0, "run is", "runs are")} held by workers that have stopped.`,
				"Running workers take them over within seconds: start one if none is running.",
			);
	yield* examineJobs(sql);
}

async function* examineJobs(sql: Database["sql"]): AsyncGenerator<Finding> {
	const [queue] = await sql<{ there: boolean }[]>`select to_regclass('pgboss.job') is not null as there`;
	if (!queue?.there) return yield ok("queue", "There is no queue yet; the first worker makes it.");
	const [jobs] = await sql<{ count: number }[]>`
		select count(*) as count from pgboss.job j left join runs r on r.id = (j.data->>'run')::bigint
		where j.name = 'runs' and j.state in ('created', 'retry', 'active') and j.created_on < now() - interval '10 minutes'
			and (r.id is null or r.finished_at is not null)`;
	yield (jobs?.count ?? 0) === 0
		? ok("queue", "Every job in the queue is for a run that is not over.")
		: warning(
				"queue",
				`${jobs?.count} jobs are for runs that are over.`,
				"They do no harm: workers drop them when they reach them. Is a worker running?",
			);
}
