import { RejectedError } from "#lib/errors.ts";
import { BoundedBytes, cutOff, malformed } from "#lib/metadata/bounded-bytes.ts";
import { gridOfAffine } from "#lib/metadata/geometry/affine-grid.ts";
import type { Band, Instant, RasterReader } from "#lib/metadata/metadata.ts";
import { instantOf } from "#lib/metadata/text/time.ts";

export const seviriBounds = {
	format: "MSG native image",
	maxBytes: 1024 * 1024,
	blockLength: 8 * 1024,
	lookBehind: 0,
	maxBlocks: 8,
};

const ascii = new TextDecoder("latin1");

/**
 * Images of SEVIRI on Meteosat Second Generation in EUMETSAT's native format (`.nat`, level 1.5): the eleven channels of the visible and
 * infrared, on the grid of their selected rectangle; HRV by itself, where it is the only channel. Source: "MSG Level 1.5 Native Format File
 * Definition", EUM/FG/15/HLS/PDR; "MSG Level 1.5 Image Data Format Description", EUM/MSG/ICD/105.
 */
export const seviriNative: RasterReader = {
	format: "MSG native (SEVIRI)",
	recognises: (head) => /^FormatName\s*:\s*NATIVE/.test(ascii.decode(head.subarray(0, 60))),
	async read(source, { signal }) {
		const bytes = new BoundedBytes(source, signal, seviriBounds);
		const told = headersIn(ascii.decode(await bytes.view(0, headerLength, "the header")));
		const whole = numberAt(told, "TotalFileSize");
		if (whole > source.size) throw cutOff("the MSG native image", { offset: 0, length: whole, size: source.size });
		const at = headerLength + packetLength;
		const [acquired, described, earth] = [
			await bytes.view(at + places.acquisition, 30, "the times"),
			await bytes.view(at + places.description, 39, "the grid"),
			await bytes.view(at + places.earthModel, 17, "the figure of the Earth"),
		];
		const satellite = (await bytes.view(at + 1, 2, "the satellite")).getUint16(0);
		const selected = channels.filter((_, index) => told.get("SelectedBandIDs")?.[index] === "X");
		const isFine = selected.length === 1 && selected[0] === "HRV";
		const bands = selected
			.filter((name) => isFine || name !== "HRV")
			.map((name): Band => ({ name, dataType: "UInt16", nodata: null }));
		if (bands.length === 0) throw malformed("MSG native image", "it names no channel");
		return {
			raster: { bands, ...placeOf(told, { described, earth, finer: isFine ? 3 : 1 }) },
			metadata: {
				eoId: null,
				begin: timeAt(acquired, 0),
				end: timeAt(acquired, 10),
				footprint: null,
				properties: {
					...(platforms[satellite] !== undefined && { platform: platforms[satellite] }),
					instrument: "SEVIRI",
				},
			},
		};
	},
};

/** Names of 30 characters with values of 50; in the middle a list of the file's parts. */
const headerLength = 25 * 80 + 27 * 62 + 18 * 80;
/** The packet that the header of the image is in. */
const packetLength = 38;
/** Offsets from the version number that the image's header begins with. */
const places = { acquisition: 60_135, description: 386_893, earthModel: 408_145 };

const channels = [
	...["VIS006", "VIS008", "IR_016", "IR_039", "WV_062", "WV_073", "IR_087", "IR_097", "IR_108", "IR_120", "IR_134"],
	"HRV",
];
const platforms: Readonly<Record<number, string>> = {
	321: "Meteosat-8",
	322: "Meteosat-9",
	323: "Meteosat-10",
	324: "Meteosat-11",
};

function headersIn(text: string): ReadonlyMap<string, string> {
	const found = new Map<string, string>();
	for (const [, name = "", value = ""] of text.matchAll(/(\w+) *: ?([^\n\0]{0,48})/g))
		if (!found.has(name)) found.set(name, value.trim());
	return found;
}

function numberAt(told: ReadonlyMap<string, string>, name: string): number {
	const text = told.get(name) ?? "";
	if (!/^\d{1,15}$/.test(text)) throw malformed("MSG native image", `its ${name} is ${JSON.stringify(text)}`);
	return Number(text);
}

interface Records {
	readonly described: DataView;
	readonly earth: DataView;
	/** Pixels of the image along each side of a pixel of the rectangle's grid. */
	readonly finer: number;
}

/** Lines are counted from the south and columns from the east, from 1 on; the middle of the disk is between two. */
function placeOf(told: ReadonlyMap<string, string>, { described, earth, finer }: Records) {
	const longitude = described.getFloat32(1);
	const [lines, columns] = [described.getInt32(5), described.getInt32(9)];
	const [lineStep, columnStep] = [described.getFloat32(13) * 1000, described.getFloat32(17) * 1000];
	const model = earth.getUint8(0);
	const [equatorial, polar] = [earth.getFloat64(1) * 1000, earth.getFloat64(9) * 1000];
	const isSound =
		Math.abs(longitude) <= 180 &&
		[lines, columns].every((count) => count > 0 && count < 100_000) &&
		[lineStep, columnStep].every((step) => step > 100 && step < 100_000) &&
		[equatorial, polar].every((radius) => radius > 6.3e6 && radius < 6.4e6);
	if (!isSound) throw malformed("MSG native image", "its description of the image makes no sense");
	const sides = ["South", "North", "East", "West"] as const;
	const [south, north, east, west] = sides.map((side) =>
		numberAt(told, `${side}${side === "South" || side === "North" ? "Line" : "Column"}SelectedRectangle`),
	) as [number, number, number, number];
	if (!(south >= 1 && north > south && north <= lines && east >= 1 && west > east && west <= columns))
		throw malformed("MSG native image", `its rectangle is from line ${south} to ${north}, column ${east} to ${west}`);
	// Until December 2017 images were half a pixel to the north-west.
	const shift = model === 1 ? 0.5 : 0;
	const left = (columns / 2 - west - 0.5 + shift) * columnStep;
	const top = (north - lines / 2 + 0.5 - shift) * lineStep;
	const size = [(west - east + 1) * finer, (north - south + 1) * finer] as const;
	const [lon, a, b] = [longitude, equatorial, polar].map((number) => Number(number.toPrecision(10)));
	const crs = `+proj=geos +lon_0=${lon} +h=${altitude} +x_0=0 +y_0=0 +a=${a} +b=${b} +sweep=y +units=m +no_defs`;
	return { size, crs, ...gridOfAffine([left, columnStep / finer, 0, top, 0, -lineStep / finer], size) };
}

/** Metres above the equator. */
const altitude = 35_785_831;

const millisecondsPerDay = 86_400_000;
const epoch = Date.UTC(1958, 0, 1);

/** CDS: days since 1958, milliseconds, microseconds, nanoseconds. @throws RejectedError `invalid-metadata` */
function timeAt(view: DataView, offset: number): Instant {
	const [day, milliseconds] = [view.getUint16(offset), view.getUint32(offset + 2)];
	const time =
		day === 0 || milliseconds > millisecondsPerDay ? null : instantOf(epoch + day * millisecondsPerDay + milliseconds);
	if (time === null)
		throw new RejectedError("invalid-metadata", `its time of scanning (day ${day}, ${milliseconds} ms) is not a time`);
	return time;
}
