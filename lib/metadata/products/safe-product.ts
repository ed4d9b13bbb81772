import { RejectedError } from "#lib/errors.ts";
import { readSafeManifest } from "#lib/metadata/documents/safe-manifest.ts";
import { toNcName } from "#lib/metadata/eo-id.ts";
import type { Band, XmlElement } from "#lib/metadata/metadata.ts";
import { parseXml, xmlRootName } from "#lib/metadata/text/xml.ts";
import { elementsAt } from "#lib/metadata/text/xml-path.ts";
import { type ProductReader, requireMember } from "./product.ts";
import { readSentinel2Product, sentinel2Manifest } from "./sentinel2-product.ts";

/**
 * A SAFE folder by its `manifest.safe` (source: see `safe-manifest.ts`). Sentinel-1: the grid and the type of samples are
 * those of the first measurement file, the bands one per measurement file, named by polarisation and, where a product has
 * several (SLC), swath; every measurement and annotation must be there with the size that the manifest gives; previews and support files may be
 * missing, as distributors leave them out. Of Sentinel-2 the manifest only names
 * the product's own metadata, which are read instead. The EO ID is the folder's name without `.SAFE`.
 */
export const safeProduct: ProductReader = {
	format: "SAFE",
	manifestName: /^manifest\.safe$/i,
	alone: "as a rule",
	recognises: (head) => xmlRootName(head) === "XFDU",
	read: async (product, options) => {
		const manifest = parseXml(product.manifest);
		const files = filesOf(manifest);
		const sentinel2 = files.find(({ path }) => sentinel2Manifest.test(path));
		if (sentinel2 !== undefined) return readSentinel2Product(product, sentinel2.path, options);
		const measurements = files.filter(({ path }) => /(^|\/)measurement\/[^/]+\.tiff?$/i.test(path));
		const [first] = measurements;
		const metadata = readSafeManifest(manifest);
		if (first === undefined) {
			const platform = metadata.properties.platform ?? "unknown platform";
			throw new RejectedError("unsupported", `no reader for a SAFE product of ${platform} without measurement TIFFs`);
		}
		for (const { path, size } of files) {
			if (isEssential(path)) await requireMember(product, path, size);
			else await product.also(path);
		}
		const { raster } = await product.readRaster(await requireMember(product, first.path), options);
		const [sample] = raster.bands;
		if (sample === undefined) throw new RejectedError("unreadable", `${first.path} has no bands`);
		const bands = bandNames(measurements.map(({ path }) => path)).map((name): Band => ({ ...sample, name }));
		const eoId = product.folder === undefined ? null : toNcName(product.folder.replace(/\.SAFE$/i, ""));
		return { raster: { ...raster, bands }, metadata: { ...metadata, eoId } };
	},
};

/** What the product is: its samples and what is needed to understand them. */
function isEssential(path: string): boolean {
	return /(^|\/)measurement\/|(^|\/)annotation\/[^/]+$/i.test(path);
}

export interface SafeFile {
	/** As other parts of the manifest call it. */
	readonly id: string;
	readonly path: string;
	/** Bytes; null: not given. */
	readonly size: number | null;
}

/** More are in no product: a wave mode product has some 400. */
const maxFiles = 2000;

/** All that a manifest names. @throws RejectedError `unreadable`. */
export function filesOf(manifest: XmlElement): readonly SafeFile[] {
	const objects = elementsAt(manifest, "dataObjectSection/dataObject");
	if (objects.length > maxFiles)
		throw new RejectedError("unreadable", `its manifest names more than ${maxFiles} files`);
	return objects.flatMap((object) =>
		elementsAt(object, "byteStream").flatMap((stream) => {
			const path = elementsAt(stream, "fileLocation")[0]?.attributes.href?.replace(/^\.\//, "");
			const size = stream.attributes.size ?? "";
			const id = object.attributes.ID ?? "";
			return path === undefined ? [] : [{ id, path, size: /^\d{1,15}$/.test(size) ? Number(size) : null }];
		}),
	);
}

/** `s1a-iw1-slc-vv-20141003t…-001.tiff` is VV of IW1. */
function bandNames(paths: readonly string[]): readonly string[] {
	const parts = paths.map((path) =>
		path
			.slice(path.lastIndexOf("/") + 1)
			.toUpperCase()
			.split("-"),
	);
	const polarisations = new Set(parts.map(([, , , polarisation]) => polarisation));
	const isOneSwath = polarisations.size === parts.length;
	return parts.map(([name = "", swath, , polarisation, ...rest], i) => {
		if (polarisation === undefined) return name.replace(/\.TIFF?$/, "");
		if (isOneSwath) return polarisation;
		const number = (rest.at(-1) ?? `${i + 1}`).replace(/\.TIFF?$/, "");
		const isWave = swath?.startsWith("WV");
		return isWave ? `${swath}_${polarisation}_${number}` : `${swath}_${polarisation}`;
	});
}
