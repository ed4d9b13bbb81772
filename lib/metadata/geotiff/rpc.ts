import { type Rpcs, rpcsOfNumbers } from "#lib/metadata/geometry/rpc.ts";
import type { TiffDirectory } from "./directory.ts";
import { tiffTags } from "./tags.ts";

/** Of RPCCoefficientTag: two errors, five offsets, five scales, four polynomials of twenty coefficients (RPC00B). */
const rpcCount = 92;

/** A grid counts before RPCs, as in GDAL: who warped an image may have left them in. */
export function hasOwnGrid(directory: TiffDirectory): boolean {
	return (
		directory.count(tiffTags.modelPixelScale) > 0 ||
		directory.count(tiffTags.modelTransformation) > 0 ||
		directory.count(tiffTags.modelTiepoint) >= 3 * 6
	);
}

export function hasRpcs(directory: TiffDirectory): boolean {
	return directory.count(tiffTags.rpcCoefficients) > 0;
}

/** null: there are none, or they cannot be used. */
export async function rpcsOfTiff(directory: TiffDirectory): Promise<Rpcs | null> {
	if (directory.count(tiffTags.rpcCoefficients) !== rpcCount) return null;
	const values = await directory.numbers(tiffTags.rpcCoefficients, { max: rpcCount });
	// Behind the two errors: what all RPCs have.
	return rpcsOfNumbers(values.slice(2));
}
