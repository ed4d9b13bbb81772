import { parentPort, workerData } from "node:worker_threads";
import { readBytes, type SharedBytes } from "#lib/thread-bytes.ts";
import { type GdalModule, gridInfoOf, infoOf, startGdal, withTexts } from "./gdal-module.ts";

/** What the thread is asked: what GDAL says of one file, or how it looks. */
export interface GdalJob {
	readonly shared: SharedBytes;
	/** Of the file's name, which some drivers look at: `.img`, or nothing. */
	readonly extension: string;
	/** The only one that may open it. */
	readonly driver: string;
	/** Whether the samples in the corners must be readable, where nothing else shows that a file is cut off. */
	readonly probe: boolean;
	/** Its metadata and files within it are of no interest: of what lies on a grid only that is told, in half of the time. */
	readonly gridOnly?: boolean;
	/** Asks for its pixels, instead of what GDAL says of it. */
	readonly pixels?: WantedPixels;
}

export interface WantedPixels {
	/** Pixels of the longer side at most. */
	readonly longest: number;
	/** From 0; the first one where the file lacks any of them. */
	readonly bands: readonly number[];
}

/** `info`: the JSON of gdalinfo; `tiff`: a small TIFF without compression. A thread whose job `failed` is in no state to be used again. */
export type GdalAnswer =
	| { readonly info: string }
	| { readonly tiff: Uint8Array }
	| { readonly refused: string }
	| { readonly failed: string };

const port = parentPort;
if (port === null) throw new Error("This file runs as a worker thread only.");
const toOwner = port;
const { megabytes } = workerData as { readonly megabytes: number };

const blockLength = 16 * 1024;
const maxBlocks = 64;
const maxBands = 4096;
/** Of GDALOpenEx: rasters only, and why one is refused. */
const flags = 0x02 | 0x40;

const gdal = await startGdal(megabytes);
port.on("message", (job: GdalJob) => port.postMessage(answer(job)));

function answer(job: GdalJob): GdalAnswer {
	const path = `/eosync/file${job.extension}`;
	try {
		placeFile(job, path);
		const answered = tellOf(job, path);
		gdal.FS.unlink(path);
		return answered;
	} catch (error) {
		// The module may have been left in the middle of anything.
		return { failed: error instanceof Error ? error.message : String(error) };
	}
}

/** An empty file of the module's, whose size and reads are answered by the owner, block by block. */
function placeFile({ shared }: GdalJob, path: string): void {
	const node = gdal.FS.createFile("/eosync", path.slice("/eosync/".length), {}, true, false);
	const blocks = new Map<number, Uint8Array>();
	const blockAt = (index: number): Uint8Array => {
		const known = blocks.get(index);
		if (known !== undefined) return known;
		const [bytes = new Uint8Array()] = readBytes(toOwner, shared, [
			{ offset: index * blockLength, length: blockLength },
		]);
		if (blocks.size >= maxBlocks) blocks.delete(blocks.keys().next().value ?? 0);
		blocks.set(index, bytes);
		return bytes;
	};
	Object.defineProperty(node, "usedBytes", { get: () => shared.size });
	node.stream_ops = {
		...node.stream_ops,
		read: (_stream, buffer, offset, length, position) => {
			const end = Math.min(position + length, shared.size);
			for (let at = position; at < end; ) {
				const block = blockAt(Math.floor(at / blockLength));
				const part = block.subarray(at % blockLength, Math.min(blockLength, (at % blockLength) + end - at));
				// The file became shorter.
				if (part.length === 0) return at - position;
				buffer.set(part, offset + at - position);
				at += part.length;
			}
			return Math.max(0, end - position);
		},
	};
}

function tellOf({ driver, probe, gridOnly, pixels }: GdalJob, path: string): GdalAnswer {
	gdal.ccall("CPLErrorReset", null, [], []);
	// What a NITF says of its image is enough, where the module cannot decode that (JPEG 2000).
	const decodes = pixels === undefined ? "NO" : "YES";
	gdal.ccall("CPLSetConfigOption", null, ["string", "string"], ["NITF_OPEN_UNDERLYING_DS", decodes]);
	const dataset = withTexts(gdal, [driver], (drivers) =>
		gdal.ccall<number>(
			"GDALOpenEx",
			"number",
			["string", "number", "number", "number", "number"],
			[path, flags, drivers, 0, 0],
		),
	);
	if (dataset === 0) return { refused: lastError(gdal) };
	try {
		const bands = gdal.ccall<number>("GDALGetRasterCount", "number", ["number"], [dataset]);
		if (bands > maxBands) return { refused: `it has ${bands} bands, at most ${maxBands} are read` };
		if (pixels !== undefined) return pixelsOf(dataset, bands, pixels);
		if (probe) {
			const unreadable = probeCorners(dataset, bands);
			if (unreadable !== null) return { refused: unreadable };
		}
		return { info: (gridOnly ? gridInfoOf(gdal, dataset) : null) ?? infoOf(gdal, dataset) };
	} finally {
		gdal.ccall("GDALClose", null, ["number"], [dataset]);
	}
}

function sizeOf(dataset: number): readonly [width: number, height: number] {
	const side = (name: string) => gdal.ccall<number>(name, "number", ["number"], [dataset]);
	return [side("GDALGetRasterXSize"), side("GDALGetRasterYSize")];
}

/** Every n-th pixel, from overviews where the file has some. */
function pixelsOf(dataset: number, count: number, { longest, bands }: WantedPixels): GdalAnswer {
	const [width, height] = sizeOf(dataset);
	const scale = Math.min(1, longest / Math.max(width, height));
	const size = [width, height].map((side) => String(Math.max(1, Math.round(side * scale))));
	const chosen = bands.every((band) => band < count) ? bands : [0];
	const options = ["-outsize", ...size, ...chosen.flatMap((band) => ["-b", String(band + 1)])];
	const made = translate(dataset, outPath, ["-of", "GTiff", "-co", "PROFILE=BASELINE", ...options]);
	if (made === 0) return { refused: lastError(gdal) };
	gdal.ccall("GDALClose", null, ["number"], [made]);
	const tiff = Uint8Array.from(gdal.FS.readFile(outPath));
	gdal.FS.unlink(outPath);
	return { tiff };
}

const outPath = "/eosync/out.tif";

/** Copies a dataset; returns the copy, or 0. */
function translate(dataset: number, path: string, options: readonly string[]): number {
	gdal.ccall("CPLErrorReset", null, [], []);
	return withTexts(gdal, options, (list) => {
		const given = gdal.ccall<number>("GDALTranslateOptionsNew", "number", ["number", "number"], [list, 0]);
		const types = ["string", "number", "number", "number"] as const;
		const made = gdal.ccall<number>("GDALTranslate", "number", types, [path, dataset, given, 0]);
		gdal.ccall("GDALTranslateOptionsFree", null, ["number"], [given]);
		return made;
	});
}

/** Copies the first and the last sample of the first and the last band into memory; what kept it from that, or null. */
function probeCorners(dataset: number, bands: number): string | null {
	const [width, height] = sizeOf(dataset);
	const corners = [
		[0, 0],
		[width - 1, height - 1],
	];
	for (const corner of corners) {
		const window = ["-srcwin", ...corner.map(String), "1", "1"];
		const chosen = [...new Set([1, bands])].flatMap((band) => ["-b", String(band)]);
		const copy = translate(dataset, "", ["-of", "MEM", ...window, ...chosen]);
		const isBad = copy === 0 || gdal.ccall<number>("CPLGetLastErrorType", "number", [], []) >= 3;
		if (copy !== 0) gdal.ccall("GDALClose", null, ["number"], [copy]);
		if (isBad) return `its samples cannot be read: ${lastError(gdal)}`;
	}
	return null;
}

function lastError(module: GdalModule): string {
	const message = module.ccall<string>("CPLGetLastErrorMsg", "string", [], []);
	return message === "" ? "it is not sound" : message;
}
