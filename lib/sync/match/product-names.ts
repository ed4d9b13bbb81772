import { baseName } from "#lib/paths.ts";

/*
 * Which files belong to a product, by their names alone: so a folder's listing shows that one was added, changed or is gone,
 * without anything being opened.
 */

/** Manifests that stand at the top of a SAFE folder (Sentinel-3: `.SEN3`), all of which is the product. */
const safeManifests = ["MTD_MSIL1C.xml", "MTD_MSIL2A.xml", "manifest.safe", "xfdumanifest.xml"];

/** Of Sentinel-2 until December 2016, called like its product. */
const oldSentinel2 = /^S2[A-D]_(OPER|USER)_MTD_SAFL(1C|2A)(_.*)?\.xml$/;

/** Which other files of its folder belong to a product: all, or those whose name, or the rest of it, begins alike. */
export type MemberRule =
	| { readonly kind: "zarr" }
	| { readonly kind: "all"; readonly subfolders: boolean }
	| { readonly kind: "prefix"; readonly of: "name" | "rest"; readonly prefix: string };

/**
 * By the name of a product's manifest; null for any other name. SAFE and DIMAP 1.1: the whole folder. Landsat's
 * `SCENE_MTL.txt`: what begins with `SCENE_`. DIMAP 2's `DIM_SCENE.XML`: what has `_SCENE` after other letters
 * (`IMG_SCENE_R1C1.TIF`). Maxar: what begins with the manifest's name. RADARSAT-2's `product.xml`: `imagery_…`. ALOS: the whole folder.
 */
export function memberRule(name: string): MemberRule | null {
	if (isSafeManifest(name)) return { kind: "all", subfolders: true };
	if (zarrManifests.includes(name)) return { kind: "zarr" };
	if (name.toUpperCase() === "METADATA.DIM") return { kind: "all", subfolders: false };
	const landsat = /^(.+_)MTL\.(?:txt|json|xml)$/i.exec(name)?.[1];
	if (landsat !== undefined) return { kind: "prefix", of: "name", prefix: landsat };
	const maxar = maxarScene(name);
	if (maxar !== null) return { kind: "prefix", of: "name", prefix: maxar };
	if (name.toLowerCase() === "product.xml") return { kind: "prefix", of: "name", prefix: "imagery_" };
	if (/^(?:.*[._-])?summary\.txt$/i.test(name)) return { kind: "all", subfolders: false };
	const dimap = dimapScene(name);
	return dimap === null ? null : { kind: "prefix", of: "rest", prefix: dimap };
}

/** What the names of a Maxar scene's files begin with, given that of its manifest; null for any other name. */
export function maxarScene(name: string): string | null {
	return /^(\d{2}[A-Z]{3}\d{6,10}[^/]*-\d{12}_\d{2}_P\d{3})\.(?:XML|IMD|TIL)$/i.exec(name)?.[1] ?? null;
}

/** `_SCENE`, given the name of a DIMAP 2 manifest, `DIM_SCENE.XML`; null for any other name. */
export function dimapScene(name: string): string | null {
	return /^DIM(_.+)\.XML$/i.exec(name)?.[1] ?? null;
}

export function isMember(rule: MemberRule, other: string): boolean {
	if (rule.kind === "zarr") return isZarrMetadata(other);
	if (rule.kind === "all") return rule.subfolders || !other.includes("/");
	if (rule.of === "name") return other.startsWith(rule.prefix);
	const rest = restOf(other);
	return rest.length < other.length && rest.startsWith(rule.prefix) && /[_.]/.test(rest[rule.prefix.length] ?? "");
}

/** The name without the letters it begins with. */
export function restOf(name: string): string {
	return name.replace(/^[A-Za-z]+/, "");
}

/** Whether a folder is called as SAFE products are. */
export function isSafeFolder(path: string): boolean {
	return /\.(SAFE|SEN3)$/.test(path);
}

/**
 * The paths at which the manifest of the SAFE product would be that a file is in or below, none if it is in none or is a
 * manifest itself.
 */
export function manifestPathsAbove(path: string): readonly string[] {
	const folder = /^.*?\.(?:SAFE|SEN3)\//s.exec(path)?.[0];
	if (folder === undefined) return [];
	const below = path.slice(folder.length);
	return isSafeManifest(below) ? [] : safeManifests.map((name) => folder + name);
}

/** What tells of a Zarr store, by precedence: all of it (version 2, consolidated; version 3), a group, an array. */
export const zarrManifests: readonly string[] = [".zmetadata", "zarr.json", ".zgroup", ".zarray"];

/** Whether a file tells of a store, or of an array or group in it. */
export function isZarrMetadata(path: string): boolean {
	return /(^|\/)(\.z(array|attrs|group|metadata)|zarr\.json)$/.test(path);
}

/** Whether a folder is called as Zarr stores are. */
export function isZarrFolder(path: string): boolean {
	return /[^/]\.zarr$/i.test(path);
}

/** The Zarr store whose manifest the file is, by its name; null: it is none. */
export function zarrFolderOf(path: string): string | null {
	const slash = path.lastIndexOf("/");
	const folder = path.slice(0, Math.max(0, slash));
	return zarrManifests.includes(path.slice(slash + 1)) && isZarrFolder(folder) ? folder : null;
}

/** What a data file is called: a Zarr store like its folder, as all of them have a file of that name. */
export function dataNameOf(path: string): string {
	return baseName(zarrFolderOf(path) ?? path);
}

export function isSafeManifest(name: string): boolean {
	return safeManifests.includes(name) || oldSentinel2.test(name);
}
