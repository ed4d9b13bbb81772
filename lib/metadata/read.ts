import { RejectedError } from "#lib/errors.ts";
import { projectionOf } from "#lib/metadata/crs/crs.ts";
import { gdalPam, georeferenceOfPam } from "#lib/metadata/documents/gdal-pam.ts";
import { metadataReaders } from "#lib/metadata/documents/metadata-readers.ts";
import { footprintOfRaster } from "#lib/metadata/geometry/raster-footprint.ts";
import { readMetadataDocument, readXmlDocument } from "#lib/metadata/text/metadata-document.ts";
import { parseInstant } from "#lib/metadata/text/time.ts";
import { isEoId, maxEoIdLength, toNcName } from "./eo-id.ts";
import { compileFileNamePattern } from "./file-name-matcher.ts";
import { readHead } from "./head-source.ts";
import type { ByteSource, DatasetState, EoMetadata, Instant, Raster, ReadOptions } from "./metadata.ts";
import { derivedRangeType, readRangeTypeName } from "./range-type.ts";
import { rasterReaderOf } from "./raster-readers.ts";

export interface ReadRule {
	/** The source's range type, for files without one in a `.conf`. */
	readonly rangeType: string | null;
	/** The mosaic's range type, which wins over everything; null for a dataset series. */
	readonly mosaicRangeType: string | null;
	/** Regular expression with the named groups `begin`, `end`, `id`. */
	readonly fileName: string | null;
	/** IANA name of the zone of times that carry none. */
	readonly timeZone: string;
}

export interface DatasetFiles {
	readonly data: ByteSource;
	/** In the order of the source's metadata rule: the first that says something of a field wins. */
	readonly metadata: readonly ByteSource[];
	/** `{stem}.conf`, then `__default__.conf`, those that exist. */
	readonly conf: readonly ByteSource[];
	/** GDAL's `.aux.xml` of the data file, where there is one. */
	readonly pam?: ByteSource | undefined;
}

/**
 * Everything the catalogue keeps of one dataset, by rules 2, 7 to 9 of the sync.
 * @throws RejectedError with a message for an operator; StorageError from the sources; UsageError for a bad rule.
 */
export async function readDataset(
	files: DatasetFiles,
	rule: ReadRule,
	{ signal }: { readonly signal: AbortSignal },
): Promise<DatasetState> {
	const options = { timeZone: rule.timeZone, signal };
	const pam = await readPam(files.pam, options);
	const { raster, metadata: tags } = await readRaster(files.data, { ...options, ...pam?.place });
	const documents: EoMetadata[] = [];
	for (const source of files.metadata)
		documents.push(await withFileName(source, () => readMetadataDocument(source, metadataReaders, options)));
	const name = fileNameMetadata(files.data.name, rule);
	const descriptions = [...documents, ...(pam ? [pam.metadata] : []), tags, name];
	return {
		...raster,
		eoId: eoIdOf(descriptions, files.data),
		...timesOf(descriptions, files.data),
		footprint: footprintOf(descriptions, raster, files.data),
		rangeType:
			rule.mosaicRangeType ??
			(await confRangeType(files.conf, signal)) ??
			rule.rangeType ??
			derivedRangeType(raster.bands),
		properties: Object.assign({}, ...[...descriptions].reverse().map(({ properties }) => properties)),
	};
}

/** Reads what GDAL keeps beside a raster; it wins over the raster's own tags, as in GDAL. */
async function readPam(pam: ByteSource | undefined, options: ReadOptions) {
	// An empty one says nothing.
	if (pam === undefined || pam.size === 0) return null;
	return withFileName(pam, async () => {
		const root = await readXmlDocument(pam, options);
		if (!gdalPam.recognises(root)) return null;
		return { metadata: gdalPam.read(root, options), place: { georeference: georeferenceOfPam(root) } };
	});
}

async function readRaster(file: ByteSource, options: ReadOptions) {
	const { head, source } = await readHead(file, options);
	const reader = await rasterReaderOf(head, source, options);
	return withFileName(source, () => reader.read(source, options));
}

/** Adds the file's name to messages: readers only know bytes. */
async function withFileName<T>(source: ByteSource, read: () => Promise<T>): Promise<T> {
	try {
		return await read();
	} catch (error) {
		if (!(error instanceof RejectedError) || error.message.includes(source.name)) throw error;
		throw new RejectedError(error.code, `${source.name}: ${error.message}`, { cause: error });
	}
}

function fileNameMetadata(fileName: string, rule: ReadRule): EoMetadata {
	const parts = rule.fileName === null ? null : compileFileNamePattern(rule.fileName)(fileName);
	const instant = (text: string | null | undefined) => (text ? parseInstant(text, rule.timeZone) : null);
	return {
		eoId: parts?.id ?? null,
		begin: instant(parts?.begin),
		end: instant(parts?.end),
		footprint: null,
		properties: {},
	};
}

function eoIdOf(descriptions: readonly EoMetadata[], { name }: ByteSource): string {
	const given = firstOf(descriptions, "eoId");
	if (given === null) return toNcName(stemOf(name));
	if (isEoId(given)) return given;
	const rule = `an EO ID is an NCName (letters, digits, "_", "-", ".", no digit first) of at most ${maxEoIdLength} characters`;
	throw new RejectedError("invalid-eo-id", `${name}: its EO ID "${given.slice(0, 300)}" cannot be used: ${rule}`);
}

function stemOf(name: string): string {
	return name.replace(/(?<=.)\.[^.]*$/, "");
}

/** The end is never taken from a less trusted source than the begin: the date of a header could end an observation anywhere. */
function timesOf(
	descriptions: readonly EoMetadata[],
	{ name }: ByteSource,
): { readonly begin: Instant; readonly end: Instant } {
	const source = descriptions.findIndex(({ begin }) => begin !== null);
	const begin = descriptions[source]?.begin ?? null;
	if (begin === null) {
		const remedy = "give it a metadata file or the source a fileName pattern";
		throw new RejectedError(
			"no-time",
			`${name}: neither metadata, TIFF tags nor file name give its begin time; ${remedy}`,
		);
	}
	const end = firstOf(descriptions.slice(0, source + 1), "end") ?? begin;
	if (Date.parse(begin) > Date.parse(end)) {
		throw new RejectedError("invalid-metadata", `${name}: it begins at ${begin}, after its end at ${end}`);
	}
	return { begin, end };
}

function footprintOf(descriptions: readonly EoMetadata[], raster: Raster, { name }: ByteSource) {
	const footprint = firstOf(descriptions, "footprint") ?? footprintOfRaster(raster);
	if (footprint !== null) return footprint;
	const reason =
		raster.gcps?.length === 0
			? "nothing says where it lies; give it a metadata file with a footprint"
			: projectionOf(raster.crs) === null
				? `its CRS ${raster.crs.slice(0, 200)} is not known, so its footprint cannot be computed; give it a metadata file with one`
				: `no metadata file gives its footprint, and its extent ${raster.extent?.join(", ") ?? "by GCPs"} is not on Earth in ${raster.crs.slice(0, 200)}`;
	throw new RejectedError("no-footprint", `${name}: ${reason}`);
}

function firstOf<Field extends "eoId" | "end" | "footprint">(
	descriptions: readonly EoMetadata[],
	field: Field,
): EoMetadata[Field] | null {
	return descriptions.find((description) => description[field] !== null)?.[field] ?? null;
}

async function confRangeType(confs: readonly ByteSource[], signal: AbortSignal): Promise<string | null> {
	for (const conf of confs) {
		const name = await readRangeTypeName(conf, { signal });
		if (name !== null) return name;
	}
	return null;
}
