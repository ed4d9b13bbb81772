import { RejectedError } from "#lib/errors.ts";
import type { Band, ByteSource, EoMetadata, RasterReader } from "#lib/metadata/metadata.ts";
import { instantOf } from "#lib/metadata/text/time.ts";
import { gdalThread } from "./ask-gdal.ts";
import { byGdal, type GdalInfo, parseGdalInfo, saysReader } from "./gdal-info.ts";
import { type GribField, gribLimits, readGribHeaders } from "./grib-messages.ts";

/**
 * GRIB 1 and 2: GDAL knows the grids and the tables of parameters; it is given the headers alone, so that a file costs about a kilobyte a
 * field. Each field is a band. The observation lasts from the first valid time to the last one, accumulations and means from their
 * beginning; the reference time of a forecast is a property.
 */
export const grib: RasterReader = {
	format: byGdal("GRIB"),
	recognises: (head) => gribAt(head) !== null,
	async read(source, { signal }) {
		const headers = await readGribHeaders(source, signal);
		const file: ByteSource = {
			name: source.name,
			size: headers.bytes.length,
			read: async (offset, length) => headers.bytes.subarray(offset, offset + length),
		};
		const job = { extension: ".grb", driver: "GRIB", probe: false };
		const info = parseGdalInfo(await gdalThread.ask(file, job, signal), "GRIB");
		const { crs, grid, size } = info;
		if (crs === null || grid === null)
			throw new RejectedError("no-crs", "GDAL does not know where the GRIB lies: its grid is not supported.");
		if (info.bands.length !== headers.fields.length)
			throw new RejectedError(
				"unsupported",
				`GDAL reads ${info.bands.length} of the ${headers.fields.length} fields of the GRIB.`,
			);
		const bands = bandsOf(info, headers.fields);
		return { raster: { size, crs, bands, ...grid }, metadata: saysReader(metadataOf(info, headers.fields), "GRIB") };
	},
};

/** Bulletins have a heading before it. */
function gribAt(head: Uint8Array): number | null {
	const found = Buffer.from(head.subarray(0, gribLimits.gap)).indexOf("GRIB", 0, "latin1");
	const edition = head[found + 7];
	return found >= 0 && (edition === 1 || edition === 2) ? found : null;
}

/** `TMP 2-HTGL`: the parameter and its level; fields of several times have one name, and a number. */
function bandsOf(info: GdalInfo, fields: readonly GribField[]): readonly Band[] {
	const taken = new Set<string>();
	return info.bands.map((band, i) => {
		const { GRIB_ELEMENT: element = "", GRIB_SHORT_NAME: level = "" } = info.bandMetadata[i] ?? {};
		const wanted = `${element} ${level}`.trim().slice(0, 200);
		const name = wanted === "" || taken.has(wanted) ? `B${i + 1}` : wanted;
		taken.add(name);
		return { ...band, name, nodata: fields[i]?.nodata ?? null };
	});
}

function metadataOf({ bandMetadata }: GdalInfo, fields: readonly GribField[]): EoMetadata {
	const times = bandMetadata.flatMap(({ GRIB_REF_TIME, GRIB_VALID_TIME, GRIB_IDS = "" }, i) => {
		if (unknownTime.test(GRIB_IDS) || !fields[i]?.isDated) return [];
		const [reference, valid] = [secondsOf(GRIB_REF_TIME), secondsOf(GRIB_VALID_TIME)];
		if (reference === undefined || valid === undefined) return [];
		const ahead = fields[i]?.begin ?? null;
		return [{ reference, valid, begin: ahead === null ? valid : Math.min(valid, reference + ahead) }];
	});
	const least = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
	const most = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
	const instant = (seconds: number) => instantOf(seconds * 1000);
	const reference = instant(least(times.map((one) => one.reference)));
	return {
		eoId: null,
		begin: instant(least(times.map(({ begin }) => begin))),
		end: instant(most(times.map(({ valid }) => valid))),
		...(times.length === 0 &&
			fields.some(({ isDated }) => !isDated) && {
				timeProblem: "its reference time is no date: a part of it is missing",
			}),
		footprint: null,
		properties: reference === null ? {} : { resultTime: reference },
	};
}

/** What GDAL writes when it was given no time: the epoch of Unix, and that the product is unknown. */
const unknownTime = /REF_TIME=1970-01-01T00:00:00Z PROD_STATUS=255\b/;

/** `  1155718800 sec UTC`, `1155718800`, `21600 sec`. */
function secondsOf(text: string | undefined): number | undefined {
	const digits = /^-?\d+/.exec(text?.trim() ?? "")?.[0];
	return digits === undefined ? undefined : Number(digits);
}
