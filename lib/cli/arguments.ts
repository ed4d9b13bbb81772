import type { Database } from "#lib/catalog/database/database.ts";
import { instantInput } from "#lib/catalog/inputs.ts";
import { currentIds } from "#lib/cli/configuration/former-containers.ts";
import { UnknownNameError, UsageError } from "#lib/errors.ts";

/** Returns the EO ID that the container has now. @throws UsageError when there is none of that EO ID, and none that had it. */
export async function requireContainer(database: Database, id: string): Promise<string> {
	const [now = id] = await currentIds(database, [id]);
	const [found] = await database.sql`select from containers where eo_id = ${now}`;
	if (!found) throw new UnknownNameError("container", id);
	return now;
}

/** @throws UsageError */
export function parseRun(text: string): number {
	return numberOf(text, "a run; eosync runs lists them");
}

/** @throws UsageError */
export function parseBatch(text: string): number {
	return numberOf(text, "a batch; eosync batches lists them");
}

/** @throws UsageError */
export function parsePush(text: string): number {
	return numberOf(text, "a push; eosync targets pushes NAME lists them");
}

/** @throws UsageError */
export function parseException(text: string): number {
	return numberOf(text, "an exception");
}

function numberOf(text: string, what: string): number {
	const number = Number(text);
	if (!/^\d{1,15}$/.test(text) || number < 1) throw new UsageError(`${text} is not the number of ${what}.`);
	return number;
}

/** Returns the parser of an option that takes one of these words; it throws a UsageError for any other. */
export function parserOf<Word extends string>(option: string, words: readonly Word[]): (text: string) => Word {
	return (text) => {
		const word = words.find((known) => known === text);
		if (word === undefined) throw new UsageError(`${option} ${text} is none of ${words.join(", ")}.`);
		return word;
	};
}

/** @throws UsageError */
export function parseConcurrency(text: string): number {
	if (!/^[1-9]\d{0,2}$/.test(text))
		throw new UsageError(`--concurrency ${text} is not a number of runs from 1 to 999.`);
	return Number(text);
}

/** @throws UsageError */
export function parseSeconds(text: string): number {
	if (!/^\d{1,6}$/.test(text)) throw new UsageError(`${text} is not a number of seconds, such as 60.`);
	return Number(text);
}

/** A day or an instant, UTC. @throws UsageError */
export function parseUntil(text: string): string {
	const instant = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text;
	const parsed = instantInput.safeParse(instant);
	if (!parsed.success || Number.isNaN(Date.parse(instant)))
		throw new UsageError(`${text} is not a time: give 2026-12-24 or 2026-12-24T18:00:00Z, UTC.`);
	return instant;
}
