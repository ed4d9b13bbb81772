import { createRequire } from "node:module";
import { dirname, relative } from "node:path";

/** What this program uses of GDAL as WebAssembly (the package gdal3.js). */
export interface GdalModule {
	ccall<Result>(
		name: string,
		result: "number" | "string" | null,
		types: readonly ("number" | "string")[],
		values: readonly (number | string)[],
	): Result;
	_malloc(bytes: number): number;
	_free(pointer: number): void;
	setValue(pointer: number, value: number, type: "i32"): void;
	getValue(pointer: number, type: "i32" | "double"): number;
	stringToUTF8(text: string, pointer: number, bytes: number): void;
	lengthBytesUTF8(text: string): number;
	readonly FS: {
		mkdir(path: string): void;
		unlink(path: string): void;
		createFile(folder: string, name: string, properties: object, canRead: boolean, canWrite: boolean): GdalNode;
		writeFile(path: string, bytes: Uint8Array): void;
		readFile(path: string): Uint8Array;
	};
}

/** A file in the module's memory, whose size and reads may be answered by others. */
export interface GdalNode {
	stream_ops: {
		read(stream: object, buffer: Uint8Array, offset: number, length: number, position: number): number;
	};
}

type Start = (options: {
	readonly path: string;
	readonly useWorker: false;
	readonly env: Readonly<Record<string, string>>;
	readonly errorHandler: () => void;
	readonly logHandler: () => void;
}) => Promise<{ readonly Module: GdalModule }>;

const wasmPage = 65_536;

/**
 * Loads and starts it, once for each thread: some 200 MB of memory and a second. It opens no file beside the one it is given, writes
 * nothing, and gets no more memory than `megabytes`.
 */
export async function startGdal(megabytes: number): Promise<GdalModule> {
	limitMemory(megabytes);
	const require = createRequire(import.meta.url);
	const start = require("gdal3.js/node.js") as Start;
	// Taken as relative to the working directory, whatever it looks like.
	const path = relative(process.cwd(), dirname(require.resolve("gdal3.js")));
	const quiet = () => undefined;
	const env = { GDAL_DISABLE_READDIR_ON_OPEN: "EMPTY_DIR", GDAL_PAM_ENABLED: "NO", GDAL_CACHEMAX: "64" };
	const { Module } = await start({ path, useWorker: false, env, errorHandler: quiet, logHandler: quiet });
	Module.FS.mkdir("/eosync");
	return Module;
}

/** The module asks JavaScript for memory, and reports to whoever wanted it that there is no more. */
export function limitMemory(megabytes: number): void {
	const grow = WebAssembly.Memory.prototype.grow;
	WebAssembly.Memory.prototype.grow = function (this: WebAssembly.Memory, pages: number) {
		if (this.buffer.byteLength + pages * wasmPage > megabytes * 1024 * 1024)
			throw new RangeError("it takes too much memory");
		return grow.call(this, pages);
	};
}

/** Calls with C strings, and lists of them, made for the time of the call. */
export function withTexts<Result>(gdal: GdalModule, texts: readonly string[], call: (list: number) => Result): Result {
	const pointers = texts.map((text) => {
		const bytes = gdal.lengthBytesUTF8(text) + 1;
		const pointer = gdal._malloc(bytes);
		gdal.stringToUTF8(text, pointer, bytes);
		return pointer;
	});
	const list = gdal._malloc(4 * (texts.length + 1));
	for (const [i, pointer] of [...pointers, 0].entries()) gdal.setValue(list + 4 * i, pointer, "i32");
	try {
		return call(list);
	} finally {
		for (const pointer of [...pointers, list]) gdal._free(pointer);
	}
}

/** What gdalinfo says of an open dataset, as JSON. */
export function infoOf(gdal: GdalModule, dataset: number): string {
	return withTexts(gdal, ["-json", "-nofl", "-noct", "-norat"], (list) => {
		const options = gdal.ccall<number>("GDALInfoOptionsNew", "number", ["number", "number"], [list, 0]);
		try {
			return gdal.ccall<string>("GDALInfo", "string", ["number", "number"], [dataset, options]);
		} finally {
			gdal.ccall("GDALInfoOptionsFree", null, ["number"], [options]);
		}
	});
}

/**
 * What `infoOf` tells of a dataset that lies on a grid in a CRS, as far as our readers use it, without the corners in degrees that gdalinfo
 * computes: for them PROJ's database is asked, which takes half of the time. null: it has no grid or no CRS.
 */
export function gridInfoOf(gdal: GdalModule, dataset: number): string | null {
	const number = (name: string, handle: number) => gdal.ccall<number>(name, "number", ["number"], [handle]);
	const wkt = gdal.ccall<string | null>("GDALGetProjectionRef", "string", ["number"], [dataset]);
	const geoTransform = numbersOf(gdal, 6, (pointer) =>
		gdal.ccall<number>("GDALGetGeoTransform", "number", ["number", "number"], [dataset, pointer]),
	);
	if (!wkt || geoTransform === null) return null;
	const bands = Array.from({ length: number("GDALGetRasterCount", dataset) }, (_, index) => {
		const band = gdal.ccall<number>("GDALGetRasterBand", "number", ["number", "number"], [dataset, index + 1]);
		return {
			type: typeNames[number("GDALGetRasterDataType", band)] ?? "unknown",
			description: gdal.ccall<string>("GDALGetDescription", "string", ["number"], [band]),
			noDataValue: noDataOf(gdal, band),
		};
	});
	const size = [number("GDALGetRasterXSize", dataset), number("GDALGetRasterYSize", dataset)];
	return JSON.stringify({ size, bands, geoTransform, coordinateSystem: { wkt } });
}

/** Of `GDALDataType`. */
const typeNames: Readonly<Record<number, string>> = {
	1: "Byte",
	2: "UInt16",
	3: "Int16",
	4: "UInt32",
	5: "Int32",
	6: "Float32",
	7: "Float64",
	8: "CInt16",
	9: "CInt32",
	10: "CFloat32",
	11: "CFloat64",
	12: "UInt64",
	13: "Int64",
	14: "Int8",
};

/** Doubles that a function writes; null: it says that it failed. */
function numbersOf(gdal: GdalModule, count: number, call: (pointer: number) => number): readonly number[] | null {
	const pointer = gdal._malloc(8 * count);
	try {
		if (call(pointer) !== 0) return null;
		return Array.from({ length: count }, (_, index) => gdal.getValue(pointer + 8 * index, "double"));
	} finally {
		gdal._free(pointer);
	}
}

/** As gdalinfo writes it. */
function noDataOf(gdal: GdalModule, band: number): number | string | null {
	const told = gdal._malloc(4);
	try {
		const value = gdal.ccall<number>("GDALGetRasterNoDataValue", "number", ["number", "number"], [band, told]);
		if (gdal.getValue(told, "i32") === 0) return null;
		return Number.isFinite(value) ? value : String(value);
	} finally {
		gdal._free(told);
	}
}
