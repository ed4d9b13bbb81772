import type { Database } from "#lib/catalog/database/database.ts";
import { processMetrics } from "#lib/telemetry/process-metrics.ts";
import { cacheFor } from "./cache-for.ts";
import { catalogueMetrics } from "./metrics.ts";
import { type Readiness, readiness } from "./readiness.ts";

/** The dashboard process's answers to monitoring; imported from this source file, not from a bundle. */
export interface DashboardMonitoring {
	/** In Prometheus' text format. @throws when the database does not answer. */
	metrics(): Promise<string>;
	/** `optional`: a worker need not be there. */
	readiness(worker: "needed" | "optional"): Promise<Readiness>;
}

/** Callers may ask as often as they like: the database is asked no more often than this, milliseconds. */
const interval = 1000;

export function monitoring(open: () => Promise<Database>): DashboardMonitoring {
	const ofCatalogue = cacheFor(interval, async () => catalogueMetrics(await open()));
	const whole = cacheFor(interval, () => readiness(open));
	const withoutWorker = cacheFor(interval, () => readiness(open, { worker: false }));
	return {
		metrics: async () => `${await ofCatalogue()}\n${await processMetrics()}`,
		readiness: (worker) => (worker === "optional" ? withoutWorker() : whole()),
	};
}
