import { PgBoss } from "pg-boss";
import type { Database } from "#lib/catalog/database/database.ts";

/**
 * The queue of runs: pg-boss on the catalogue's own PostgreSQL. A job only says which run to take; the run's row, its
 * lease and its state decide whether there is anything to do.
 */
export interface Queue extends AsyncDisposable {
	/** Wakes workers for the runs, in one statement; more than one job per waiting run never queues up. */
	enqueue(...runs: readonly number[]): Promise<void>;
	/** Hands out runs, at most `concurrency` at once, until the queue is closed; waits for those that are under way. */
	work(concurrency: number, handle: (run: number) => Promise<void>): Promise<void>;
	/** Hands out one run beyond those, and waits until it is done. False: none waits. */
	takeOne(handle: (run: number) => Promise<void>): Promise<boolean>;
}

const name = "runs";
/** Longer than any run: the run's lease, not the job's age, says whether its worker is alive. */
const expireInSeconds = 86_000;

export interface QueueOptions {
	/** Workers look after the queue's tables; who only enqueues does not. */
	readonly role: "worker" | "producer";
	readonly onError: (error: Error) => void;
}

export async function openQueue({ url }: Pick<Database, "url">, { role, onError }: QueueOptions): Promise<Queue> {
	const worker = role === "worker";
	const boss = new PgBoss({
		connectionString: url,
		max: worker ? 3 : 1,
		application_name: "eosync queue",
		useListenNotify: worker,
		supervise: worker,
		schedule: false,
	});
	boss.on("error", onError);
	await boss.start();
	await boss.createQueue(name, {
		policy: "short",
		notify: true,
		retryLimit: 0,
		expireInSeconds,
		deleteAfterSeconds: 3600,
	});
	const beyond = new Set<Promise<void>>();
	return {
		async enqueue(...runs) {
			if (runs.length === 0) return;
			await boss.insert(
				name,
				runs.map((run) => ({ data: { run }, singletonKey: String(run) })),
			);
		},
		async work(concurrency, handle) {
			const options = { pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 5 };
			for (let lane = 0; lane < concurrency; lane++) {
				let id = "";
				id = await boss.work<{ run: number }>(name, options, async ([job]) => {
					try {
						if (job) await handle(job.data.run);
					} finally {
						// There may be more jobs: it is woken only for new ones, and otherwise looks every few seconds.
						boss.notifyWorker(id);
					}
				});
			}
		},
		async takeOne(handle) {
			const [job] = await boss.fetch<{ run: number }>(name);
			if (!job) return false;
			const handling = handle(job.data.run).finally(() => boss.complete(name, job.id));
			const settled = handling.catch(() => {});
			beyond.add(settled);
			void settled.finally(() => beyond.delete(settled));
			await handling;
			return true;
		},
		async [Symbol.asyncDispose]() {
			await Promise.all(beyond);
			await boss.stop({ graceful: true, timeout: 10_000 });
		},
	};
}
