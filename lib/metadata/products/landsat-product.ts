import { RejectedError } from "#lib/errors.ts";
import { lookupTable } from "#lib/lookup-table.ts";
import {
	landsatMtlJson,
	landsatMtlText,
	landsatMtlXml,
	type Mtl,
	mtlGroups,
	mtlOfJson,
	mtlOfOdl,
	mtlOfXml,
	readMtl,
} from "#lib/metadata/documents/landsat-mtl.ts";
import type { Band, ByteSource, DataType } from "#lib/metadata/metadata.ts";
import { parseJsonObject } from "#lib/metadata/text/json.ts";
import { parseOdl } from "#lib/metadata/text/odl.ts";
import { parseXml, xmlRootName } from "#lib/metadata/text/xml.ts";
import { type ProductReader, requireMember } from "./product.ts";

/**
 * A Landsat scene by its `…_MTL.txt`, `.json` or `.xml` (source: see `landsat-mtl.ts`). The grid is that of the reflective
 * bands, read from the first of them; a band's type of samples comes from the MTL (Collection 2), else it is that of the first.
 * Every band that the MTL names must be there.
 */
export const landsatProduct: ProductReader = {
	format: "Landsat",
	manifestName: /_MTL\.(txt|json|xml)$/i,
	alone: "always",
	recognises: (head) => mtlSyntax(head) !== null,
	read: async (product, options) => {
		const mtl = parseMtl(product.manifest);
		const files: { readonly band: string; readonly member: ByteSource }[] = [];
		for (const band of bandKeys) {
			const name =
				mtl(`FILE_NAME_BAND_${band}`, mtlGroups.contents) ??
				mtl(`BAND${oldBands[band] ?? band}_FILE_NAME`, mtlGroups.contents);
			if (name !== null) files.push({ band, member: await requireMember(product, name) });
		}
		const reference = files.find(({ band }) => band !== panchromatic) ?? files[0];
		if (reference === undefined) throw new RejectedError("unreadable", "its MTL names no bands");
		const { raster } = await product.readRaster(reference.member, options);
		const [sample] = raster.bands;
		if (sample === undefined) throw new RejectedError("unreadable", `${reference.member.name} has no bands`);
		const bands = files.map(({ band }): Band => {
			const typeName = mtl(`DATA_TYPE_BAND_${band}`, mtlGroups.contents)?.toUpperCase() ?? "";
			return {
				...sample,
				name: /^\d/.test(band) ? `B${band}` : band,
				dataType: dataTypesByName[typeName] ?? sample.dataType,
			};
		});
		return { raster: { ...raster, bands }, metadata: readMtl(mtl) };
	},
};

/** As the MTL numbers them: Landsat 1 to 9, Level 2's surface temperature last. */
const bandKeys = ["1", "2", "3", "4", "5", "6", "6_VCID_1", "6_VCID_2", "7", "8", "9", "10", "11", "ST_B6", "ST_B10"];
/** Before 2012 the two gains of Landsat 7's band 6. */
const oldBands = lookupTable<string>({ "6_VCID_1": "61", "6_VCID_2": "62" });
const panchromatic = "8";

const dataTypesByName = lookupTable<DataType>({
	UINT8: "Byte",
	INT8: "Int8",
	UINT16: "UInt16",
	INT16: "Int16",
	UINT32: "UInt32",
	INT32: "Int32",
	FLOAT32: "Float32",
	FLOAT64: "Float64",
});

function mtlSyntax(head: Uint8Array): "text" | "json" | "xml" | null {
	const root = xmlRootName(head);
	if (root !== null) return landsatMtlXml.recognises({ namespace: "", name: root }) ? "xml" : null;
	const start = new TextDecoder("windows-1252").decode(head.subarray(0, 1024));
	if (/^\s*GROUP\s*=\s*(LANDSAT|L1)_METADATA_FILE\s/.test(start)) return "text";
	return /^\s*\{\s*"(LANDSAT|L1)_METADATA_FILE"\s*:/.test(start) ? "json" : null;
}

function parseMtl(bytes: Uint8Array): Mtl {
	switch (mtlSyntax(bytes)) {
		case "text": {
			const root = parseOdl(bytes);
			if (landsatMtlText.recognises(root)) return mtlOfOdl(root);
			break;
		}
		case "json": {
			const root = parseJsonObject(bytes);
			if (landsatMtlJson.recognises(root)) return mtlOfJson(root);
			break;
		}
		case "xml":
			return mtlOfXml(parseXml(bytes));
	}
	throw new RejectedError("invalid-metadata", "it is not a Landsat MTL file");
}
