import { baseName, folderOf } from "#lib/paths.ts";
import { joinPath, normalisePath } from "#lib/storage/path.ts";

/**
 * Where a product's own picture may lie, the best first: paths in the storage, given that of its data file. USGS names Landsat's
 * after the product, ESA keeps Sentinel's in `preview/` or beside the manifest; others follow the data file's name.
 */
export function pictureFiles(dataFile: string): readonly string[] {
	const folder = folderOf(dataFile);
	const name = baseName(dataFile);
	const stem = name.replace(/\.[^.]*$/, "");
	const landsat = /^(L[A-Z]\d{2}_.+)_MTL\.(?:txt|xml|json)$/.exec(name)?.[1];
	if (landsat !== undefined) return below(folder, [`${landsat}_thumb_large.jpeg`, `${landsat}_thumb_small.jpeg`]);
	if (name.toLowerCase() === "manifest.safe") {
		const product = baseName(folder).replace(/\.SAFE$/i, "");
		return below(folder, ["preview/quick-look.png", `${product}-ql.jpg`]);
	}
	if (name === "xfdumanifest.xml") return below(folder, ["quicklook.jpg", "browse.jpg"]);
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
