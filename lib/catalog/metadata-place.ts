import { baseName } from "#lib/paths.ts";

/**
 * Metadata files of a source that keeps them on another storage. Among a dataset's files, and in the listing of its
 * folder, they are in this folder, which no file of the data storage can be in: names that begin with `.` are left out.
 */
export const metadataFolder = ".@metadata";

/** The base name of such a file; null for any other. */
export function metadataNameOf(name: string): string | null {
	return name.startsWith(`${metadataFolder}/`) ? name.slice(metadataFolder.length + 1) : null;
}

/** What may stand for the data file's folder in a source's `metadataPath`. */
const placeholders = /\{(folder|collection)\}/g;

/**
 * The folder on the metadata storage for a folder of data files: `{collection}` is that folder's own name, `{folder}` its
 * path below the source's root.
 */
export function metadataPathFor(template: string, folder: string, sourcePath: string): string {
	const below = sourcePath === "" ? folder : folder.slice(sourcePath.length);
	const name = baseName(folder);
	const filled = template.replace(placeholders, (_, wanted: string) => (wanted === "collection" ? name : below));
	return filled
		.split("/")
		.filter((name) => name !== "")
		.join("/");
}

/** The part of a template that is the same for all folders: it must be there whatever the data. */
export function fixedPartOf(template: string): string {
	const names = template.split("/");
	const end = names.findIndex((name) => /\{(folder|collection)\}/.test(name));
	return (end < 0 ? names : names.slice(0, end)).filter((name) => name !== "").join("/");
}
