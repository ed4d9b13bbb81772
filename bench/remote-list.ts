import { subscribe } from "node:diagnostics_channel";
import type { StorageConfig } from "#lib/storage/config.ts";
import { openStorage } from "#lib/storage/open.ts";
import { scan } from "#lib/sync/scan/scan.ts";

/** Lists a whole storage as a sync does, and prints the time it took: `node bench/remote-list.js PARSED-CONFIG-AS-JSON`. */
export interface RemoteListing {
	readonly folders: number;
	readonly files: number;
	/** HTTP requests; 0 for protocols that are none. */
	readonly requests: number;
}

let requests = 0;
subscribe("http.client.request.start", () => requests++);
await using storage = await openStorage(JSON.parse(process.argv[2] ?? "") as StorageConfig);
let folders = 0;
let files = 0;
const options = {
	root: "",
	symlinks: "skip",
	known: async () => new Map(),
	signal: new AbortController().signal,
} as const;
for await (const batch of scan(storage, options)) {
	if (batch.failures.length > 0) throw new Error(batch.failures[0]?.problem.message);
	folders += batch.folders.length;
	for (const folder of batch.folders) files += folder.files?.length ?? 0;
}
const result: RemoteListing = { folders, files, requests };
console.log(JSON.stringify(result));
