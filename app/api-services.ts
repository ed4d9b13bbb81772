import type { ApiServices } from "#lib/api/dispatch.ts";
import { RateLimit } from "#lib/api/rate-limit.ts";
import { catalog } from "./catalog.ts";
import { places, storageTests } from "./engine.ts";
import { log } from "./log.ts";
import { enqueue } from "./queue.ts";

/** Kept outside the module, as the catalogue is. */
const kept = globalThis as typeof globalThis & { eosyncApiLimit?: RateLimit };

/** The services of the REST API in this process. */
export async function apiServices(): Promise<ApiServices> {
	kept.eosyncApiLimit ??= new RateLimit();
	return {
		database: await catalog(),
		enqueue,
		surveys: places,
		storageTests,
		limit: kept.eosyncApiLimit,
		onError: (error) => void log().then((logger) => logger.error({ err: error }, "the API could not answer")),
	};
}
