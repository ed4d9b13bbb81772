import { RejectedError } from "#lib/errors.ts";
import { gdalPam, georeferenceOfPam } from "#lib/metadata/documents/gdal-pam.ts";
import { type Grid, gridOfGeoreference } from "#lib/metadata/geometry/affine-grid.ts";
import { gcpsOfRpcs, type Rpcs } from "#lib/metadata/geometry/rpc.ts";
import { readFirst } from "#lib/metadata/head-source.ts";
import { type Band, dataTypes, type RasterReader, type XmlElement } from "#lib/metadata/metadata.ts";
import { parseXml, xmlLimits, xmlRootName } from "#lib/metadata/text/xml.ts";
import { elementsAt, textAt } from "#lib/metadata/text/xml-path.ts";
import { rpcsOfFields } from "./rpc-beside.ts";

const maxBands = 4096;
const maxSources = 2000;

/**
 * GDAL's virtual raster (source: `data/gdalvrt.xsd` of GDAL): its size, place and bands are its own. The files that it is made of must
 * lie in its folder or below, and be there; they are not opened.
 */
export const vrt: RasterReader = {
	format: "GDAL VRT",
	recognises: (head) => xmlRootName(head) === "VRTDataset",
	async read(source, options) {
		if (source.size > xmlLimits.bytes) throw new RejectedError("unreadable", `The VRT has ${source.size} bytes.`);
		const root = parseXml(await readFirst(source, xmlLimits.bytes, options));
		const size = [sideOf(root, "rasterXSize"), sideOf(root, "rasterYSize")] as const;
		const own = georeferenceOfPam(root);
		const grid = gridOfGeoreference(own, size) ?? gridOfGeoreference(options.georeference, size);
		const rpcs = grid === null ? rpcsOf(root) : null;
		const gcps = rpcs === null ? null : gcpsOfRpcs(rpcs, size);
		const crs = gcps === null ? (own.crs ?? options.georeference?.crs ?? null) : "EPSG:4326";
		if (crs === null)
			throw new RejectedError(
				"no-crs",
				"The VRT has no CRS that is supported. Assign an EPSG code (gdal_edit.py -a_srs EPSG:4326).",
			);
		const place: Grid | null = gcps === null ? grid : { kind: "referenceable", extent: null, gcps };
		if (place === null)
			throw new RejectedError(
				"no-crs",
				"The VRT has no GeoTransform, no GCPs and no RPCs, so nothing tells where it lies.",
			);
		const bands = bandsOf(root);
		const paths = [...new Set(sourcesOf(root))];
		if (paths.length > maxSources)
			throw new RejectedError(
				"unsupported",
				`The VRT has ${paths.length} sources, at most ${maxSources} are looked for.`,
			);
		for (const path of paths) {
			if (source.sibling !== undefined && (await source.sibling(path)) === null)
				throw new RejectedError("cut-off", `The VRT is not complete: its source ${path.slice(0, 200)} is missing.`);
		}
		return { raster: { size, crs, ...place, bands }, metadata: gdalPam.read(root, options) };
	},
};

/** In GDAL's metadata domain `RPC`. null: there are none that can be used. */
function rpcsOf(root: XmlElement): Rpcs | null {
	const domain = elementsAt(root, "Metadata").find(({ attributes }) => attributes.domain === "RPC");
	const items = domain?.children ?? [];
	return rpcsOfFields(new Map(items.map(({ attributes, text }) => [attributes.key ?? "", text.trim().split(/\s+/)])));
}

function sideOf({ attributes }: XmlElement, name: string): number {
	const text = attributes[name] ?? "";
	const side = /^\d{1,10}$/.test(text) ? Number(text) : 0;
	if (side < 1 || side >= 2 ** 31)
		throw new RejectedError("unreadable", `The VRT's ${name} is ${JSON.stringify(text.slice(0, 40))}.`);
	return side;
}

function bandsOf(root: XmlElement): readonly Band[] {
	const elements = elementsAt(root, "VRTRasterBand");
	if (elements.length === 0 || elements.length > maxBands)
		throw new RejectedError("unreadable", `The VRT has ${elements.length} bands; 1 to ${maxBands} are possible.`);
	const taken = new Set<string>();
	return elements.map((element, index) => {
		const told = element.attributes.dataType ?? "Byte";
		const dataType = dataTypes.find((one) => one === told);
		if (dataType === undefined)
			throw new RejectedError("unsupported", `The VRT has samples of type ${JSON.stringify(told.slice(0, 40))}.`);
		const wanted = textAt(element, "Description")?.slice(0, 200) ?? "";
		const name = wanted === "" || taken.has(wanted) ? `B${index + 1}` : wanted;
		taken.add(name);
		return { name, dataType, nodata: nodataOf(textAt(element, "NoDataValue|NodataValue")) };
	});
}

function nodataOf(text: string | null): Band["nodata"] {
	if (text === null) return null;
	if (/^-?nan$/i.test(text)) return "NaN";
	const infinite = /^([-+]?)inf(inity)?$/i.exec(text);
	if (infinite !== null) return infinite[1] === "-" ? "-Infinity" : "Infinity";
	return Number.isFinite(Number(text)) ? Number(text) : null;
}

/** Paths of its sources, wherever they stand: of bands, masks, overviews, and of a warped or pansharpened raster. */
function sourcesOf(element: XmlElement): readonly string[] {
	const own = element.children.flatMap(({ name, attributes, text }) => {
		const path = text.trim();
		if (!/^Source(Filename|Dataset)$/.test(name) || path === "") return [];
		if (attributes.relativeToVRT === "1" || attributes.relativetoVRT === "1") return [path];
		throw new RejectedError(
			"unsupported",
			`The VRT's source ${path.slice(0, 200)} is not told relative to it; build it again beside its sources (gdalbuildvrt).`,
		);
	});
	return [...own, ...element.children.flatMap(sourcesOf)];
}
