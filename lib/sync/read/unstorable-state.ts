import { findUnstorable, mayHoldUnstorable } from "#lib/catalog/storable.ts";
import { RejectedError } from "#lib/errors.ts";
import type { DatasetState } from "#lib/metadata/metadata.ts";

/**
 * What the tables cannot hold of what a file says (rule 20); null: all of it can be. Readers judge by their formats: this is
 * the one place that judges by the catalogue, whatever the format.
 */
export function unstorableState(name: string, state: DatasetState): RejectedError | null {
	const refuse = (what: string) => new RejectedError("invalid-metadata", `${name}: ${what}`);
	const text = mayHoldUnstorable(JSON.stringify(state)) ? findUnstorable(state) : null;
	if (text !== null) return refuse(`its ${text.at.join(".")} holds ${text.what}, which cannot be stored`);
	const { size, extent, gcps, footprint, begin, end } = state;
	if (!size.every((pixels) => Number.isInteger(pixels) && pixels > 0 && pixels < 2 ** 31))
		return refuse(`its size is ${size.join(" × ")} pixels`);
	for (const [what, numbers] of Object.entries({ extent: extent ?? [], footprint: footprint.coordinates.flat(3) }))
		if (!numbers.every(Number.isFinite)) return refuse(`its ${what} holds something that is no finite number`);
	if (gcps?.some(({ pixel, line, x, y, z }) => ![pixel, line, x, y, z].every(Number.isFinite)))
		return refuse("its ground control points hold something that is no finite number");
	// PostgreSQL knows no year 0, and ISO 8601 none above 9999 without a sign.
	if (![begin, end].every((instant) => /^(?!0000)\d{4}-/.test(instant)))
		return refuse(`its times ${begin} and ${end} are not all in the years 1 to 9999`);
	return null;
}
