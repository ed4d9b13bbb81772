import type { ByteSource, ReadOptions } from "#lib/metadata/metadata.ts";
import type { ArchiveEntry } from "#lib/metadata/products/archive-product.ts";
import { archiveReaders, isManifestName } from "#lib/metadata/products/product-readers.ts";
import { baseName } from "#lib/paths.ts";
import { isTooLarge, maxProductPicture, pictureFiles, pictureType } from "./picture-files.ts";
import type { Picture } from "./quicklook-cache.ts";

/** What a ZIP, tar or gzipped tar archive has to show. */
export interface ArchivePictures {
	/** The picture that the product in it brings; null: none. */
	readonly own: Picture | null;
	/** A raster of it; null: it has no TIFF. */
	readonly raster: ByteSource | null;
	readonly close: () => void;
}

/**
 * Opens an archive for its pictures; null: the file is none. A gzipped archive is read from its beginning until the picture has come.
 * @throws RejectedError for a malformed archive, or one that takes too much
 */
export async function archivePictures(
	file: ByteSource,
	head: Uint8Array,
	{ gzippedBytes, signal }: Pick<ReadOptions, "gzippedBytes" | "signal">,
): Promise<ArchivePictures | null> {
	const reader = archiveReaders.find(({ recognises }) => recognises(head));
	if (reader === undefined) return null;
	const archive = await reader.open(file, { gzippedBytes, signal, timeZone: "UTC" });
	try {
		const { entries, unread } = await archive.list((found) => firstPicture(found) !== null);
		const picture = firstPicture(entries);
		if (picture === null && unread !== null) throw unread;
		const own = picture === null ? null : await pictureOf(picture, signal);
		return { own, raster: rasterAmong(entries)?.open() ?? null, close: () => archive.close() };
	} catch (error) {
		archive.close();
		throw error;
	}
}

/** Beside the manifest nearest to the root, the best first. */
function firstPicture(entries: ReadonlyMap<string, ArchiveEntry>): ArchiveEntry | null {
	const manifests = [...entries.keys()].filter((path) => isManifestName(baseName(path))).sort(byDepth);
	for (const path of manifests.flatMap(pictureFiles)) {
		const entry = entries.get(path);
		if (entry !== undefined && entry.size > 0 && entry.size <= maxProductPicture) return entry;
	}
	return null;
}

function byDepth(a: string, b: string): number {
	return a.split("/").length - b.split("/").length || (a < b ? -1 : 1);
}

async function pictureOf(entry: ArchiveEntry, signal: AbortSignal): Promise<Picture | null> {
	const bytes = await entry.open().read(0, entry.size, { signal });
	const type = pictureType(bytes);
	return type === null || isTooLarge(bytes) ? null : { type, bytes };
}

/** Red light where files are one for each band (Landsat), as that shows most; else the first one. */
function rasterAmong(entries: ReadonlyMap<string, ArchiveEntry>): ArchiveEntry | undefined {
	const tiffs = [...entries.values()]
		.filter(({ path }) => /\.tiff?$/i.test(path))
		.sort((a, b) => byDepth(a.path, b.path));
	return tiffs.find(({ path }) => /_B0?4\.tiff?$/i.test(path)) ?? tiffs[0];
}
