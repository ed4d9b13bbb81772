import { RejectedError } from "#lib/errors.ts";
import { isOfOtherBody, projectionOf } from "#lib/metadata/crs/crs.ts";
import { gdalPam, georeferenceOfPam, rejectArcGisPoints } from "#lib/metadata/documents/gdal-pam.ts";
import { metadataReaders } from "#lib/metadata/documents/metadata-readers.ts";
import { footprintOfRaster, isBelowSquareMetre } from "#lib/metadata/geometry/raster-footprint.ts";
import { readMetadataDocument, readXmlDocument } from "#lib/metadata/text/metadata-document.ts";
import { parseNamedTime } from "#lib/metadata/text/named-time.ts";
import { stemOf } from "#lib/paths.ts";
import { isEoId, maxEoIdLength, toNcName } from "./eo-id.ts";
import { compileFileNamePattern } from "./file-name-matcher.ts";
import { readHead } from "./head-source.ts";
import type { ByteSource, DatasetState, EoMetadata, Instant, NamedPeriod, Raster, ReadOptions } from "./metadata.ts";
import { noteOfDatum, noteOfPlace, placeNoteName } from "./place-note.ts";
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

/** Where a dataset's EO ID, times or footprint come from. */
export interface Origin {
	/** `statistics`: GDAL's `.aux.xml`; `raster`: the data file itself, or the product whose manifest it is. */
	readonly kind: "metadata" | "statistics" | "raster" | "file name";
	/** Base name. */
	readonly file: string;
	/** As its reader calls it; null for a name. */
	readonly format: string | null;
}

/** What the files of one dataset say, before the rules choose among it. */
export interface DatasetDescriptions {
	/** The raster's, as its reader calls it. */
	readonly format: string;
	readonly raster: Raster;
	/** The most trusted first. */
	readonly descriptions: readonly Description[];
}

interface Description {
	readonly origin: Origin;
	readonly metadata: EoMetadata;
	/** Of a file's name: it gives a day, month or year, and the end is its last millisecond; null: it gives an instant. */
	readonly wholePeriod?: NamedPeriod | null;
}

/**
 * Everything the catalogue keeps of one dataset, by rules 2, 7 to 9 of the sync.
 * @throws RejectedError with a message for an operator; StorageError from the sources; UsageError for a bad rule.
 */
export async function readDataset(
	files: DatasetFiles,
	rule: ReadRule,
	{ signal, gzippedBytes }: Pick<ReadOptions, "signal" | "gzippedBytes">,
): Promise<DatasetState> {
	const { raster, descriptions } = await describeDataset(files, rule, { signal, gzippedBytes });
	const { told: _, ...chosen } = chooseAmong({ raster, descriptions }, files.data);
	return {
		...raster,
		...chosen,
		rangeType:
			rule.mosaicRangeType ??
			(await confRangeType(files.conf, signal)) ??
			rule.rangeType ??
			derivedRangeType(raster.bands),
	};
}

/** @throws as `readDataset`, but for times and footprints that nothing tells. */
export async function describeDataset(
	files: DatasetFiles,
	rule: Pick<ReadRule, "fileName" | "timeZone">,
	{ signal, gzippedBytes }: Pick<ReadOptions, "signal" | "gzippedBytes">,
): Promise<DatasetDescriptions> {
	const options = { timeZone: rule.timeZone, signal, gzippedBytes };
	const pam = await readPam(files.pam, options);
	const { format, raster, metadata: tags } = await readRaster(files.data, { ...options, ...pam?.place });
	const descriptions: Description[] = [];
	for (const source of files.metadata) {
		const document = await withFileName(source, () =>
			readMetadataDocument(source, metadataReaders, { ...options, data: files.data }),
		);
		descriptions.push({
			origin: { kind: "metadata", file: source.name, format: document.format },
			metadata: document.metadata,
		});
	}
	const file = files.data.name;
	if (files.pam && pam)
		descriptions.push({
			origin: { kind: "statistics", file: files.pam.name, format: gdalPam.format },
			metadata: pam.metadata,
		});
	descriptions.push(
		{ origin: { kind: "raster", file, format }, metadata: tags },
		{ origin: { kind: "file name", file, format: null }, ...fileNameMetadata(file, rule) },
	);
	return { format, raster, descriptions };
}

/** Rule 9: what of it counts, and what told it. @throws RejectedError */
export function chooseAmong(
	{ raster, descriptions }: Pick<DatasetDescriptions, "raster" | "descriptions">,
	data: Pick<ByteSource, "name">,
) {
	const said = descriptions.map(({ metadata }) => metadata);
	const eoId = eoIdOf(said, data);
	const { begin, end, beginFrom, endFrom } = timesOf(said, data);
	const footprint = footprintOf(said, raster, data);
	const originOf = (index: number, otherwise: Origin["kind"]) =>
		(descriptions[index] ?? descriptions.find(({ origin }) => origin.kind === otherwise))?.origin;
	const indexOf = (field: "eoId" | "footprint") => said.findIndex((one) => one[field] !== null);
	const { [placeNoteName]: _, ...properties }: EoMetadata["properties"] = Object.assign(
		{},
		...said.toReversed().map((one) => one.properties),
	);
	const teller = descriptions[indexOf("footprint")]?.origin.file;
	const note = teller === undefined ? noteOfDatum(raster) : noteOfPlace(footprint, raster, teller);
	return {
		eoId,
		begin,
		end,
		footprint,
		properties: note === null ? properties : { ...properties, [placeNoteName]: note },
		told: {
			eoId: originOf(indexOf("eoId"), "file name"),
			begin: originOf(beginFrom, "file name"),
			end: originOf(endFrom, "file name"),
			footprint: originOf(indexOf("footprint"), "raster"),
		},
	};
}

/** Reads what GDAL keeps beside a raster; it wins over the raster's own tags, as in GDAL. */
async function readPam(pam: ByteSource | undefined, options: ReadOptions) {
	// An empty one says nothing.
	if (pam === undefined || pam.size === 0) return null;
	return withFileName(pam, async () => {
		const root = await readXmlDocument(pam, options);
		rejectArcGisPoints(root);
		if (!gdalPam.recognises(root)) return null;
		return {
			metadata: gdalPam.read(root, options),
			place: { georeference: { ...georeferenceOfPam(root), isFirst: true } },
		};
	});
}

async function readRaster(file: ByteSource, options: ReadOptions) {
	if (file.size === 0) throw new RejectedError("unreadable", `${file.name} is empty`);
	const { head, source } = await readHead(file, options);
	const reader = await rasterReaderOf(head, source, options);
	return { format: reader.format, ...(await withFileName(source, () => reader.read(source, options))) };
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

/** A day, month or year alone is all of it: it ends with its last millisecond, unless the name gives an end of its own. */
function fileNameMetadata(fileName: string, rule: Pick<ReadRule, "fileName" | "timeZone">) {
	const parts = rule.fileName === null ? null : compileFileNamePattern(rule.fileName)(fileName);
	const named = (text: string | null | undefined) => (text ? parseNamedTime(text, rule.timeZone) : null);
	const [begin, end] = [named(parts?.begin), named(parts?.end)];
	const metadata: EoMetadata = {
		eoId: parts?.id ?? null,
		begin: begin?.first ?? null,
		end: end?.last ?? (begin?.period ? begin.last : null),
		footprint: null,
		properties: {},
	};
	return { metadata, wholePeriod: (end ?? begin)?.period ?? null };
}

function eoIdOf(descriptions: readonly EoMetadata[], { name }: Pick<ByteSource, "name">): string {
	const given = firstOf(descriptions, "eoId");
	if (given === null) return toNcName(stemOf(name));
	if (isEoId(given)) return given;
	const rule = `an EO ID is an NCName (letters, digits, "_", "-", ".", no digit first) of at most ${maxEoIdLength} characters`;
	throw new RejectedError("invalid-eo-id", `${name}: its EO ID "${given.slice(0, 300)}" cannot be used: ${rule}`);
}

/** The end is never taken from a less trusted source than the begin: the date of a header could end an observation anywhere. */
function timesOf(
	descriptions: readonly EoMetadata[],
	{ name }: Pick<ByteSource, "name">,
): { readonly begin: Instant; readonly end: Instant; readonly beginFrom: number; readonly endFrom: number } {
	const source = descriptions.findIndex(({ begin }) => begin !== null);
	const begin = descriptions[source]?.begin ?? null;
	if (begin === null) {
		const problem = descriptions.find(({ timeProblem }) => timeProblem !== undefined)?.timeProblem;
		const reason = problem ?? "neither metadata, TIFF tags nor file name give its begin time";
		const remedy = `${problem === undefined ? "" : "or "}give it a metadata file or the source a fileName pattern`;
		throw new RejectedError("no-time", `${name}: ${reason}; ${remedy}`);
	}
	const endFrom = descriptions.slice(0, source + 1).findIndex(({ end }) => end !== null);
	const end = descriptions[endFrom]?.end ?? begin;
	if (Date.parse(begin) > Date.parse(end)) {
		throw new RejectedError("invalid-metadata", `${name}: it begins at ${begin}, after its end at ${end}`);
	}
	return { begin, end, beginFrom: source, endFrom: endFrom < 0 ? source : endFrom };
}

function footprintOf(descriptions: readonly EoMetadata[], raster: Raster, { name }: Pick<ByteSource, "name">) {
	const footprint = firstOf(descriptions, "footprint") ?? footprintOfRaster(raster);
	if (footprint !== null) return footprint;
	const extent = raster.extent?.join(", ") ?? "by GCPs";
	const reason =
		raster.gcps?.length === 0
			? "nothing says where it lies; give it a metadata file with a footprint"
			: isOfOtherBody(raster.crs)
				? `its CRS ${raster.crs.slice(0, 200)} is that of another body than the Earth; assign the right one, or give it a metadata file with a footprint`
				: projectionOf(raster.crs) === null
					? `its CRS ${raster.crs.slice(0, 200)} is not known, so its footprint cannot be computed; give it a metadata file with one`
					: isBelowSquareMetre(raster)
						? `no metadata file gives its footprint, and its extent ${extent} in ${raster.crs.slice(0, 200)} covers less than a square metre, too little for one`
						: `no metadata file gives its footprint, and its extent ${extent} is not on Earth in ${raster.crs.slice(0, 200)}, or reaches beyond what that projection shows`;
	throw new RejectedError("no-footprint", `${name}: ${reason}`);
}

function firstOf<Field extends "eoId" | "footprint">(
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
