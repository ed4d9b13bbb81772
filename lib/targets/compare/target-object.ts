import type { Footprint, Instant } from "#lib/metadata/metadata.ts";

/** What a target has of a dataset or container, the same shape whether it was made of the catalogue or read there. No code. */
export interface TargetObject {
	readonly kind: "coverage" | "series" | "mosaic";
	/** As it is called there, or would be. */
	readonly identifier: string;
	readonly beginTime: Instant | null;
	readonly endTime: Instant | null;
	readonly footprint: Footprint | null;
	/** The name of its range type there. */
	readonly coverageType: string | null;
	readonly grid: TargetGrid | null;
	/** By axis, as it stands there: text, because time axes have instants; null: none. Of the outer corner of the upper left pixel. */
	readonly origin: readonly (string | null)[];
	/** Pixels by axis. */
	readonly size: readonly (number | null)[];
	readonly files: readonly TargetFile[];
	readonly metadata: readonly TargetMetadata[];
	/** Identifiers of the series and mosaics it is in. */
	readonly collections: readonly string[];
	/** By service; null: there is no such row, left out: not ours to say. */
	readonly visibility: Readonly<Record<string, boolean | null>>;
	readonly properties: Readonly<Record<string, string | number | boolean | null>>;
}

export interface TargetGrid {
	/** `EPSG:n`, or another text that names it. */
	readonly crs: string;
	/** By axis: text, as they stand there; null: none, as of referenceable ones. */
	readonly offsets: readonly (string | null)[];
}

export interface TargetFile {
	/** Where it is as the target sees it, in its normal form (`eoxserver/places.ts`); two that are equal are one file. */
	readonly place: string;
	/** The media type; null: not given. */
	readonly format: string | null;
	readonly fieldIndex: number;
	readonly bandCount: number;
	/** Which part of the file it is, as GDAL names it (`NETCDF:temperature`); left out: all of it. */
	readonly subdataset?: string;
}

export interface TargetMetadata {
	readonly place: string;
	readonly format: string | null;
}

/** What is compared of an object, each for itself. Its kind and identifier are not: an identifier there is never changed. */
export const targetFields = [
	"beginTime",
	"endTime",
	"footprint",
	"coverageType",
	"grid",
	"origin",
	"size",
	"files",
	"metadata",
	"collections",
	"visibility",
	"properties",
] as const satisfies readonly (keyof TargetObject)[];
export type TargetField = (typeof targetFields)[number];

/** Fields of an object as they are kept: a footprint as `{ digest }`, all else as it is. */
export type KeptFields = Readonly<Record<string, unknown>>;
