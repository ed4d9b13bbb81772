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
