import { joinPath } from "#lib/storage/path.ts";
import type { Storage, StorageFacts } from "#lib/storage/storage.ts";
import type { HttpClient } from "./client.ts";
import type { HttpMode } from "./mode.ts";

/** What a web server can do, from its listings and from one file of it. */
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
	const path = await someFile(storage, { signal });
	const file = path === null ? null : await storage.stat(path, { signal });
	const ranges = path === null || (await givesRanges(client, path, { signal }));
	const dated = file === null || file.mtime !== null;
	const notes = [
		{
			webdav: "Folders are listed by WebDAV.",
			json: "Folders are listed by nginx's JSON index.",
			html: "Folders are listed by an index in HTML, which rounds sizes and times: every new file costs a request.",
		}[mode],
		...(mode === "html" && /apache/i.test(server ?? "")
			? [
					"Apache leaves out what it may not read: a folder that is closed looks removed, unless IndexOptions ShowForbidden is set there.",
				]
			: []),
		...(path === null ? ["No file was found near the root, so that reading was not tried."] : []),
		...(dated
			? []
			: ["Times of files are not told: a file that is overwritten with one of the same size may not be noticed."]),
		...(ranges
			? []
			: ["Parts of files cannot be asked for: files are read from their beginning, which takes long for large ones."]),
		...(client.root.url.protocol === "http:" ? ["The connection is not encrypted."] : []),
	];
	const times = !dated ? "none" : mode === "html" ? "coarse" : "exact";
	return { server, times, versions: file !== null && file.etag !== null, ranges, notes };
}

/** The first file near the root. */
async function someFile(storage: Storage, { signal }: { readonly signal: AbortSignal }): Promise<string | null> {
	let path = "";
	for (let depth = 0; depth < 5; depth++) {
		const { files, folders } = await storage.list(path, { symlinks: "skip", signal });
		const [file] = files ?? [];
		if (file !== undefined) return joinPath(path, file.name);
		const [folder] = folders;
		if (folder === undefined) return null;
		path = joinPath(path, folder);
	}
	return null;
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
