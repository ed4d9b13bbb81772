import { RejectedError } from "#lib/errors.ts";
import { BoundedBytes, cutOff, malformed } from "#lib/metadata/bounded-bytes.ts";
import { noMetadata } from "#lib/metadata/images/image.ts";
import type { Band, DataType, RasterReader } from "#lib/metadata/metadata.ts";
import { envisatMetadata } from "./envisat.ts";
import { gcpsOfEnvisat } from "./gcps.ts";
import { type EnvisatDataSet, type EnvisatHeaders, integerOf, isEnvisat, readEnvisatHeaders } from "./headers.ts";

export const envisatBounds = {
	format: "Envisat product",
	maxBytes: 4 * 1024 * 1024,
	blockLength: 4 * 1024,
	lookBehind: 0,
	maxBlocks: 8,
};

/**
 * Envisat products (`.N1`) of MERIS level 1 and ASAR images: a band for each measurement data set whose records are as
 * long as those of the first, a line each; MERIS' flags are two, flags and detector index, as in GDAL.
 */
export const envisatN1: RasterReader = {
	format: "Envisat",
	recognises: isEnvisat,
	async read(source, { timeZone: _, signal }) {
		const bytes = new BoundedBytes(source, signal, envisatBounds);
		const headers = await readEnvisatHeaders(bytes);
		const sets = headers.dataSets.filter(
			({ type, records, recordLength }) => type === "M" && records > 0 && recordLength > 0,
		);
		const [main] = sets;
		if (main === undefined) throw new RejectedError("unsupported", "The Envisat product has no measurements.");
		const size = [integerOf(headers.textsByName, "SPH_LINE_LENGTH"), main.records] as const;
		if (size[0] < 1 || size[0] >= 2 ** 31 || size[1] >= 2 ** 31)
			throw malformed("Envisat product", `its size is ${size}`);
		for (const { name, offset, records, recordLength } of sets) {
			const length = records * recordLength;
			if (offset + length > source.size) throw cutOff(name, { offset, length, size: source.size });
		}
		const dataType = dataTypeOf(headers, main, size[0]);
		const bands = sets.filter(({ records }) => records === main.records).flatMap((set) => bandsOf(set, main, dataType));
		const gcps = await gcpsOfEnvisat(bytes, headers, size);
		const metadata = envisatMetadata(headers.textsByName) ?? noMetadata;
		return { raster: { kind: "referenceable", size, crs: "EPSG:4326", extent: null, gcps, bands }, metadata };
	},
};

function bandsOf({ name, recordLength }: EnvisatDataSet, main: EnvisatDataSet, dataType: DataType): readonly Band[] {
	if (recordLength === main.recordLength) return [{ name, dataType, nodata: null }];
	if (!name.includes("Flags")) return [];
	const index = name.slice(Math.max(0, name.indexOf("MDS")));
	return [
		{ name, dataType: "Byte", nodata: null },
		{ name: `Detector index ${index}`, dataType: "Int16", nodata: null },
	];
}

/** By the header's words; where it has none, by the bytes a line has for each pixel. */
function dataTypeOf({ textsByName }: EnvisatHeaders, { recordLength }: EnvisatDataSet, width: number): DataType {
	const isComplex = /^COMPLEX/i.test(textsByName.get("SPH_SAMPLE_TYPE") ?? "");
	const word = (textsByName.get("SPH_DATA_TYPE") ?? "").toUpperCase();
	if (word === "FLT32") return isComplex ? "CFloat32" : "Float32";
	if (word === "SWORD") return isComplex ? "CInt16" : "Int16";
	if (word === "UWORD") return "UInt16";
	return recordLength >= 2 * width ? "UInt16" : "Byte";
}
