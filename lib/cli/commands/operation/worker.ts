import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import type { Database } from "#lib/catalog/database/database.ts";
import { storageAccess } from "#lib/catalog/storages/storage-access.ts";
import { parseConcurrency } from "#lib/cli/arguments.ts";
import { outputIsLog } from "#lib/cli/output/output.ts";
import { requireSecret } from "#lib/cli/require-secret.ts";
import { withCatalog } from "#lib/cli/with-catalog.ts";
import { dashboardUrl, type Env, readEnv } from "#lib/env.ts";
import { UsageError } from "#lib/errors.ts";
import { connectionsFor } from "#lib/jobs/connections.ts";
import { work } from "#lib/jobs/worker.ts";
import { backUpIfDue } from "#lib/operations/scheduled-backups.ts";
import { leaseOwnerPrefix } from "#lib/sync/run-lease.ts";
import { type Logger, openLog } from "#lib/telemetry/log.ts";
import { serveProcessMetrics } from "#lib/telemetry/process-metrics.ts";
import { version } from "#lib/version.ts";

interface WorkerOptions {
	readonly concurrency: number;
	readonly metricsPort?: number;
	readonly withoutCredentials?: boolean;
}

export function workerCommand(): Command {
	return new Command("worker")
		.summary("a further worker: takes runs from the queue")
		.description(
			"Works on runs that the dashboard or the schedule asked for, until it is stopped: then it hands its runs back, within ten seconds. Any number of workers, on any number of machines, share one DATABASE_URL.",
		)
		.option("--concurrency <N>", "runs at once", parseConcurrency, 2)
		.option(
			"--metrics-port <PORT>",
			"serve this process's own metrics there, at HOST (default: EOSYNC_METRICS_PORT)",
			parsePort,
		)
		.option("--without-credentials", "work although the secret does not open the stored credentials")
		.action((options: WorkerOptions) => runWorker(options));
}

async function runWorker({ concurrency, metricsPort, withoutCredentials = false }: WorkerOptions): Promise<void> {
	outputIsLog();
	const env = readEnv();
	const secrets = [env.secret, env.metricsToken, passwordOf(env.databaseUrl)];
	const log = await openLog({ name: "worker", level: env.logLevel, secrets });
	const stop = new AbortController();
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
		process.on(signal, () => {
			if (!stop.signal.aborted) log.info({ signal }, "stopping: runs are handed back");
			stop.abort();
		});
	}
	await using _metrics = await serveMetrics(env, metricsPort ?? env.metricsPort, log);
	const action = async (database: Database) => {
		if (!withoutCredentials) await requireSecret(database, env);
		log.info({ concurrency, version }, "worker ready");
		const companions = { access: storageAccess(env), dashboard: dashboardUrl(env) };
		const ended = new AbortController();
		const backups = backUpUntilStopped(database, { log, signal: ended.signal });
		try {
			await work(database, { concurrency, log, companions, signal: stop.signal });
		} finally {
			ended.abort();
			await backups;
		}
		log.info("worker stopped");
	};
	try {
		await withCatalog("worker", action, {
			ownSignals: true,
			migrate: { onlyIfEmpty: true },
			max: connectionsFor(concurrency),
		});
	} catch (error) {
		log.error({ err: error }, "the worker ends");
		throw error;
	}
}

/** Between two looks whether a backup is due, milliseconds. */
const backupTick = 15_000;

/** One that is under way when the process is to end is left: a draft is no backup, and the next one is due by its schedule. */
async function backUpUntilStopped(
	database: Database,
	{ log, signal }: { readonly log: Logger; readonly signal: AbortSignal },
): Promise<void> {
	const owner = `${leaseOwnerPrefix()}backup`;
	while (!signal.aborted) {
		const writing = backUpIfDue(database, owner)
			.then((good) => good && log.info({ ...good }, "backup written"))
			.catch((error: unknown) => log.warn({ err: error }, "could not find out whether a backup is due"));
		await Promise.race([writing, aborted(signal)]);
		await sleep(backupTick, undefined, { signal }).catch(() => {});
	}
}

function aborted(signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		if (signal.aborted) resolve();
		else signal.addEventListener("abort", () => resolve(), { once: true });
	});
}

/** A port that is taken, by another worker with the same environment for instance, keeps no worker from working. */
async function serveMetrics(env: Env, port: number | null, log: Logger): Promise<AsyncDisposable> {
	const nothing = { [Symbol.asyncDispose]: async () => {} };
	if (port === null) return nothing;
	try {
		const served = await serveProcessMetrics({ host: env.host, port, token: env.metricsToken });
		log.info({ host: env.host, port: served.port }, "metrics of this process are served");
		return served;
	} catch (error) {
		log.warn(
			{ err: error, host: env.host, port },
			"metrics of this process are not served: choose another --metrics-port",
		);
		return nothing;
	}
}

function passwordOf(url: string | null): string | null {
	return url === null ? null : decodeURIComponent(new URL(url).password) || null;
}

function parsePort(text: string): number {
	if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
		throw new UsageError(`--metrics-port ${text} is not a port number.`);
	return Number(text);
}
