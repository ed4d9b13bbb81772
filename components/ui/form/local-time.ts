import { parseInstant } from "#lib/metadata/text/time.ts";

/**
 * The instant at which the clocks of the zone show what a field without a zone has, `2026-10-25T02:30`: as in file names and metadata.
 * What is no time is returned as it is, for the form to refuse.
 */
export function instantOfLocal(local: string, zone: string): string {
	return parseInstant(local, zone) ?? local;
}
