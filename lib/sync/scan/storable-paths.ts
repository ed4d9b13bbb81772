import { hash } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { unstorableIn } from "#lib/catalog/storable.ts";
import { joinPath } from "#lib/storage/path.ts";
import type { Entry, Listing, Problem } from "#lib/storage/storage.ts";

/**
 * Which paths the catalogue can hold. PostgreSQL refuses a key of an index above 2,704 bytes, compressed; changes are
 * indexed by their folder and their path together.
 */

const maxKeyBytes = 2640;
/** A folder of a longer path is told by a short name, so that changes in it can be written down. */
const maxFolderBytes = 1280;
/** Of short names: folders', and files' beside any folder's. */
const shortBytes = { folder: 1000, name: 600 } as const;

/** How many bytes of a key a path takes, at most. PostgreSQL compresses long ones, though not as well as `deflate` does. */
function keyBytes(path: string): number {
	const bytes = Buffer.byteLength(path);
	return bytes <= shortBytes.name ? bytes : Math.min(bytes, 4 * deflateRawSync(path).length);
}

/** The listing without what no path can express, which is told as problems. */
export function withStorablePaths(folder: string, listing: Listing): Listing {
	const problems: Problem[] = [];
	const folders = listing.folders.filter((name) => {
		const problem = folderProblem(folder, name);
		if (problem !== null) problems.push(problem);
		return problem === null;
	});
	const files = listing.files?.filter((entry) => {
		const problem = fileProblem(folder, entry);
		if (problem !== null) problems.push(problem);
		return problem === null;
	});
	return problems.length === 0
		? listing
		: { ...listing, folders, files: files ?? null, problems: [...listing.problems, ...problems] };
}

function folderProblem(folder: string, name: string): Problem | null {
	const what = unstorableIn(name);
	if (what !== null) return problemOf(folder, `The folder's name ${JSON.stringify(name)} holds ${what}`);
	const path = joinPath(folder, name);
	if (path.length * 3 <= maxKeyBytes || keyBytes(path) <= maxKeyBytes) return null;
	return problemOf(path, `The folder's path ${path} has ${Buffer.byteLength(path)} bytes, more than ${maxKeyBytes}`);
}

function fileProblem(folder: string, { name, etag, inode }: Entry): Problem | null {
	const what = unstorableIn(name) ?? unstorableIn(etag ?? "") ?? unstorableIn(inode ?? "");
	return what === null
		? null
		: problemOf(folder, `What the storage tells of the file ${JSON.stringify(name)} holds ${what}`);
}

function problemOf(path: string, what: string): Problem {
	return { path, code: "invalid-path", message: `${what}, so that it cannot be registered; rename it.` };
}

/** By what path the changes in a folder are written down: its own, or a short one where that is too long. */
export function writtenFolder(path: string): string {
	return path.length * 3 <= maxFolderBytes || keyBytes(path) <= maxFolderBytes
		? path
		: shortened(path, shortBytes.folder);
}

/** Why a file cannot be registered under its path, and by what path that is written down; null: it can be. */
export function refusedPath(folder: string, name: string): { readonly path: string; readonly reason: string } | null {
	if ((2 * folder.length + name.length) * 3 < maxKeyBytes) return null;
	const path = joinPath(folder, name);
	const written = writtenFolder(folder);
	if (written === folder && keyBytes(folder) + keyBytes(path) <= maxKeyBytes) return null;
	const bytes = Buffer.byteLength(path);
	const room = Math.min(shortBytes.name, maxKeyBytes - 2 * Buffer.byteLength(written) - 1);
	const short = Buffer.byteLength(name) <= room ? name : shortened(name, room);
	return {
		path: joinPath(written, short),
		reason: `The path ${path} has ${bytes} bytes, more than an index of the catalogue can hold; give the file or its folders shorter names.`,
	};
}

/** The beginning of a text and, so that no two are the same, a digest of it. */
function shortened(text: string, bytes: number): string {
	const digest = hash("sha256", text, "base64url").slice(0, 22);
	const room = bytes - digest.length - Buffer.byteLength("…");
	// What is cut within a character ends with U+FFFD.
	const head = Buffer.from(text)
		.subarray(0, room)
		.toString()
		.replace(/\uFFFD+$/, "")
		.replace(/\/+$/, "");
	return `${head}…${digest}`;
}
