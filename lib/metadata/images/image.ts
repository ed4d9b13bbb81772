import type { ByteBounds } from "#lib/metadata/bounded-bytes.ts";
import type { EoMetadata } from "#lib/metadata/metadata.ts";

/** Headers of images are a few hundred bytes, with profiles and previews some hundred kilobytes. */
export function imageBounds(format: string): ByteBounds {
	return { format, maxBytes: 4 * 1024 * 1024, blockLength: 16 * 1024, lookBehind: 0, maxBlocks: 4 };
}

/** What images say of the observation. */
export const noMetadata: EoMetadata = { eoId: null, begin: null, end: null, footprint: null, properties: {} };
