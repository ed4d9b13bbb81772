import type { Database } from "#lib/catalog/database/database.ts";
import { UsageError } from "#lib/errors.ts";

/** @throws UsageError when there is none of that EO ID. */
export async function requireContainer(database: Database, id: string): Promise<void> {
	const [found] = await database.sql`select from containers where eo_id = ${id}`;
	if (!found) throw new UsageError(`There is no container ${id}.`);
}

/** @throws UsageError */
export function parseRun(text: string): number {
	const run = Number(text);
	if (!/^\d{1,15}$/.test(text) || run < 1)
		throw new UsageError(`${text} is not the number of a run; eosync runs lists them.`);
	return run;
}

/** @throws UsageError */
export function parseConcurrency(text: string): number {
	if (!/^[1-9]\d{0,2}$/.test(text))
		throw new UsageError(`--concurrency ${text} is not a number of runs from 1 to 999.`);
	return Number(text);
}
