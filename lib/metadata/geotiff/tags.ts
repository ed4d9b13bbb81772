/** The TIFF tags that are read (TIFF 6.0, GeoTIFF 1.1, GDAL's own). */
export const tiffTags = {
	imageWidth: 256,
	imageLength: 257,
	bitsPerSample: 258,
	compression: 259,
	photometric: 262,
	stripOffsets: 273,
	samplesPerPixel: 277,
	rowsPerStrip: 278,
	stripByteCounts: 279,
	planarConfiguration: 284,
	dateTime: 306,
	tileWidth: 322,
	tileLength: 323,
	tileOffsets: 324,
	tileByteCounts: 325,
	extraSamples: 338,
	sampleFormat: 339,
	modelPixelScale: 33550,
	modelTiepoint: 33922,
	modelTransformation: 34264,
	geoKeyDirectory: 34735,
	geoDoubleParams: 34736,
	geoAsciiParams: 34737,
	gdalMetadata: 42112,
	gdalNodata: 42113,
	rpcCoefficients: 50844,
} as const;

type Reader = (view: DataView, offset: number, little: boolean) => number;

export interface FieldType {
	/** Bytes of one value. */
	readonly size: number;
	readonly read: Reader;
}

const uint8: FieldType = { size: 1, read: (view, at) => view.getUint8(at) };
const uint32: FieldType = { size: 4, read: (view, at, little) => view.getUint32(at, little) };
/** Beyond 2^53 the number is rounded, which does no harm: no file is that long. */
const uint64: FieldType = { size: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)) };

/** By the type number of a directory entry; values of other types are skipped, as TIFF 6.0 demands. */
export const fieldTypes: Readonly<Record<number, FieldType>> = {
	1: uint8,
	2: uint8, // ASCII
	3: { size: 2, read: (view, at, little) => view.getUint16(at, little) },
	4: uint32,
	5: { size: 8, read: (view, at, little) => view.getUint32(at, little) / view.getUint32(at + 4, little) },
	6: { size: 1, read: (view, at) => view.getInt8(at) },
	7: uint8, // undefined
	8: { size: 2, read: (view, at, little) => view.getInt16(at, little) },
	9: { size: 4, read: (view, at, little) => view.getInt32(at, little) },
	10: { size: 8, read: (view, at, little) => view.getInt32(at, little) / view.getInt32(at + 4, little) },
	11: { size: 4, read: (view, at, little) => view.getFloat32(at, little) },
	12: { size: 8, read: (view, at, little) => view.getFloat64(at, little) },
	13: uint32, // IFD
	16: uint64,
	17: { size: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
	18: uint64, // IFD of a BigTIFF
};
