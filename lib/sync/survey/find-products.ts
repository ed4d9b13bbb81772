import { baseName } from "#lib/paths.ts";
import { joinPath } from "#lib/storage/path.ts";
import type { Listing } from "#lib/storage/storage.ts";
import { membersOf } from "#lib/sync/match/product-members.ts";
import { isSafeFolder, zarrFolderOf } from "#lib/sync/match/product-names.ts";
import type { Place } from "./find-metadata.ts";

/** A kind of product by the names of its manifests. */
interface ProductKind {
	readonly title: string;
	/** For an EO ID. */
	readonly short: string;
	readonly include: readonly string[];
	readonly isManifest: (name: string, folder: string) => boolean;
}

/** The first that fits counts. */
const kinds: readonly ProductKind[] = [
	{
		title: "Sentinel-2 products",
		short: "SENTINEL_2",
		include: ["MTD_MSIL*.xml"],
		isManifest: (name) => /^MTD_MSIL(1C|2A)\.xml$/.test(name),
	},
	{
		title: "Sentinel-2 products until 2016",
		short: "SENTINEL_2_UNTIL_2016",
		include: ["S2*_MTD_SAFL*.xml"],
		isManifest: (name) => /^S2[A-D]_(OPER|USER)_MTD_SAFL(1C|2A).*\.xml$/.test(name),
	},
	{
		title: "SAFE products",
		short: "SENTINEL",
		include: ["manifest.safe"],
		isManifest: (name, folder) => name === "manifest.safe" && !/^S2/.test(baseName(folder)),
	},
	{
		title: "Sentinel-3 products",
		short: "SENTINEL_3",
		include: ["xfdumanifest.xml"],
		isManifest: (name) => name === "xfdumanifest.xml",
	},
	{
		title: "Landsat products",
		short: "LANDSAT",
		include: ["*_MTL.txt"],
		isManifest: (name) => /._MTL\.txt$/.test(name),
	},
	{
		title: "DIMAP products",
		short: "DIMAP",
		include: ["METADATA.DIM", "DIM_*.XML"],
		isManifest: (name) => name === "METADATA.DIM" || /^DIM_.*\.XML$/.test(name),
	},
	{
		title: "SNAP products",
		short: "SNAP",
		include: ["*.dim"],
		isManifest: (name) => name !== "METADATA.DIM" && /.\.dim$/.test(name),
	},
	{
		title: "Zarr stores",
		short: "ZARR",
		include: ["*.zarr"],
		isManifest: (name, folder) => zarrFolderOf(joinPath(folder, name)) !== null,
	},
	{
		title: "Sentinel-2 tiles",
		short: "SENTINEL_2_TILES",
		include: ["MTD_TL.xml"],
		isManifest: (name, folder) => name === "MTD_TL.xml" && !folder.includes(".SAFE/"),
	},
];

export interface FoundProducts {
	readonly kind: Omit<ProductKind, "isManifest">;
	readonly manifests: readonly Place[];
	/** Names that its manifests would not be told apart by. */
	readonly exclude: readonly string[];
}

/** Products by their manifests, and the paths of all files that belong to one. */
export function findProducts(listings: ReadonlyMap<string, Listing>): {
	readonly products: readonly FoundProducts[];
	readonly claimed: ReadonlySet<string>;
} {
	const manifestsByKind = new Map<ProductKind, Place[]>();
	const claimed = new Set<string>();
	const wholeFolders: string[] = [];
	for (const [folder, { files }] of listings) {
		const entriesByName = new Map((files ?? []).map((entry) => [entry.name, entry]));
		for (const { name } of files ?? []) {
			const kind = kinds.find(({ isManifest }) => isManifest(name, folder));
			if (kind === undefined) continue;
			manifestsByKind.set(kind, [...(manifestsByKind.get(kind) ?? []), { folder, name }]);
			claimed.add(joinPath(folder, name));
			for (const member of membersOf(name, entriesByName)) claimed.add(joinPath(folder, member.name));
			if (isSafeFolder(folder)) wholeFolders.push(folder);
			if (kind.short === "SNAP") wholeFolders.push(joinPath(folder, name.replace(/\.dim$/, ".data")));
			if (kind.short === "SENTINEL_2_TILES" && folder !== "") wholeFolders.push(folder);
		}
	}
	const whole = new Set(wholeFolders);
	if (whole.size > 0) {
		for (const [folder, { files }] of listings) {
			if (!isWithin(folder, whole)) continue;
			for (const { name } of files ?? []) claimed.add(joinPath(folder, name));
		}
	}
	const hasSentinel2 = [...manifestsByKind.keys()].some(({ short }) => short === "SENTINEL_2");
	const products = [...manifestsByKind].map(([{ isManifest: _, ...kind }, manifests]) => ({
		kind,
		manifests,
		exclude: kind.short === "SENTINEL" && hasSentinel2 ? ["**/S2*.SAFE/manifest.safe"] : [],
	}));
	return { products, claimed };
}

function isWithin(folder: string, above: ReadonlySet<string>): boolean {
	for (let end = folder.length; end > 0; end = folder.lastIndexOf("/", end - 1))
		if (above.has(folder.slice(0, end))) return true;
	return false;
}
