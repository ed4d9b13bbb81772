import type { Database } from "#lib/catalog/database/database.ts";
import { type HealthDay, listHealthDays } from "./health-days.ts";
import { listWorsening, type WorseningContainer } from "./worsening.ts";

/** What *Health* shows of the time before now. */
export interface HealthHistory {
	readonly days: readonly HealthDay[];
	readonly worsening: readonly WorseningContainer[];
}

export async function healthHistory(database: Database): Promise<HealthHistory> {
	const [days, worsening] = await Promise.all([listHealthDays(database), listWorsening(database)]);
	return { days, worsening };
}
