/** An instant in UTC, ISO 8601: `2006-08-16T09:09:29Z`, with a fraction only where it is not zero (`…:29.250Z`). */
export type Instant = string;

/** Longitude (-180…180), latitude (-90…90), degrees, WGS 84. */
export type Position = readonly [number, number];
/** First and last position are the same. */
export type Ring = readonly Position[];
/** GeoJSON (RFC 7946): outer rings counter-clockwise, holes clockwise, never across the antimeridian. */
export interface Footprint {
	readonly type: "MultiPolygon";
	readonly coordinates: readonly (readonly Ring[])[];
}

/** GDAL's names of sample types. */
export const dataTypes = [
	"Byte",
	"Int8",
	"UInt16",
	"Int16",
	"UInt32",
	"Int32",
	"UInt64",
	"Int64",
	"Float16",
	"Float32",
	"Float64",
	"CInt16",
	"CInt32",
	"CFloat32",
	"CFloat64",
] as const;
export type DataType = (typeof dataTypes)[number];

export interface Band {
	readonly name: string;
	readonly dataType: DataType;
	/** A string where JSON has no number for it: `"NaN"`, `"-Infinity"`, 64-bit integers beyond 2^53. */
	readonly nodata: number | string | null;
}

/** A ground control point: pixel and line (from the upper left corner), and its coordinates in the CRS. */
export interface Gcp {
	readonly pixel: number;
	readonly line: number;
	readonly x: number;
	readonly y: number;
	readonly z: number;
}

/** `[minx, miny, maxx, maxy]` in CRS units, outer edges of the outer pixels. */
export type Extent = readonly [number, number, number, number];

/** The grid and samples of a raster file, from its header. */
export interface Raster {
	readonly kind: "rectified" | "referenceable";
	/** Pixels: x, y. */
	readonly size: readonly [number, number];
	/** `EPSG:n`; a PROJ string for a user-defined CRS. */
	readonly crs: string;
	/** null for a referenceable raster. */
	readonly extent: Extent | null;
	/** null for a rectified raster. A rotated or sheared one is referenceable by its four corners. */
	readonly gcps: readonly Gcp[] | null;
	readonly bands: readonly Band[];
}

/** What a time in a file's name stands for when it is less than an instant. */
export type NamedPeriod = "day" | "month" | "year";

/** The observation as a metadata file or a raster's own tags describe it. null: not given. */
export interface EoMetadata {
	readonly eoId: string | null;
	readonly begin: Instant | null;
	readonly end: Instant | null;
	/** Why a time that is there cannot be told, half a sentence: `its time(time) has units "fortnights", …`. */
	readonly timeProblem?: string;
	readonly footprint: Footprint | null;
	/** Flat, by EO-O&M element name in camel case: `platform`, `instrument`, `sensorType`, `productType`, `orbitNumber`, `cloudCover`, … */
	readonly properties: Readonly<Record<string, string | number>>;
}

/** Everything the catalogue keeps of a dataset that comes out of its files. */
export interface DatasetState extends Raster {
	readonly eoId: string;
	readonly begin: Instant;
	readonly end: Instant;
	readonly footprint: Footprint;
	readonly rangeType: string;
	readonly properties: Readonly<Record<string, string | number>>;
}

/** Random access to the bytes of one file; `lib/storage` provides them. */
export interface ByteSource {
	readonly name: string;
	/** Bytes. */
	readonly size: number;
	/** Base name of the folder it lies in, for products that are called like their folder; not everywhere known. */
	readonly folder?: string | undefined;
	/** Fewer than `length` bytes at the end of the file, none beyond it. */
	read(offset: number, length: number, options: { readonly signal: AbortSignal }): Promise<Uint8Array>;
	/**
	 * Another file, by its path relative to this one's folder: `scene.hdr`, `measurement/hh.tiff`; `./` before it is no
	 * matter. null: there is no such file. Asking costs at most one look at the storage, nothing is opened before it is read.
	 * A file that was asked for and is there belongs to the dataset from then on: a change of it changes the dataset.
	 * Only a dataset's data file has it, and not everywhere: without it a reader makes do with the one file.
	 * @throws RejectedError `unreadable` for an absolute path, one with `..`, `\\`, NUL, and paths that lead out of the folder.
	 */
	sibling?(path: string): Promise<ByteSource | null>;
	/** Paths of the files that were listed as belonging to it (a product's members), as `sibling` takes them; left out: none. */
	readonly listedWith?: readonly string[];
}

/** Where a raster lies, as far as a file beside it says (GDAL's `.aux.xml`). */
export interface Georeference {
	/** As `Raster.crs`; null: not given. */
	readonly crs: string | null;
	/**
	 * GDAL's six numbers: x of the outer corner of the upper left pixel, x per pixel, x per line, y of that corner, y per
	 * pixel, y per line (negative for north up).
	 */
	readonly geoTransform: readonly [number, number, number, number, number, number] | null;
	/** In `crs`; `[]`: none. */
	readonly gcps: readonly Gcp[];
	/** It counts before what the raster says itself, as GDAL's `.aux.xml` does; default: only where that says nothing. */
	readonly isFirst?: boolean;
}

export interface ReadOptions {
	/** IANA name of the zone of times that carry none. */
	readonly timeZone: string;
	readonly signal: AbortSignal;
	/** A gzipped archive can only be read from its beginning: so many of its bytes at most. Default: 64 MB. */
	readonly gzippedBytes?: number | undefined;
	/** For a raster without georeferencing of its own; the raster's own wins. */
	readonly georeference?: Georeference;
	/** The data file that a metadata file is about, for such that are about many. */
	readonly data?: Pick<ByteSource, "name" | "folder">;
}

/** A format of raster files. */
export interface RasterReader {
	readonly format: string;
	/** Decides by the first bytes (at least 16 unless the file is shorter), never by the name alone. */
	recognises(head: Uint8Array): boolean;
	/** For files without a signature, recognised by the files beside them; asked only when no reader knows the first bytes. */
	recognisesBeside?(source: ByteSource, options: { readonly signal: AbortSignal }): Promise<boolean>;
	/** @throws RejectedError for anything that is not a sound file of this format. */
	read(source: ByteSource, options: ReadOptions): Promise<{ readonly raster: Raster; readonly metadata: EoMetadata }>;
}

/** A format of metadata files. The first character decides the kind of the document, its root the format. */
export type MetadataReader = XmlMetadataReader | JsonMetadataReader | OdlMetadataReader;

export interface XmlMetadataReader {
	readonly format: string;
	readonly kind: "xml";
	/** By the root element's namespace and local name. */
	recognises(root: Pick<XmlElement, "namespace" | "name">): boolean;
	/** @throws RejectedError for anything that is not a sound document of this format. */
	read(root: XmlElement, options: Pick<ReadOptions, "timeZone">): EoMetadata;
}

export interface JsonMetadataReader {
	readonly format: string;
	readonly kind: "json";
	/** By the members of the document's object. */
	recognises(root: JsonObject): boolean;
	/** @throws RejectedError for anything that is not a sound document of this format. */
	read(root: JsonObject, options: Pick<ReadOptions, "timeZone" | "data">): EoMetadata;
}

/** ODL and other text of `KEY = VALUE` lines. */
export interface OdlMetadataReader {
	readonly format: string;
	readonly kind: "odl";
	/** By the names of the outermost groups and keys. */
	recognises(root: OdlGroup): boolean;
	/** @throws RejectedError for anything that is not a sound document of this format. */
	read(root: OdlGroup, options: Pick<ReadOptions, "timeZone">): EoMetadata;
}

/** What `JSON.parse` makes of an object, bounded in size and depth (`json.ts`); look at members with `Object.hasOwn`. */
export interface JsonObject {
	readonly [name: string]: JsonValue | undefined;
}
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A group of `KEY = VALUE` lines (`odl.ts`): texts without their quotation marks, groups by name, the first of each name. */
export interface OdlGroup {
	readonly [name: string]: string | OdlGroup | undefined;
}

/** A parsed XML document, bounded in size and depth (`xml.ts`). */
export interface XmlElement {
	readonly namespace: string;
	readonly name: string;
	/** By local name, and by `{namespace}name` for those that have a namespace. */
	readonly attributes: Readonly<Record<string, string>>;
	readonly children: readonly XmlElement[];
	/** The element's own text, all its runs joined. */
	readonly text: string;
}
