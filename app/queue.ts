import { openQueue, type Queue } from "#lib/jobs/queue.ts";
import { catalog } from "./catalog.ts";
import { log } from "./log.ts";

/** Kept outside the module, as the catalogue is. */
const kept = globalThis as typeof globalThis & { eosyncQueue?: Promise<Queue> };

/** Wakes a worker for each of the runs. Never fails: without it, workers find the runs by themselves within seconds. */
export async function enqueue(runs: readonly number[]): Promise<void> {
	try {
		kept.eosyncQueue ??= open().catch((error: unknown) => {
			delete kept.eosyncQueue;
			throw error;
		});
		const queue = await kept.eosyncQueue;
		await queue.enqueue(...runs);
	} catch (error) {
		(await log()).error(
			{ err: error, runs: runs.slice(0, 20) },
			"no worker could be woken; workers will find the runs by themselves",
		);
	}
}

async function open(): Promise<Queue> {
	return openQueue(await catalog(), {
		role: "producer",
		onError: (error) => void log().then((logger) => logger.error({ err: error }, "the queue reports an error")),
	});
}
