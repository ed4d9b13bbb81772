import { createHash, hash } from "node:crypto";
import type { Entry } from "./storage.ts";

/**
 * The digest of a folder: SHA-256 over one line per sub-folder and per file, with every field of the file. Equal digests
 * mean an unchanged folder. Every storage uses this one, so that digests are comparable.
 *
 * No name can imitate another line: names hold no `/`, and an etag, which may hold anything, is written as JSON.
 * SHA-256 is, where the processor has instructions for it, as fast as SHA-1 and twice as fast as MD5, SHA-512 and BLAKE2
 * (4 µs for a folder of 100 files), and is allowed where MD5 is forbidden (FIPS).
 * @param folders base names, sorted by UTF-16 code unit
 * @param files sorted by name
 */
export function digestOf(folders: readonly string[], files: readonly Entry[]): string {
	return digestOfLines([folders.map(folderLine).join("")], [files.map(fileLine).join("")]);
}

/** The same of lines, any number of them at a time, in an order that is the same each time. */
export function digestOfLines(folders: readonly string[], files: readonly string[]): string {
	// Most folders are small, and one call is faster than three.
	if (folders.length === 1 && files.length === 1) return hash("sha256", `${folders[0]}${files[0]}`, "base64url");
	const digest = createHash("sha256");
	for (const lines of [...folders, ...files]) digest.update(lines);
	return digest.digest("base64url");
}

export function folderLine(name: string): string {
	return `${name}/\n`;
}

export function fileLine({ name, size, mtime, etag, inode }: Entry): string {
	return `${name}/${size}/${mtime ?? ""}/${inode ?? ""}/${etag === null ? "" : JSON.stringify(etag)}\n`;
}

/** The folders of such lines: names may hold a line feed, but no `/`. */
export function foldersOf(lines: string): string[] {
	return lines.split("/\n").slice(0, -1);
}

/** The files of such lines, where identities hold no `/`. */
export function filesOf(lines: string): Entry[] {
	const files: Entry[] = [];
	for (let at = 0; at < lines.length; ) {
		const afterName = lines.indexOf("/", at);
		const afterSize = lines.indexOf("/", afterName + 1);
		const afterTime = lines.indexOf("/", afterSize + 1);
		const afterIdentity = lines.indexOf("/", afterTime + 1);
		const end = lines.indexOf("\n", afterIdentity + 1);
		const mtime = lines.slice(afterSize + 1, afterTime);
		const etag = lines.slice(afterIdentity + 1, end);
		files.push({
			name: lines.slice(at, afterName),
			size: Number(lines.slice(afterName + 1, afterSize)),
			mtime: mtime === "" ? null : Number(mtime),
			etag: etag === "" ? null : JSON.parse(etag),
			inode: lines.slice(afterTime + 1, afterIdentity) || null,
		});
		at = end + 1;
	}
	return files;
}
