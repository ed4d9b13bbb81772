import { RejectedError } from "#lib/errors.ts";
import { readFirst } from "#lib/metadata/head-source.ts";
import type { RasterReader } from "#lib/metadata/metadata.ts";
import { xmlLimits } from "#lib/metadata/text/xml.ts";
import { alosProduct } from "./alos-product.ts";
import { type ArchiveReader, archiveProduct } from "./archive-product.ts";
import { beamDimapProduct } from "./beam-dimap-product.ts";
import { dimapProduct } from "./dimap-product.ts";
import { landsatProduct } from "./landsat-product.ts";
import { maxarProduct } from "./maxar-product.ts";
import { memberReader, type Product, type ProductReader } from "./product.ts";
import { radarsat2Product } from "./radarsat2-product.ts";
import { safeProduct } from "./safe-product.ts";
import { sentinel2Product } from "./sentinel2-product.ts";
import { sentinel2Tile } from "./sentinel2-tile.ts";
import { sentinel3Product } from "./sentinel3-product.ts";
import { tarArchive } from "./tar-archive.ts";
import { tarGzArchive } from "./tar-gz-archive.ts";
import { terraSarXProduct } from "./terrasar-x-product.ts";
import { zipArchive } from "./zip-archive.ts";

/** Every format of products; Sentinel-2 before SAFE, as its products have both manifests, and Sentinel-3, whose manifest is alike. */
const formats: readonly ProductReader[] = [
	sentinel2Product,
	sentinel3Product,
	safeProduct,
	landsatProduct,
	beamDimapProduct,
	dimapProduct,
	sentinel2Tile,
	maxarProduct,
	terraSarXProduct,
	radarsat2Product,
	alosProduct,
];

/** Every format of archives that products are packed in. */
export const archiveReaders: readonly ArchiveReader[] = [zipArchive, tarArchive, tarGzArchive];

/** Whether a file of that base name may be the manifest of a product. */
export function isManifestName(name: string): boolean {
	return formats.some(({ manifestName }) => manifestName.test(name));
}

/** Readers of products of several files in a folder, by their manifest. @param rasterReaders those of their members */
export function folderProducts(rasterReaders: readonly RasterReader[]): readonly RasterReader[] {
	const readRaster = memberReader(rasterReaders);
	return formats.map((format) => folderProduct(format, readRaster));
}

/** The same of such in an archive. */
export function archivedProducts(rasterReaders: readonly RasterReader[]): readonly RasterReader[] {
	const readRaster = memberReader(rasterReaders);
	return archiveReaders.map((archive) => archiveProduct(archive, formats, readRaster));
}

function folderProduct(reader: ProductReader, readRaster: Product["readRaster"]): RasterReader {
	return {
		format: reader.format,
		recognises: (head) => reader.recognises(head),
		async read(source, options) {
			if (source.size > xmlLimits.bytes)
				throw new RejectedError("unreadable", `it has ${source.size} bytes, too many for a manifest`);
			const manifest = await readFirst(source, xmlLimits.bytes, options);
			const member = async (path: string) => (await source.sibling?.(path)) ?? null;
			const also = async (path: string) => void (await member(path));
			return reader.read({ name: source.name, manifest, folder: source.folder, member, also, readRaster }, options);
		},
	};
}
