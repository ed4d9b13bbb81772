import { BoundedBytes, malformed } from "#lib/metadata/bounded-bytes.ts";
import { placeByPam } from "#lib/metadata/geometry/affine-grid.ts";
import { noMetadata } from "#lib/metadata/images/image.ts";
import { placeBeside } from "#lib/metadata/images/place-beside.ts";
import type { Band, RasterReader } from "#lib/metadata/metadata.ts";
import { type Jp2Box, readBoxes } from "./boxes.ts";
import { readCodestream } from "./codestream.ts";
import { placeOfGeoJp2 } from "./geojp2.ts";
import { metadataOfGml, placeOfGml, readGml } from "./gmljp2.ts";

/**
 * JPEG 2000 (ISO/IEC 15444-1), as JP2 file or bare codestream. Its place comes from the first of these, as in GDAL: `.aux.xml`,
 * GeoJP2 (a GeoTIFF of one pixel in a UUID box), GMLJP2 (GML in an association box), world file and `.prj` beside it.
 */
export const jpeg2000: RasterReader = {
	format: "JPEG 2000",
	recognises: (head) => isFile(head) || isCodestream(head),
	async read(source, options) {
		const bytes = new BoundedBytes(source, options.signal, jpeg2000Bounds);
		const start = await bytes.view(0, 12, "the signature");
		const isBare = isCodestream(new Uint8Array(start.buffer, start.byteOffset, start.byteLength));
		const boxes = isBare ? [] : await readBoxes(bytes, 0, source.size);
		const stream = isBare ? { start: 0, length: source.size } : boxes.find(({ type }) => type === "jp2c");
		if (stream === undefined) throw malformed("JPEG 2000", "it has no codestream");
		const { size, dataTypes } = await readCodestream(bytes, stream.start, stream.length);
		const names = await colourNames(bytes, boxes, dataTypes.length);
		const bands = dataTypes.map(
			(dataType, index): Band => ({ name: names[index] ?? `B${index + 1}`, dataType, nodata: null }),
		);
		const gml = await readGml(bytes, boxes);
		const own =
			(await placeOfGeoJp2(source, { bytes, boxes, size, signal: options.signal })) ??
			(gml === null ? null : placeOfGml(gml, size));
		const place = placeByPam(own, size, options.georeference) ?? own ?? (await placeBeside(source, size, options));
		const metadata = (gml === null ? null : metadataOfGml(gml, options)) ?? noMetadata;
		return { raster: { size, ...place, bands }, metadata };
	},
};

export const jpeg2000Bounds = {
	format: "JPEG 2000",
	maxBytes: 8 * 1024 * 1024,
	blockLength: 16 * 1024,
	lookBehind: 0,
	maxBlocks: 8,
};

const fileSignature = [0, 0, 0, 12, 0x6a, 0x50, 0x20, 0x20, 0x0d, 0x0a, 0x87, 0x0a];
const codestreamSignature = [0xff, 0x4f, 0xff, 0x51];

function isFile(head: Uint8Array): boolean {
	return fileSignature.every((byte, index) => head[index] === byte);
}

function isCodestream(head: Uint8Array): boolean {
	return codestreamSignature.every((byte, index) => head[index] === byte);
}

/** Enumerated colour spaces whose three channels come out as red, green and blue: sRGB and sYCC. */
const rgbSpaces = [16, 18];

/** By `colr`, and `cdef` for alpha. */
async function colourNames(
	bytes: BoundedBytes,
	boxes: readonly Jp2Box[],
	components: number,
): Promise<readonly (string | undefined)[]> {
	const header = boxes.find(({ type }) => type === "jp2h");
	if (header === undefined) return [];
	const parts = await readBoxes(bytes, header.start, header.start + header.length);
	const colour = parts.find(({ type, length }) => type === "colr" && length >= 7);
	const view = colour === undefined ? null : await bytes.view(colour.start, 7, "the colour space");
	const isRgb = view?.getUint8(0) === 1 && rgbSpaces.includes(view.getUint32(3)) && components >= 3;
	const names: (string | undefined)[] = isRgb ? ["red", "green", "blue"] : [];
	const definition = parts.find(({ type }) => type === "cdef");
	if (definition === undefined || definition.length < 2) return names;
	const channels = await bytes.view(definition.start, Math.min(definition.length, 2 + 6 * components), "cdef");
	for (let at = 2; at + 6 <= channels.byteLength; at += 6) {
		const [channel, kind] = [channels.getUint16(at), channels.getUint16(at + 2)];
		if ((kind === 1 || kind === 2) && channel < components) names[channel] = "alpha";
	}
	return names;
}
