import { baseName, folderOf } from "#lib/paths.ts";
import { joinPath, normalisePath } from "#lib/storage/path.ts";
import { dimapScene, isSafeManifest, maxarScene } from "#lib/sync/match/product-names.ts";

/** Bytes of the largest picture of a product that is shown. */
export const maxProductPicture = 4 * 1024 * 1024;

/**
 * Where a product's own picture may lie, the best first: paths in the storage, given that of its data file. USGS names Landsat's
 * after the product, ESA keeps Sentinel's in `preview/` or beside the manifest, Airbus and Maxar name theirs after the scene; others follow the
 * data file's name.
 */
export function pictureFiles(dataFile: string): readonly string[] {
	const folder = folderOf(dataFile);
	const name = baseName(dataFile);
	const stem = name.replace(/\.[^.]*$/, "");
	const landsat = /^(L[A-Z]\d{2}_.+)_MTL\.(?:txt|xml|json)$/.exec(name)?.[1];
	if (landsat !== undefined) return below(folder, [`${landsat}_thumb_large.jpeg`, `${landsat}_thumb_small.jpeg`]);
	if (name === "xfdumanifest.xml") return below(folder, ["quicklook.jpg", "browse.jpg"]);
	if (isSafeManifest(name)) {
		const product = baseName(folder).replace(/\.SAFE$/i, "");
		// Until December 2016: S2A_OPER_MTD_SAFL1C_….xml has S2A_OPER_BWI_MSIL1C_….png.
		const browse = /^(S2[A-D]_(?:OPER|USER)_)MTD_SAF(L.*)\.xml$/.exec(name);
		if (browse !== null) return below(folder, [`${browse[1]}BWI_MSI${browse[2]}.png`]);
		return below(folder, [...(name === "manifest.safe" ? ["preview/quick-look.png"] : []), `${product}-ql.jpg`]);
	}
	if (name.toUpperCase() === "METADATA.DIM") return below(folder, ["PREVIEW.JPG", "ICON.JPG"]);
	const dimap = dimapScene(name);
	if (dimap !== null) return below(folder, [`PREVIEW${dimap}.JPG`, `ICON${dimap}.JPG`]);
	const maxar = maxarScene(name);
	if (maxar !== null) return below(folder, [`${maxar}-BROWSE.JPG`]);
	return below(folder, [
		`${stem}_thumb.jpg`,
		`${stem}_browse.jpg`,
		`${stem}_ql.jpg`,
		`${stem}-ql.jpg`,
		`${stem}_browse.png`,
	]);
}

function below(folder: string, names: readonly string[]): readonly string[] {
	return names.map((name) => joinPath(folder, name));
}

/** The `thumbnail` or `overview` asset of a STAC item that lies beside it; null: it has none that is a picture in its folder. */
export function stacPicture(item: unknown, itemPath: string): string | null {
	const assets = member(item, "assets");
	if (typeof assets !== "object" || assets === null) return null;
	for (const role of ["thumbnail", "overview"]) {
		for (const [key, asset] of Object.entries(assets)) {
			const roles = member(asset, "roles");
			if (key !== role && !(Array.isArray(roles) && roles.includes(role))) continue;
			const path = relativePicture(member(asset, "href"), folderOf(itemPath));
			if (path !== null) return path;
		}
	}
	return null;
}

function relativePicture(href: unknown, folder: string): string | null {
	if (typeof href !== "string" || !/\.(?:png|jpe?g)$/i.test(href) || /^[a-z][a-z0-9+.-]*:|^\/|\\|\0/i.test(href))
		return null;
	if (href.split("/").includes("..")) return null;
	return joinPath(folder, normalisePath(href));
}

function member(value: unknown, name: string): unknown {
	return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

/** By the first bytes, as names may lie; null: a browser is shown no such file. */
export type PictureType = "image/png" | "image/jpeg";

export function pictureType(bytes: Uint8Array): PictureType | null {
	if (bytes[0] === 0x89 && bytes[1] === 0x50 && bytes[2] === 0x4e && bytes[3] === 0x47) return "image/png";
	return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff ? "image/jpeg" : null;
}

/** A browser would unpack more than is worth a look. */
const maxPixels = 50_000_000;

/** Whether a picture has more pixels than a browser should be given, or does not say how many. */
export function isTooLarge(bytes: Uint8Array): boolean {
	const size = pictureType(bytes) === "image/png" ? pngSize(bytes) : jpegSize(bytes);
	return size === null || !(size[0] * size[1] <= maxPixels);
}

type Size = readonly [width: number, height: number];

/** Of the header that comes first (ISO/IEC 15948). */
function pngSize(bytes: Uint8Array): Size | null {
	if (bytes.length < 24) return null;
	const view = new DataView(bytes.buffer, bytes.byteOffset);
	return [view.getUint32(16), view.getUint32(20)];
}

/** Of the frame header (ITU-T T.81), found from segment to segment. */
function jpegSize(bytes: Uint8Array): Size | null {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	for (let at = 2; at + 9 < bytes.length; ) {
		if (bytes[at] !== 0xff) return null;
		const marker = bytes[at + 1] ?? 0;
		const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
		if (isFrame) return [view.getUint16(at + 7), view.getUint16(at + 5)];
		const isFill = marker === 0xff;
		at += isFill ? 1 : 2 + view.getUint16(at + 2);
	}
	return null;
}
