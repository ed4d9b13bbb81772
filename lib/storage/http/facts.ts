import { StorageError } from "#lib/errors.ts";
import { joinPath } from "#lib/storage/path.ts";
import type { Listing, Storage, StorageFacts } from "#lib/storage/storage.ts";
import type { HttpClient } from "./client.ts";
import type { HttpMode } from "./mode.ts";

/** Finds out what a web server can do, from its listings and one file. */
export async function httpFacts(
	storage: Storage,
	client: HttpClient,
	mode: HttpMode,
	{ signal }: { readonly signal: AbortSignal },
): Promise<StorageFacts> {
	const server = await client.send(
		{
			method: mode === "webdav" ? "PROPFIND" : "GET",
			path: "",
			folder: true,
			headers: { depth: "0" },
			expected: [200, 207],
			signal,
		},
		async ({ headers }) => String(headers.server ?? "").slice(0, 200) || null,
	);
	const { path, problem } = await someFile(storage, { signal });
	const file = path === null ? null : await storage.stat(path, { signal });
	const ranges = path === null || (await givesRanges(client, path, { signal }));
	const dated = file === null || file.mtime !== null;
	const notes = [
		{
			webdav: "Folders are listed by WebDAV.",
			json: "Folders are listed by nginx's JSON index.",
			html: "Folders are listed by an HTML index, which rounds sizes and times: every new file costs a request.",
		}[mode],
		...(mode === "html" && /apache/i.test(server ?? "")
			? [
					"Apache leaves out what it may not read: a folder without read permission looks removed, unless IndexOptions ShowForbidden is set there.",
				]
			: []),
		...(path === null && problem === null ? ["No file was found near the root, so reading was not tested."] : []),
		...(problem === null ? [] : [`Reading was not tested: ${problem.message}`]),
		...(dated
			? []
			: [
					"The server does not report the times of files: a file that is overwritten with one of the same size may not be noticed.",
				]),
		...(ranges
			? []
			: [
					"The server cannot send parts of files: files are read from their beginning, which takes long for large ones.",
				]),
		...(client.root.url.protocol === "http:" ? ["The connection is not encrypted."] : []),
	];
	const times = !dated ? "none" : mode === "html" ? "coarse" : "exact";
	return { server, times, versions: file !== null && file.etag !== null, ranges, notes };
}

interface SomeFile {
	readonly path: string | null;
	/** The problem met on the way to the file. */
	readonly problem: StorageError | null;
}

/**
 * Finds the first file near the root. Problems below the root do not fail the test: the storage answers.
 * @throws StorageError about the root
 */
async function someFile(storage: Storage, { signal }: { readonly signal: AbortSignal }): Promise<SomeFile> {
	let path = "";
	for (let depth = 0; depth < 5; depth++) {
		let listing: Listing;
		try {
			const needed = async (names: readonly string[]) => new Set(names.slice(0, 1));
			listing = await storage.list(path, { symlinks: "skip", needed, signal });
		} catch (error) {
			if (!(error instanceof StorageError) || path === "") throw error;
			return { path: null, problem: error };
		}
		const [file] = listing.files ?? [];
		if (file !== undefined) return { path: joinPath(path, file.name), problem: null };
		const [folder] = listing.folders;
		if (folder === undefined) break;
		path = joinPath(path, folder);
	}
	return { path: null, problem: null };
}

async function givesRanges(
	client: HttpClient,
	path: string,
	{ signal }: { readonly signal: AbortSignal },
): Promise<boolean> {
	const headers = { range: "bytes=0-0" };
	// 416: an empty file has no first byte.
	const request = { method: "GET", path, folder: false, headers, expected: [200, 206, 416], signal } as const;
	return client.send(request, async ({ status }) => status !== 200);
}
