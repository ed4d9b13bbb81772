import { subscribe } from "node:diagnostics_channel";
import type { StorageConfig } from "#lib/storage/config.ts";
import { openStorage } from "#lib/storage/open.ts";
import { scan } from "#lib/sync/scan/scan.ts";
import { openWithin } from "#lib/sync/storages/open-stored.ts";

/**
 * Lists a whole storage as a sync does of which nothing changed, and prints what it cost: `node bench/remote-list.js
 * PARSED-CONFIG-AS-JSON [LISTS]`. With a folder for the indexes of lists it takes the storage's folders from its list, if it has one.
 */
export interface RemoteListing {
	readonly folders: number;
	readonly files: number;
	/** HTTP requests; 0 for protocols that are none. */
	readonly requests: number;
	readonly peakMegabytes: number;
}

let requests = 0;
subscribe("http.client.request.start", () => requests++);
const [, , json = "", listsFolder] = process.argv;
const config = JSON.parse(json) as StorageConfig;
const anywhere = { network: undefined, roots: undefined };
await using storage =
	listsFolder === undefined ? await openStorage(config) : await openWithin(config, anywhere, { listsFolder });
let folders = 0;
let files = 0;
const options = {
	root: "",
	symlinks: "skip",
	known: async () => new Map(),
	...(listsFolder === undefined
		? {}
		: { registered: async () => ({ files: [], folders: [] }), needed: async () => new Set<string>() }),
	signal: new AbortController().signal,
} as const;
for await (const batch of scan(storage, options)) {
	if (batch.failures.length > 0) throw new Error(batch.failures[0]?.problem.message);
	folders += batch.folders.length;
	for (const folder of batch.folders) files += folder.files?.length ?? 0;
}
const peakMegabytes = Math.round(process.resourceUsage().maxRSS / 1024);
const result: RemoteListing = { folders, files, requests, peakMegabytes };
console.log(JSON.stringify(result));
