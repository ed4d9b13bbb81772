import { formatPlural } from "#lib/numbers.ts";

/** Client-safe: `1 exception`, `3 exceptions`. */
export function exceptionsText(number: number): string {
	return formatPlural(number, "exception");
}
