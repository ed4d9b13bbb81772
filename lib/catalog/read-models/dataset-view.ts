import type { Band, Extent, Footprint, Instant } from "#lib/metadata/metadata.ts";

export interface DatasetView {
	readonly id: string;
	/** The number of its current version; null: it has none yet (0.1 wrote it). */
	readonly version: number | null;
	readonly kind: "rectified" | "referenceable";
	readonly storage: string;
	readonly path: string;
	readonly metadataPaths: readonly string[];
	/** For a product: its further files. */
	readonly memberPaths: readonly string[];
	readonly begin: Instant;
	readonly end: Instant;
	/** When its files were read last. */
	readonly lastRead: Instant;
	readonly footprint: Footprint;
	readonly crs: string;
	readonly size: readonly [number, number];
	readonly extent: Extent | null;
	readonly rangeType: string;
	readonly bands: readonly Band[];
	readonly properties: Readonly<Record<string, string | number>>;
}
