import { hash } from "node:crypto";
import type { FileFingerprint } from "#lib/catalog/json-columns.ts";
import { readerStamp } from "#lib/metadata/reader-versions.ts";
import { byName } from "#lib/storage/path.ts";
import type { Entry } from "#lib/storage/storage.ts";
import type { DataFile } from "./match.ts";

/** A data file with all that belongs to it, the data file first, then in the order of the source's rules. */
export function fingerprintsOf(file: DataFile): readonly FileFingerprint[] {
	return [
		fingerprint(file.entry, "data"),
		...file.metadata.map((entry) => fingerprint(entry, "metadata")),
		...file.conf.map((entry) => fingerprint(entry, "conf")),
		...file.other.map((entry) => fingerprint(entry, "other")),
		...inOrder(file.members.map((entry) => fingerprint(entry, "member"))),
	];
}

/** Members after all others, sorted by name: so that the same files are the same list, however they were found. */
export function inOrder(files: readonly FileFingerprint[]): readonly FileFingerprint[] {
	const members = files.filter(({ role }) => role === "member");
	if (members.length === 0) return files;
	members.sort(byName);
	return [...files.filter(({ role }) => role !== "member"), ...members];
}

export function fingerprint(entry: Entry, role: FileFingerprint["role"]): FileFingerprint {
	return { name: entry.name, role, size: entry.size, mtime: entry.mtime, etag: entry.etag, inode: entry.inode };
}

/**
 * The JSON that PostgreSQL makes of it (`jsonb`: keys by length, then by letters; a space after each comma and colon), so
 * that two lists are the same where their texts are. Where the texts differ the lists may still be the same.
 */
export function textOf(files: readonly FileFingerprint[]): string {
	const texts = files.map(({ name, role, size, mtime, etag, inode }) => {
		const [etagText, inodeText] = [JSON.stringify(etag), JSON.stringify(inode)];
		return `{"etag": ${etagText}, "name": ${JSON.stringify(name)}, "role": "${role}", "size": ${size}, "inode": ${inodeText}, "mtime": ${mtime}}`;
	});
	return `[${texts.join(", ")}]`;
}

/** Rule 6: the same files in the same roles, none of them touched. */
export function sameFiles(a: readonly FileFingerprint[], b: readonly FileFingerprint[]): boolean {
	return a.length === b.length && a.every((file, i) => sameFile(file, b[i]));
}

export function sameFile(a: FileFingerprint, b: FileFingerprint | undefined): boolean {
	return b !== undefined && a.name === b.name && a.role === b.role && sameContent(a, b);
}

/** The same file under any name: as far as a listing can tell (rule 7). */
export function sameContent(a: FileFingerprint, b: FileFingerprint): boolean {
	return a.size === b.size && a.mtime === b.mtime && a.etag === b.etag && a.inode === b.inode;
}

/**
 * Equal keys mean the same file under any name. null: the storage tells too little to say so (neither etag nor inode,
 * or no time of modification).
 */
export function identityKey(file: FileFingerprint): string | null {
	if (file.mtime === null || (file.etag === null && file.inode === null)) return null;
	return [file.size, file.mtime, file.etag ?? "", file.inode ?? ""].join("|");
}

/** The rule that a data file with these files is read by: its source's, and the versions of the readers that may read it. */
export function ruleOfFiles(sourceRule: string, files: readonly FileFingerprint[]): string {
	const read = files.filter(({ role }) => role === "data" || role === "metadata");
	return sourceRule + readerStamp(read.map(({ name }) => name));
}

/** A short stable hash of everything that decides how a file is read. */
export function ruleHash(parts: unknown): string {
	return hash("sha1", JSON.stringify(parts)).slice(0, 16);
}
