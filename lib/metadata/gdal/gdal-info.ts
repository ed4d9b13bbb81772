import { RejectedError } from "#lib/errors.ts";
import { projectionOf } from "#lib/metadata/crs/crs.ts";
import { nameOfWkt } from "#lib/metadata/crs/wkt.ts";
import { crsOfWkt } from "#lib/metadata/crs/wkt-crs.ts";
import { type Grid, gridOfAffine } from "#lib/metadata/geometry/affine-grid.ts";
import type { Rpcs } from "#lib/metadata/geometry/rpc.ts";
import { rpcsOfFields } from "#lib/metadata/images/rpc-beside.ts";
import {
	type Band,
	dataTypes,
	type EoMetadata,
	type Gcp,
	type JsonObject,
	type JsonValue,
} from "#lib/metadata/metadata.ts";
import { asObject, member } from "#lib/metadata/text/json.ts";

/** As the reader calls itself, and as the property `nativeProductFormat` (EO-O&M) of its datasets says. */
export function byGdal(format: string): string {
	return `${format} (by GDAL)`;
}

export function saysReader(metadata: EoMetadata, format: string): EoMetadata {
	return { ...metadata, properties: { ...metadata.properties, nativeProductFormat: byGdal(format) } };
}

/** What gdalinfo tells of a file, as far as it is of use. */
export interface GdalInfo {
	readonly size: readonly [number, number];
	readonly bands: readonly Band[];
	/** null: the file tells none. */
	readonly crs: string | null;
	readonly grid: Grid | null;
	/** null: none that can be used. */
	readonly rpcs: Rpcs | null;
	readonly hasSubdatasets: boolean;
	/** GDAL's default domain. */
	readonly metadata: Readonly<Record<string, string>>;
	/** By band. */
	readonly bandMetadata: readonly Readonly<Record<string, string>>[];
}

/** @throws RejectedError `unreadable`, `unsupported`; `no-crs` for a place in a CRS that is not supported. */
export function parseGdalInfo(json: string, format: string): GdalInfo {
	return gdalInfoOf(parseGdalJson(json), format);
}

/** @throws RejectedError as `parseGdalInfo`. */
export function gdalInfoOf(root: JsonObject, format: string): GdalInfo {
	const [width, height] = numbersOf(member(root, "size"));
	if (width === undefined || height === undefined) throw new RejectedError("unreadable", `The ${format} has no size.`);
	const size = [width, height] as const;
	const list = listOf(member(root, "bands"));
	if (list.length === 0) throw new RejectedError("unsupported", `The ${format} has no raster bands.`);
	const domains = asObject(member(root, "metadata")) ?? {};
	return {
		size,
		bands: bandsOf(list, format),
		...placeOf(root, size, format),
		rpcs: rpcsOf(textsOf(member(domains, "RPC"))),
		hasSubdatasets: Object.hasOwn(domains, "SUBDATASETS"),
		metadata: textsOf(member(domains, "")),
		bandMetadata: list.map((band) => textsOf(member(asObject(member(band, "metadata")) ?? {}, ""))),
	};
}

/** @throws RejectedError `unreadable`. */
export function parseGdalJson(json: string): JsonObject {
	const text = json.toWellFormed();
	try {
		return asObject(JSON.parse(text) as JsonValue) ?? {};
	} catch {
		// GDAL writes what is no finite number as JavaScript names it, which JSON has no word for.
	}
	try {
		const quoted = text.replace(/([[:,]\s*)(-?(?:nan|inf(?:inity)?))(?=\s*[,\]}])/gi, '$1"$2"');
		return asObject(JSON.parse(quoted) as JsonValue) ?? {};
	} catch (cause) {
		throw new RejectedError("unreadable", "GDAL's answer about it is not sound.", { cause });
	}
}

function bandsOf(list: readonly JsonObject[], format: string): readonly Band[] {
	const taken = new Set<string>();
	return list.map((band, i) => {
		const told = String(member(band, "type"));
		const dataType = dataTypes.find((one) => one === told);
		if (dataType === undefined)
			throw new RejectedError("unsupported", `The ${format} has samples of type ${told.slice(0, 40)}.`);
		const wanted = textOf(member(band, "description")).slice(0, 200);
		const name = wanted === "" || taken.has(wanted) ? `B${i + 1}` : wanted;
		taken.add(name);
		return { name, dataType, nodata: nodataOf(member(band, "noDataValue")) };
	});
}

function nodataOf(value: JsonValue | undefined): Band["nodata"] {
	if (typeof value === "number") return value;
	if (typeof value !== "string") return null;
	if (/^-?nan$/i.test(value)) return "NaN";
	const infinite = /^(-?)inf(inity)?$/i.exec(value);
	return infinite === null ? null : infinite[1] === "-" ? "-Infinity" : "Infinity";
}

function placeOf(root: JsonObject, size: readonly [number, number], format: string): Pick<GdalInfo, "crs" | "grid"> {
	const affine = numbersOf(member(root, "geoTransform"));
	const [x, a, b, y, d, e] = affine;
	if (x !== undefined && a !== undefined && b !== undefined && y !== undefined && d !== undefined && e !== undefined)
		return { crs: crsOf(root, format), grid: gridOfAffine([x, a, b, y, d, e], size) };
	const gcps = asObject(member(root, "gcps")) ?? {};
	const list = listOf(member(gcps, "gcpList")).map((gcp): Gcp => {
		const [pixel = Number.NaN, line = Number.NaN, x = Number.NaN, y = Number.NaN, z = 0] = [
			"pixel",
			"line",
			"x",
			"y",
			"z",
		].map((name) => Number(member(gcp, name)));
		return { pixel, line, x, y, z: Number.isFinite(z) ? z : 0 };
	});
	if (list.length < minGcps) return { crs: crsOf(root, format), grid: null };
	if (list.some(({ pixel, line, x, y }) => ![pixel, line, x, y].every(Number.isFinite)))
		throw new RejectedError("unreadable", `The ${format}'s ground control points are not finite.`);
	return { crs: crsOf(gcps, format), grid: { kind: "referenceable", extent: null, gcps: list } };
}

/** Lists of coefficients with blanks between them. */
function rpcsOf(texts: Readonly<Record<string, string>>): Rpcs | null {
	return rpcsOfFields(new Map(Object.entries(texts).map(([name, text]) => [name, text.split(/\s+/)])));
}

const minGcps = 3;

function crsOf(holder: JsonObject, format: string): string | null {
	const wkt = textOf(member(asObject(member(holder, "coordinateSystem")) ?? {}, "wkt"));
	if (wkt === "" || /^(LOCAL_CS|ENGCRS|ENGINEERINGCRS)\b/.test(wkt)) return null;
	const crs = crsOfWkt(wkt);
	if (crs === null || projectionOf(crs) === null)
		throw new RejectedError(
			"no-crs",
			`The ${format} has the CRS ${nameOfWkt(wkt)}, which is not supported: warp it to one with an EPSG code (gdalwarp -t_srs EPSG:4326).`,
		);
	const metres = Number(/\+(?:a|R)=(\S+)/.exec(crs)?.[1] ?? Number.NaN);
	if (Math.abs(metres - earthRadius) > earthTolerance)
		throw new RejectedError("unsupported", `The ${format} lies on a body of ${metres} m, which is not Earth.`);
	return crs;
}

/** Metres. */
const earthRadius = 6_371_000;
const earthTolerance = 20_000;

function textOf(value: JsonValue | undefined): string {
	return typeof value === "string" ? value.trim() : "";
}

function textsOf(value: JsonValue | undefined): Readonly<Record<string, string>> {
	const fields = asObject(value) ?? {};
	return Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, textOf(text)]));
}

function listOf(value: JsonValue | undefined): readonly JsonObject[] {
	const list: readonly JsonValue[] = Array.isArray(value) ? value : [];
	return list.map(asObject).filter((one) => one !== null);
}

function numbersOf(value: JsonValue | undefined): readonly number[] {
	const numbers = Array.isArray(value) ? value.map(Number) : [];
	if (!numbers.every(Number.isFinite)) throw new RejectedError("unreadable", "Its georeferencing is not finite.");
	return numbers;
}
