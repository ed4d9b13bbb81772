import { UsageError } from "#lib/errors.ts";

/** @throws UsageError */
export function parseRun(text: string): number {
	const run = Number(text);
	if (!/^\d{1,15}$/.test(text) || run < 1)
		throw new UsageError(`${text} is not the number of a run; eosync runs lists them.`);
	return run;
}
