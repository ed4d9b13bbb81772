import { RejectedError } from "#lib/errors.ts";
import { lookupTable } from "#lib/lookup-table.ts";
import { cutOff } from "#lib/metadata/bounded-bytes.ts";
import type { Band, ByteSource, DataType, EoMetadata, RasterReader } from "#lib/metadata/metadata.ts";
import { parseInstant } from "#lib/metadata/text/time.ts";
import { stemOf } from "#lib/paths.ts";
import {
	type EnviHeader,
	isEnviHeader,
	maxEnviHeaderBytes,
	parseEnviHeader,
	unsoundEnvi,
	wholeNumber,
	wordsOf,
} from "./envi-header.ts";
import { placeOfEnvi } from "./envi-place.ts";
import { placeBeside, textBeside } from "./place-beside.ts";

/**
 * ENVI: the data file holds nothing but samples and has no signature; it is known by the header beside it,
 * `scene.img.hdr` or `scene.hdr`, which begins with `ENVI`.
 */
export const envi: RasterReader = {
	format: "ENVI",
	recognises: (head) => isEnviHeader(String.fromCharCode(...head.subarray(0, 16))),
	recognisesBeside: async (source, options) => {
		const text = await headerText(source, options);
		return text !== null && isEnviHeader(text);
	},
	async read(source, options) {
		const text = await headerText(source, options);
		if (text === null) throw new RejectedError("unsupported", asHeader(source.name));
		const header = parseEnviHeader(text);
		const size = [wholeNumber(header, "samples", { min: 1 }), wholeNumber(header, "lines", { min: 1 })] as const;
		if (size[0] >= 2 ** 31 || size[1] >= 2 ** 31) throw unsoundEnvi(`its size is ${size[0]} × ${size[1]} pixels`);
		const { bands, bytes } = bandsOf(header);
		requireSamples(source, header, size[0] * size[1] * bytes * bands.length);
		const place = placeOfEnvi(header, size) ?? (await placeBeside(source, size, options));
		return { raster: { size, ...place, bands }, metadata: metadataOf(header, options.timeZone) };
	},
};

function asHeader(name: string): string {
	const remedy = `let the source include its data file (${stemOf(name)}, .img, .dat, .bsq …) instead`;
	return `${name} is an ENVI header, not the image, or has no ENVI header beside it: ${remedy}.`;
}

async function headerText(source: ByteSource, { signal }: { readonly signal: AbortSignal }): Promise<string | null> {
	for (const name of [`${source.name}.hdr`, `${stemOf(source.name)}.hdr`]) {
		if (name === source.name) continue;
		const text = await textBeside(source, name, { max: maxEnviHeaderBytes, signal });
		if (text !== null) return text;
	}
	return null;
}

const dataTypesByCode = lookupTable<readonly [DataType, bytes: number]>({
	1: ["Byte", 1],
	2: ["Int16", 2],
	3: ["Int32", 4],
	4: ["Float32", 4],
	5: ["Float64", 8],
	6: ["CFloat32", 8],
	9: ["CFloat64", 16],
	12: ["UInt16", 2],
	13: ["UInt32", 4],
	14: ["Int64", 8],
	15: ["UInt64", 8],
});

const maxBands = 4096;

function bandsOf(header: EnviHeader): { readonly bands: readonly Band[]; readonly bytes: number } {
	const count = wholeNumber(header, "bands", { min: 1, fallback: 1 });
	if (count > maxBands) throw unsoundEnvi(`it has ${count} bands, at most ${maxBands} are allowed`);
	const [dataType, bytes] = dataTypesByCode[header.get("data type") ?? ""] ?? [];
	if (dataType === undefined || bytes === undefined) {
		throw new RejectedError("unsupported", `ENVI has no data type "${String(header.get("data type")).slice(0, 20)}".`);
	}
	const nodata = Number(header.get("data ignore value") || Number.NaN);
	const names = wordsOf(header, "band names");
	const taken = new Set<string>();
	const bands = Array.from({ length: count }, (_, index): Band => {
		const wanted = names[index]?.slice(0, 200) || `B${index + 1}`;
		const name = taken.has(wanted) ? `B${index + 1}` : wanted;
		taken.add(name);
		return { name, dataType, nodata: Number.isFinite(nodata) ? nodata : null };
	});
	return { bands, bytes };
}

function requireSamples(source: ByteSource, header: EnviHeader, length: number): void {
	const isCompressed = header.get("file compression") === "1";
	const offset = wholeNumber(header, "header offset", { min: 0, fallback: 0 });
	if (isCompressed || offset + length <= source.size) return;
	throw cutOff("the image", { offset, length, size: source.size });
}

function metadataOf(header: EnviHeader, timeZone: string): EoMetadata {
	const told = header.get("acquisition time") ?? "";
	const begin = parseInstant(told, timeZone);
	const timeProblem = `its acquisition time ${JSON.stringify(told.slice(0, 60))} is not a time`;
	const texts = propertyKeys.flatMap(([key, property]) => {
		const text = header.get(key)?.slice(0, 1000) ?? "";
		return text === "" ? [] : [[property, String(Number(text)) === text ? Number(text) : text] as const];
	});
	const isUnread = begin === null && told !== "";
	return {
		eoId: null,
		begin,
		end: begin,
		...(isUnread && { timeProblem }),
		footprint: null,
		properties: Object.fromEntries(texts),
	};
}

const propertyKeys = [
	["sensor type", "instrument"],
	["cloud cover", "cloudCover"],
	["description", "description"],
] as const;
