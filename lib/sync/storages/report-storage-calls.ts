import type { Database } from "#lib/catalog/database/database.ts";
import { addMetricTotals } from "#lib/catalog/metric-totals.ts";
import { storageMeter } from "#lib/telemetry/storage-meter.ts";

/** Writes down how often this process asked its storages for what. What cannot be written now is written next time. */
export async function reportStorageCalls(database: Pick<Database, "sql">): Promise<void> {
	const calls = storageMeter.drain();
	await addMetricTotals(database, calls).catch(() => storageMeter.restore(calls));
}
