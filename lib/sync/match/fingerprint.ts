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
	const { name, size, mtime, etag, inode, ctime, recent, archived } = entry;
	const more = {
		...(ctime === undefined ? {} : { ctime }),
		...(recent === undefined ? {} : { recent }),
		...(archived === undefined ? {} : { archived }),
	};
	return { name, role, size, mtime, etag, inode, ...more };
}

/**
 * The JSON that PostgreSQL makes of it (`jsonb`: keys by length, then by letters; a space after each comma and colon), so
 * that two lists are the same where their texts are. Where the texts differ the lists may still be the same.
 */
export function textOf(files: readonly FileFingerprint[]): string {
	const texts = files.map(({ name, role, size, mtime, ctime, recent, etag, inode }) => {
		const what = `{"etag": ${JSON.stringify(etag)}, "name": ${JSON.stringify(name)}, "role": "${role}", "size": ${size}`;
		const changed = ctime === undefined ? "" : `, "ctime": ${ctime}`;
		const isRecent = recent === undefined ? "" : `, "recent": true`;
		return `${what}${changed}, "inode": ${JSON.stringify(inode)}, "mtime": ${mtime}${isRecent}}`;
	});
	return `[${texts.join(", ")}]`;
}

/**
 * Rule 6: the same files in the same roles, none of them touched, as far as listings show. A recent
 * file has to be looked into once it is no longer recent, an archived one when it can be read, and one whose ctime differs.
 */
export function untouchedFiles(now: readonly FileFingerprint[], then: readonly FileFingerprint[]): boolean {
	return now.length === then.length && now.every((file, i) => isUntouched(file, then[i]));
}

function isUntouched(now: FileFingerprint, then: FileFingerprint | undefined): boolean {
	if (then === undefined || !isSame(now, then) || (then.recent && !now.recent)) return false;
	if (then.archived && !now.archived) return false;
	return now.ctime === undefined || then.ctime === undefined || now.ctime === then.ctime;
}

/** The same files in the same roles: what came back as it was is restored, whatever its ctime. */
export function sameFiles(a: readonly FileFingerprint[], b: readonly FileFingerprint[]): boolean {
	return a.length === b.length && a.every((file, i) => isSame(file, b[i]));
}

function isSame(a: FileFingerprint, b: FileFingerprint | undefined): boolean {
	return b !== undefined && a.name === b.name && a.role === b.role && sameContent(a, b);
}

/** Whether the storage reports a ctime that the catalogue does not have yet. */
export function hasNewCtime(now: readonly FileFingerprint[], then: readonly FileFingerprint[]): boolean {
	return now.some(({ ctime }, i) => ctime !== undefined && then[i]?.ctime === undefined);
}

/** The same file under any name, as far as listings show (rule 7). A changed ctime makes no other file of it. */
export function sameContent(a: FileFingerprint, b: FileFingerprint): boolean {
	return a.size === b.size && a.mtime === b.mtime && a.etag === b.etag && a.inode === b.inode;
}

/**
 * Equal keys mean the same file under any name. null: the storage reports too little to be sure (neither etag nor
 * inode, or no time of modification).
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
