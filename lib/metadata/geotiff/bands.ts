import { RejectedError } from "#lib/errors.ts";
import type { Band, DataType } from "#lib/metadata/metadata.ts";
import type { TiffImage } from "./image.ts";

export interface BandTags {
	/** GDAL's band descriptions and colours; sample 0 is what GDAL calls band 1. */
	readonly namesBySample: ReadonlyMap<number, string>;
	/** The text of GDAL_NODATA; `""` if there is none. */
	readonly nodata: string;
}

/**
 * One band per sample. Its name is GDAL's band description or colour; without one `red`, `green`, `blue` and `alpha` where the
 * photometric interpretation says so, `B1`, `B2`, … else. A name that an earlier band has is replaced by `B…`.
 */
export function bandsOf(image: TiffImage, { namesBySample, nodata }: BandTags): readonly Band[] {
	const dataType = dataTypeOf(image);
	const value = nodataOf(nodata, dataType);
	const colours = colourNames(image);
	const taken = new Set<string>();
	return Array.from({ length: image.samplesPerPixel }, (_, sample) => {
		const wanted = namesBySample.get(sample)?.trim() || colours[sample];
		const name = wanted === undefined || taken.has(wanted) ? `B${sample + 1}` : wanted;
		taken.add(name);
		return { name, dataType, nodata: value };
	});
}

/** Samples of fewer bits than a type holds are widened as GDAL does: 1–8 unsigned bits are a Byte. */
function dataTypeOf({ bitsPerSample: bits, sampleFormat }: TiffImage): DataType {
	const widths = widthsByFormat[sampleFormat] ?? [];
	const found = widths.find(([from, to]) => bits >= from && bits <= to);
	if (found !== undefined) return found[2];
	const message = `Samples of ${bits} bits in sample format ${sampleFormat} are not supported.`;
	throw new RejectedError("unsupported", message);
}

type Width = readonly [from: number, to: number, dataType: DataType];

const unsigned: readonly Width[] = [
	[1, 8, "Byte"],
	[9, 16, "UInt16"],
	[17, 32, "UInt32"],
	[64, 64, "UInt64"],
];

const widthsByFormat: Readonly<Record<number, readonly Width[]>> = {
	1: unsigned,
	2: [
		[8, 8, "Int8"],
		[9, 16, "Int16"],
		// As GDAL.
		[17, 31, "UInt32"],
		[32, 32, "Int32"],
		[64, 64, "Int64"],
	],
	3: [
		[16, 16, "Float16"],
		[24, 32, "Float32"],
		[64, 64, "Float64"],
	],
	4: unsigned,
	5: [
		[32, 32, "CInt16"],
		[64, 64, "CInt32"],
	],
	6: [
		[64, 64, "CFloat32"],
		[128, 128, "CFloat64"],
	],
};

/** Photometric interpretations whose three colours come out as red, green and blue: RGB and YCbCr. */
const rgbInterpretations = [2, 6];
const alphaSamples = [1, 2];

function colourNames({ photometric, samplesPerPixel, extraSamples }: TiffImage): readonly (string | undefined)[] {
	if (!rgbInterpretations.includes(photometric) || samplesPerPixel < 3) return [];
	return ["red", "green", "blue", alphaSamples.includes(extraSamples[0] ?? 0) ? "alpha" : undefined];
}

/** Float32 nodata is often written with too few digits, beyond the largest number of its type. */
const largestFloat32 = 3.4028234663852886e38;

function nodataOf(text: string, dataType: DataType): Band["nodata"] {
	const told = text.trim().toLowerCase();
	// As Windows wrote it: 1.#QNAN, -1.#IND.
	if (/^[+-]?(nan|1\.#(qnan|snan|ind))/.test(told)) return "NaN";
	if (/^[+-]?(inf|1\.#inf)/.test(told)) return told.startsWith("-") ? "-Infinity" : "Infinity";
	// GDAL takes a comma for a point, and the number that the text begins with; what begins with none says nothing.
	const word = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?(?!x)/.exec(told.replace(",", "."))?.[0];
	if (word === undefined) return null;
	const value = Number(word);
	if (dataType === "UInt64" && value < 0 && Number.isSafeInteger(value)) return String(2n ** 64n + BigInt(value));
	if (!Number.isFinite(value)) return value < 0 ? "-Infinity" : "Infinity";
	if (/^[+-]?\d+$/.test(word) && !Number.isSafeInteger(value) && dataType.endsWith("Int64"))
		return String(BigInt(word));
	const isFloat32Limit = dataType.endsWith("Float32") && Math.abs(Math.abs(value) / largestFloat32 - 1) < 1e-6;
	return isFloat32Limit ? Math.sign(value) * largestFloat32 : value;
}
