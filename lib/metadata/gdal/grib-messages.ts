import { RejectedError } from "#lib/errors.ts";
import { BoundedBytes, cutOff, malformed } from "#lib/metadata/bounded-bytes.ts";
import type { ByteSource } from "#lib/metadata/metadata.ts";
import { missingInEdition1, missingInEdition2, signedMagnitude } from "./grib-missing.ts";

export const gribLimits = {
	messages: 4096,
	/** Of headers, read a kilobyte a message. */
	bytes: 24 * 1024 * 1024,
	/** Between messages, as GDAL looks for the next one. */
	gap: 1024,
} as const;

/** The messages of a GRIB without their data: of each field a message with all its headers and one value for all points. */
export interface GribHeaders {
	readonly bytes: Uint8Array;
	/** In their order; GDAL calls each a band. */
	readonly fields: readonly GribField[];
}

export interface GribField {
	readonly nodata: number | null;
	/** Seconds from the reference time to the beginning of an accumulation, mean or the like; null for an instant. */
	readonly begin: number | null;
	/** Whether its reference time is a date: climatologies have no year. GDAL is given one, as it refuses most that are none. */
	readonly isDated: boolean;
}

/**
 * Reads the headers of GRIB 1 and 2 (WMO, Manual on Codes, FM 92) and leaves out their data, which GDAL would read whole to open the file.
 * @throws RejectedError `cut-off`, `unreadable`; `unsupported` for more than 4,096 fields.
 */
export async function readGribHeaders(source: ByteSource, signal: AbortSignal): Promise<GribHeaders> {
	const bounds = { format: "GRIB", maxBytes: gribLimits.bytes, blockLength: 1024, lookBehind: 0, maxBlocks: 4 };
	const bytes = new BoundedBytes(source, signal, bounds);
	const parts: Uint8Array[] = [];
	const fields: GribField[] = [];
	for (let at = await nextMessage(bytes, 0); at !== null; ) {
		const edition = (await bytes.view(at, 8, "a message")).getUint8(7);
		if (edition !== 1 && edition !== 2) throw malformed("GRIB", `a message has the edition ${edition}`);
		const length =
			edition === 1
				? await readEdition1(bytes, at, { parts, fields })
				: await readEdition2(bytes, at, { parts, fields });
		if (fields.length > gribLimits.messages)
			throw new RejectedError(
				"unsupported",
				`The GRIB has more than ${gribLimits.messages} fields: split it (grib_copy "[dataDate].grib").`,
			);
		at = await nextMessage(bytes, at + length);
	}
	if (fields.length === 0) throw malformed("GRIB", "it has no fields");
	return { bytes: Buffer.concat(parts), fields };
}

interface Found {
	readonly parts: Uint8Array[];
	readonly fields: GribField[];
}

/** Where the next `GRIB` stands, within the gap that writers leave; null at the end of the file. */
async function nextMessage(bytes: BoundedBytes, from: number): Promise<number | null> {
	const length = Math.min(gribLimits.gap, bytes.size - from);
	if (length < 8) return null;
	const view = await bytes.view(from, length, "a message");
	const found = Buffer.from(view.buffer, view.byteOffset, view.byteLength).indexOf("GRIB", 0, "latin1");
	return found < 0 || from + found + 8 > bytes.size ? null : from + found;
}

async function copyOf(bytes: BoundedBytes, at: number, length: number, what: string): Promise<Uint8Array> {
	const view = await bytes.view(at, length, what);
	return Uint8Array.from(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
}

async function requireEnd(bytes: BoundedBytes, at: number, length: number): Promise<void> {
	if (at + length > bytes.size) throw cutOff("a message of the GRIB", { offset: at, length, size: bytes.size });
	const end = Buffer.from(await copyOf(bytes, at + length - 4, 4, "the end of a message")).toString("latin1");
	if (end !== "7777") throw malformed("GRIB", `its message at byte ${at} does not end as one`);
}

const maxSections = 5000;

/** Sections 0, 1 (2), 3, 4, 5, 6, 7, of which 2 to 7, 3 to 7 or 4 to 7 are repeated for further fields. */
async function readEdition2(bytes: BoundedBytes, start: number, { parts, fields }: Found): Promise<number> {
	const indicator = await copyOf(bytes, start, 16, "a message");
	const length = Number(new DataView(indicator.buffer).getBigUint64(8));
	if (!Number.isSafeInteger(length)) throw malformed("GRIB", "a message's length is too large");
	await requireEnd(bytes, start, length);
	const kept: Uint8Array[] = [];
	const before = fields.length;
	let points = 0;
	let packing: DataView = new DataView(new ArrayBuffer(0));
	let begin: number | null = null;
	let isDated = false;
	let count = 0;
	for (let at = start + 16; at < start + length - 4; ) {
		const head = await bytes.view(at, 5, "a section");
		const [sectionLength, number] = [head.getUint32(0), head.getUint8(4)];
		if (sectionLength < 5 || at + sectionLength > start + length - 4 || ++count > maxSections)
			throw malformed("GRIB", `its section at byte ${at} has ${sectionLength} bytes`);
		if (number === 1 || number === 3 || number === 4) {
			const section = await copyOf(bytes, at, sectionLength, "a section");
			if (number === 3 && section.length >= 14) points = new DataView(section.buffer).getUint32(6);
			if (number === 4) begin = beginOf(section);
			if (number === 1) {
				isDated = isDate((section[12] ?? 0) * 256 + (section[13] ?? 0), section.subarray(14, 18));
				if (!isDated && section.length >= 19) section.set([2000 >> 8, 2000 & 255, 1, 1, 0, 0, 0], 12);
			}
			kept.push(section);
		} else if (number === 5) {
			const view = await copyOf(bytes, at, Math.min(sectionLength, 27), "a section");
			packing = new DataView(view.buffer);
			kept.push(constantOf(points));
		} else if (number === 6) {
			const hasBitmap = (await bytes.view(at, 6, "a section")).getUint8(5) !== 255;
			fields.push({ nodata: missingInEdition2(packing, hasBitmap), begin, isDated });
			kept.push(Uint8Array.of(0, 0, 0, 6, 6, 255), Uint8Array.of(0, 0, 0, 5, 7));
		}
		at += sectionLength;
	}
	if (fields.length === before) throw malformed("GRIB", `its message at byte ${start} has no field`);
	const body = Buffer.concat(kept);
	new DataView(indicator.buffer).setBigUint64(8, BigInt(16 + body.length + 4));
	parts.push(indicator, body, Buffer.from("7777"));
	return length;
}

/** Templates 4.8 to 4.14 are about a time from the forecast's on. */
function beginOf(section: Uint8Array): number | null {
	if (section.length < 22) return null;
	const view = new DataView(section.buffer);
	const template = view.getUint16(7);
	return template >= 8 && template <= 14 ? inSeconds(view.getUint8(17), view.getInt32(18)) : null;
}

const noYear = 65_535;

/** @param rest month, day, hour and minute; 255 is what is missing */
function isDate(year: number, [month = 0, day = 0, hour = 255, minute = 255]: Uint8Array): boolean {
	return year !== noYear && month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 24 && minute <= 59;
}

/** Table 4 of edition 1 and table 4.4 of edition 2, as far as they agree. */
const secondsByUnit: Readonly<Record<number, number>> = {
	0: 60,
	1: 3600,
	2: 86_400,
	10: 3 * 3600,
	11: 6 * 3600,
	12: 12 * 3600,
};

function inSeconds(unit: number, count: number): number | null {
	const seconds = secondsByUnit[unit];
	return seconds === undefined ? null : seconds * count;
}

/** Section 5 by template 5.0: no bits for any point. */
function constantOf(points: number): Uint8Array {
	const section = new Uint8Array(21);
	const view = new DataView(section.buffer);
	view.setUint32(0, section.length);
	view.setUint8(4, 5);
	view.setUint32(5, points);
	return section;
}

const [hasGrid, hasBitmap] = [0x80, 0x40];

/** Sections 0, 1, 2, perhaps 3 (the bitmap), 4. */
async function readEdition1(bytes: BoundedBytes, start: number, { parts, fields }: Found): Promise<number> {
	const product = await sectionOf(bytes, start + 8);
	if (product.length < 28) throw malformed("GRIB", `its section at byte ${start + 8} has ${product.length} bytes`);
	const flag = product[7] ?? 0;
	if (!(flag & hasGrid))
		throw new RejectedError("unsupported", "The GRIB names its grid by a number and does not describe it.");
	const gridAt = start + 8 + product.length;
	const grid = await sectionOf(bytes, gridAt);
	let dataAt = gridAt + grid.length;
	if (flag & hasBitmap) dataAt += uint24(await bytes.view(dataAt, 3, "a section"));
	const length = lengthOf(await bytes.view(start + 4, 3, "a message"), await bytes.view(dataAt, 3, "a section"));
	await requireEnd(bytes, start, length);
	product[7] = hasGrid;
	const [unit = 255, first = 0, , range = 0] = product.subarray(17);
	const isInterval = range >= 2 && range <= 5;
	const scale = signedMagnitude(((product[26] ?? 0) << 8) | (product[27] ?? 0));
	const nodata = flag & hasBitmap ? await missingInEdition1(bytes, dataAt, scale) : null;
	const [yearOfCentury = 255] = product.subarray(12);
	const isDated = isDate(yearOfCentury > 100 ? noYear : yearOfCentury, product.subarray(13, 17));
	if (!isDated) product.set([100, 1, 1, 0, 0], 12);
	fields.push({ nodata, begin: isInterval ? inSeconds(unit, first) : null, isDated });
	const data = Uint8Array.of(0, 0, 12, 8, 0, 0, 0, 0, 0, 0, 0, 0);
	const total = 8 + product.length + grid.length + data.length + 4;
	const indicator = Buffer.from([71, 82, 73, 66, total >> 16, (total >> 8) & 255, total & 255, 1]);
	parts.push(indicator, product, grid, data, Buffer.from("7777"));
	return length;
}

/** Messages of more than 8 MB count in units of 120 bytes, less what the section of the data then tells (ECMWF). */
function lengthOf(told: DataView, data: DataView): number {
	const length = uint24(told);
	const rest = uint24(data);
	return length & 0x800000 && rest < 120 ? (length & 0x7fffff) * 120 - rest + 4 : length;
}

async function sectionOf(bytes: BoundedBytes, at: number): Promise<Uint8Array> {
	const length = uint24(await bytes.view(at, 3, "a section"));
	if (length < 3) throw malformed("GRIB", `its section at byte ${at} has ${length} bytes`);
	return copyOf(bytes, at, length, "a section");
}

function uint24(view: DataView): number {
	return (view.getUint16(0) << 8) | view.getUint8(2);
}
