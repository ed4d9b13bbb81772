/*
 * Which files belong to a product, told by names alone: so a folder's listing shows that one was added, changed or is gone,
 * without anything being opened.
 */

/** Manifests that stand at the top of a SAFE folder, all of which is the product. */
const safeManifests = ["MTD_MSIL1C.xml", "MTD_MSIL2A.xml", "manifest.safe"];

/**
 * For the name of a product's manifest, whether another file of its folder belongs to the product; null for any other name.
 * SAFE and DIMAP 1.1: the whole folder. Landsat's `SCENE_MTL.txt`: what begins with `SCENE_`. DIMAP 2's `DIM_SCENE.XML`: what
 * has `SCENE` after another prefix (`IMG_SCENE_R1C1.TIF`).
 */
export function memberTest(name: string): ((other: string) => boolean) | null {
	if (safeManifests.includes(name)) return () => true;
	if (name.toUpperCase() === "METADATA.DIM") return (other) => !other.includes("/");
	const landsat = /^(.+_)MTL\.(?:txt|json|xml)$/i.exec(name)?.[1];
	if (landsat !== undefined) return (other) => other.startsWith(landsat);
	const dimap = /^DIM(_.+)\.XML$/i.exec(name)?.[1];
	if (dimap === undefined) return null;
	return (other) => {
		const at = other.indexOf(dimap);
		const next = other[at + dimap.length];
		return at > 0 && /^[A-Za-z]+$/.test(other.slice(0, at)) && (next === "_" || next === ".");
	};
}

/** Whether a folder is called as SAFE products are. */
export function isSafeFolder(path: string): boolean {
	return path.endsWith(".SAFE");
}

/**
 * The paths at which the manifest of the SAFE product would be that a file is in or below, none if it is in none or is a
 * manifest itself.
 */
export function manifestPathsAbove(path: string): readonly string[] {
	const end = path.indexOf(".SAFE/");
	if (end < 0) return [];
	const folder = path.slice(0, end + ".SAFE/".length);
	const below = path.slice(folder.length);
	return safeManifests.includes(below) ? [] : safeManifests.map((name) => folder + name);
}

export function isSafeManifest(name: string): boolean {
	return safeManifests.includes(name);
}
