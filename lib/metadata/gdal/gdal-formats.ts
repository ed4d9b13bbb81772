import { RejectedError } from "#lib/errors.ts";
import { cutOff } from "#lib/metadata/bounded-bytes.ts";
import { type PlacedGrid, placeByPam } from "#lib/metadata/geometry/affine-grid.ts";
import { gcpsOfRpcs, type Rpcs } from "#lib/metadata/geometry/rpc.ts";
import { noMetadata } from "#lib/metadata/images/image.ts";
import { crsOfPrj, placeBeside } from "#lib/metadata/images/place-beside.ts";
import { rpcsBeside } from "#lib/metadata/images/rpc-beside.ts";
import type { ByteSource, EoMetadata, RasterReader, ReadOptions } from "#lib/metadata/metadata.ts";
import { stemOf } from "#lib/paths.ts";
import { gdalThread } from "./ask-gdal.ts";
import { byGdal, type GdalInfo, parseGdalInfo, saysReader } from "./gdal-info.ts";
import { grib } from "./grib.ts";
import { checkHfaTree } from "./hfa-tree.ts";
import { metadataOfNitf, sizeOfNitf } from "./nitf.ts";

/** A format that GDAL reads for us. */
interface GdalFormat {
	readonly format: string;
	/** GDAL's driver, the only one that may open it. */
	readonly driver: string;
	readonly recognises: RasterReader["recognises"];
	/** The bytes that the file must have, by its header; without it, samples in the corners are read. */
	readonly sizeOf?: (head: Uint8Array) => number | null;
	/** Returns the names of files that hold its samples instead. @throws RejectedError for a file that is not whole. */
	readonly check?: (source: ByteSource, signal: AbortSignal) => Promise<readonly string[]>;
	readonly metadataOf?: (info: GdalInfo) => EoMetadata;
}

const ascii = new TextDecoder("latin1");
const startsWith = (text: string) => (head: Uint8Array) => ascii.decode(head.subarray(0, text.length)) === text;

/** None of their drivers needs a further file, and each file tells by its first bytes which it is. GRIB has a reader of its own. */
const formats: readonly GdalFormat[] = [
	{
		format: "NITF",
		driver: "NITF",
		recognises: (head) => /^(NITF0[12]\.\d\d|NSIF01\.00)/.test(ascii.decode(head.subarray(0, 9))),
		sizeOf: sizeOfNitf,
		metadataOf: metadataOfNitf,
	},
	{ format: "ERDAS Imagine", driver: "HFA", recognises: startsWith("EHFA_HEADER_TAG"), check: checkHfaTree },
	{
		format: "DTED",
		driver: "DTED",
		recognises: (head) => dtedLabel(head) !== null,
		sizeOf: (head) => sizeOfDted(head),
	},
	{
		format: "PCIDSK",
		driver: "PCIDSK",
		recognises: startsWith("PCIDSK"),
		// FH3, blocks of 512 bytes.
		sizeOf: (head) => Number(ascii.decode(head.subarray(16, 32))) * 512 || null,
	},
	{ format: "VTP .bt", driver: "BT", recognises: startsWith("binterr1.") },
	{ format: "Surfer 7 grid", driver: "GS7BG", recognises: startsWith("DSRB") },
	{ format: "Surfer binary grid", driver: "GSBG", recognises: startsWith("DSBB") },
	{
		format: "Raster Matrix Format",
		driver: "RMF",
		recognises: (head) => /^(RSW|MTW)\0/.test(ascii.decode(head.subarray(0, 4))),
	},
	{
		format: "BMP",
		driver: "BMP",
		// Its name, and a header of one of the sizes that there are.
		recognises: (head) =>
			startsWith("BM")(head) && [12, 40, 52, 56, 64, 108, 124].includes(head[14] ?? 0) && head[15] === 0,
	},
];

/** Readers of last resort: formats that no reader of our own knows, read by GDAL in a thread with limits. */
export const gdalReaders: readonly RasterReader[] = formats.map((one) => ({
	format: byGdal(one.format),
	recognises: one.recognises,
	read: (source, options) => readByGdal(one, source, options),
}));

/** The driver for a file of one of these formats, by its first bytes; null: it is of none. */
export function gdalDriver(head: Uint8Array): string | null {
	return formats.find(({ recognises }) => recognises(head))?.driver ?? (grib.recognises(head) ? "GRIB" : null);
}

async function readByGdal(one: GdalFormat, source: ByteSource, options: ReadOptions) {
	const { format, driver } = one;
	const needed = one.sizeOf?.(await source.read(0, Math.min(source.size, headLength), options)) ?? null;
	if (needed !== null && needed > source.size)
		throw cutOff(`the ${format}`, { offset: 0, length: needed, size: source.size });
	const externals = (await one.check?.(source, options.signal)) ?? [];
	for (const name of externals) await requireBeside(source, name);
	const gridOnly = gridOnlyDrivers.includes(driver);
	const probe = needed === null && externals.length === 0;
	const job = { extension: extensionOf(source.name), driver, probe, gridOnly };
	const info = parseGdalInfo(await gdalThread.ask(source, job, options.signal), format);
	if (info.hasSubdatasets)
		throw new RejectedError(
			"unsupported",
			`The ${format} holds several images, which would be one dataset each: convert it to a GeoTIFF per image (gdal_translate -sds).`,
		);
	return {
		raster: { size: info.size, bands: info.bands, ...(await placeOf(info, one, source, options)) },
		metadata: saysReader(one.metadataOf?.(info) ?? noMetadata, format),
	};
}

const headLength = 4096;

/** A file with the samples, which belongs to the dataset. */
async function requireBeside(source: ByteSource, name: string): Promise<void> {
	const beside = await source.sibling?.(name);
	if (source.sibling !== undefined && (beside === null || beside?.size === 0))
		throw new RejectedError(
			"cut-off",
			`it is not complete: its samples are in ${name.slice(0, 200)}, which is missing`,
		);
}

/** Their files have one raster each, and nothing but its grid is used. */
const gridOnlyDrivers = ["HFA", "DTED", "BT", "GS7BG", "GSBG", "RMF", "BMP"];

/** Of these GDAL takes what an `.aux.xml` says before what the file says itself. */
const driversWithPamFirst = ["HFA", "NITF"];

/** Its own place and CRS; what is missing may stand beside it. */
async function placeOf(
	{ grid, crs, size, rpcs }: GdalInfo,
	{ format, driver }: GdalFormat,
	source: ByteSource,
	options: ReadOptions,
) {
	const own = grid === null || crs === null ? null : { ...grid, crs };
	const told = driversWithPamFirst.includes(driver) ? placeByPam(own, size, options.georeference) : null;
	if (told !== null) return told;
	if (grid !== null) {
		const found = crs ?? options.georeference?.crs ?? (await crsOfPrj(source, options));
		if (found !== null) return { crs: found, ...grid };
		const remedy = `put ${stemOf(source.name)}.prj beside it`;
		throw new RejectedError("no-crs", `Nothing says in which CRS the ${format} is: ${remedy}.`);
	}
	const gcps = gcpsByRpcs(rpcs ?? (await rpcsBeside(source, options)), size);
	return gcps ?? (await placeBeside(source, size, options));
}

/** Where RPCs have it, as for a TIFF. null: there are none, or they give no place. */
function gcpsByRpcs(rpcs: Rpcs | null, size: GdalInfo["size"]): PlacedGrid | null {
	const gcps = rpcs === null ? null : gcpsOfRpcs(rpcs, size);
	return gcps === null ? null : { kind: "referenceable", crs: "EPSG:4326", extent: null, gcps };
}

/** As drivers want to see it; nothing that could be part of a path. */
function extensionOf(name: string): string {
	return /\.[A-Za-z0-9]{1,8}$/.exec(name)?.[0].toLowerCase() ?? "";
}

/** The user header label, behind up to two labels of a tape (MIL-PRF-89020B, 3.13). */
function dtedLabel(head: Uint8Array): Uint8Array | null {
	for (const at of [0, 80, 160]) {
		const label = head.subarray(at, at + 80);
		if (label.length === 80 && startsWith("UHL1")(label)) return label;
		if (!startsWith("VOL")(label) && !startsWith("HDR")(label)) return null;
	}
	return null;
}

/** Labels, then a record for each longitude: eight bytes, two for each height, four of checksum. */
function sizeOfDted(head: Uint8Array): number | null {
	const label = dtedLabel(head);
	if (label === null) return null;
	const number = (at: number) => Number(ascii.decode(label.subarray(at, at + 4)));
	const [columns, rows] = [number(47), number(51)];
	if (!Number.isInteger(columns) || !Number.isInteger(rows)) return null;
	return label.byteOffset - head.byteOffset + 80 + 648 + 2700 + columns * (12 + 2 * rows);
}
