import type { FileFingerprint } from "#lib/catalog/json-columns.ts";
import type { Band, DatasetState, JsonValue } from "#lib/metadata/metadata.ts";
import { baseName, stemOf } from "#lib/paths.ts";
import { isDocument, mediaTypeOf, pictureRole } from "./media-types.ts";

/** The assets of an item: the data, or one for each member of a product, and the documents that describe it. Pure. */

/** A file of the dataset, and where others get it. */
export interface ItemFile extends Pick<FileFingerprint, "name" | "role" | "size" | "checksum"> {
	readonly href: string;
	/** Until when a signed `href` is good, ISO 8601; left out: for as long as the item is. */
	readonly expires?: string | undefined;
	/** Which of the item's `storage:schemes` it is in; left out: in none. */
	readonly scheme?: string | undefined;
}

export interface Asset {
	readonly href: string;
	readonly title?: string;
	readonly type: string;
	readonly roles: readonly string[];
	readonly [field: string]: JsonValue | undefined;
}

export interface ItemAssets {
	readonly assets: Readonly<Record<string, Asset>>;
	/** The one asset that has the dataset's own grid; null: the data are in several files, whose grids may differ. */
	readonly data: string | null;
}

/** `conf` and `other` files (world files, overviews) are found beside the data by name, and are no assets of their own. */
export function assetsOf({ bands }: Pick<DatasetState, "bands">, files: readonly ItemFile[]): ItemAssets {
	const assets = new Map<string, Asset>();
	const add = (key: string, file: ItemFile, more: Record<string, JsonValue>) => {
		const free = (n: number): string =>
			assets.has(n === 1 ? key : `${key}_${n}`) ? free(n + 1) : n === 1 ? key : `${key}_${n}`;
		assets.set(free(1), assetOf(file, more));
	};
	const members = files.filter(({ role }) => role === "member");
	const data = files.find(({ role }) => role === "data");
	// The data file of a product is its manifest.
	const isProduct = members.length > 0 && data !== undefined && isDocument(data.name);
	if (data !== undefined && isProduct) add("product", data, { roles: ["metadata"] });
	else if (data !== undefined) add("data", data, { roles: ["data"], bands: bands.map(bandOf) });
	const keys = memberKeys(members.map(({ name }) => name));
	const rasters = members.filter(({ name }) => !isDocument(name) && pictureRole(name) === null);
	for (const file of members) {
		const held = rasters.includes(file)
			? bands.filter(({ name }) => rasters.length === 1 || isNamedIn(file.name, name))
			: [];
		const roles = isDocument(file.name) ? ["metadata"] : [pictureRole(file.name) ?? "data"];
		add(keys.get(file.name) ?? file.name, file, { roles, ...(held.length === 0 ? {} : { bands: held.map(bandOf) }) });
	}
	for (const file of files) if (file.role === "metadata") add("metadata", file, { roles: ["metadata"] });
	return { assets: Object.fromEntries(assets), data: isProduct || data === undefined ? null : "data" };
}

function assetOf(file: ItemFile, { roles, ...more }: Record<string, JsonValue>): Asset {
	const { name, size, checksum, href, expires, scheme } = file;
	return {
		href,
		title: baseName(name),
		type: mediaTypeOf(name),
		roles: roles as readonly string[],
		...more,
		"file:size": size,
		// A multihash: 12 is SHA-256, 20 its 32 bytes.
		...(checksum !== undefined && /^[0-9a-f]{64}$/.test(checksum) ? { "file:checksum": `1220${checksum}` } : {}),
		...(scheme === undefined ? {} : { "storage:refs": [scheme] }),
		...(expires === undefined ? {} : { expires }),
	};
}

/** STAC's names of sample types are GDAL's in small letters, but for the byte. */
function bandOf({ name, dataType, nodata }: Band) {
	const none = nodataOf(nodata);
	const common = commonNames.find((common) => common === name.toLowerCase());
	return {
		...(name === "" ? {} : { name }),
		data_type: dataType === "Byte" ? "uint8" : dataType.toLowerCase(),
		...(none === null ? {} : { nodata: none }),
		...(common === undefined ? {} : { "eo:common_name": common }),
	};
}

/** null: there is none, or JSON has no number for it and STAC no word. */
function nodataOf(nodata: Band["nodata"]): number | string | null {
	if (typeof nodata !== "string") return nodata;
	const word = { nan: "nan", inf: "inf", infinity: "inf", "-inf": "-inf", "-infinity": "-inf" }[nodata.toLowerCase()];
	if (word !== undefined) return word;
	const number = Number(nodata);
	return String(number) === nodata ? number : null;
}

/** Of the EO extension. */
const commonNames = [
	"pan",
	"coastal",
	"blue",
	"green",
	"green05",
	"yellow",
	"red",
	"rededge",
	"rededge071",
	"rededge075",
	"rededge078",
	"nir",
	"nir08",
	"nir09",
	"cirrus",
	"swir16",
	"swir22",
	"lwir",
	"lwir11",
	"lwir12",
];

/** `LC08_…_B4.TIF` holds the band B4, and not B, nor the band 4. */
function isNamedIn(file: string, band: string): boolean {
	const parts = (text: string) => text.toLowerCase().split(/[^a-z0-9]+/);
	const stem = stemOf(baseName(file));
	const wanted = parts(band).filter((part) => part !== "");
	const given = parts(stem);
	if (wanted.length === 0) return false;
	return given.some((_, start) => wanted.every((part, i) => given[start + i] === part));
}

/** What tells the members of a product apart: their names without what all of them begin with. */
function memberKeys(names: readonly string[]): ReadonlyMap<string, string> {
	const stems = names.map((name) => stemOf(baseName(name)));
	const shared = sharedBeginning(stems);
	const counts = new Map<string, number>();
	const short = stems.map((stem) => stem.slice(shared) || stem);
	for (const key of short) counts.set(key, (counts.get(key) ?? 0) + 1);
	return new Map(names.map((name, i) => [name, counts.get(short[i] ?? "") === 1 ? (short[i] ?? name) : name]));
}

/** How many characters all of them begin with, up to and with the last mark between parts. */
function sharedBeginning(texts: readonly string[]): number {
	const [first = ""] = texts;
	if (texts.length < 2) return 0;
	let length = first.length;
	for (const text of texts) while (!text.startsWith(first.slice(0, length))) length--;
	return first.slice(0, length).search(/[^_.-]*$/);
}
