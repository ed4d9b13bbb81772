import { Command } from "commander";
import pino from "pino";
import { readEnv } from "#lib/env.ts";
import { UsageError } from "#lib/errors.ts";
import { work } from "#lib/jobs/worker.ts";
import { withCatalog } from "./with-catalog.ts";

export function workerCommand(): Command {
	return new Command("worker")
		.summary("a further worker: takes runs from the queue")
		.description(
			"Works on runs that the dashboard or the schedule asked for, until it is stopped. Any number of workers, on any number of machines, share one DATABASE_URL.",
		)
		.option("--concurrency <N>", "runs at once", parseConcurrency, 2)
		.action(({ concurrency }: { readonly concurrency: number }) => runWorker(concurrency));
}

async function runWorker(concurrency: number): Promise<void> {
	const log = pino(
		{ name: "worker", level: readEnv().logLevel, base: { pid: process.pid } },
		pino.destination({ dest: 1, sync: true }),
	);
	const stop = new AbortController();
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());
	const action = async (database: Parameters<typeof work>[0]) => {
		log.info({ concurrency }, "worker ready");
		await work(database, { concurrency, log, signal: stop.signal });
		log.info("worker stopped");
	};
	await withCatalog("worker", action, { ownSignals: true });
}

function parseConcurrency(text: string): number {
	if (!/^[1-9]\d{0,2}$/.test(text))
		throw new UsageError(`--concurrency ${text} is not a number of runs from 1 to 999.`);
	return Number(text);
}
