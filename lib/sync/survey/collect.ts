import type { SourceCounts } from "#lib/catalog/storages/storage-views.ts";
import { pathBelow } from "#lib/storage/path.ts";
import type { Listing, Storage } from "#lib/storage/storage.ts";
import { wrapStorage } from "#lib/storage/wrap-storage.ts";
import { scan } from "#lib/sync/scan/scan.ts";
import { everyZarrStore, withSafeFolders } from "#lib/sync/storages/safe-folders.ts";
import { type Budget, cutBySize, cutByTime, limited, problemsShown } from "./look-through.ts";

/** All listings below a folder, as far as the budget goes. */
export interface Collected {
	readonly listings: ReadonlyMap<string, Listing>;
	readonly files: number;
	readonly leftOut: Pick<SourceCounts, "hidden" | "links" | "special" | "unreadable">;
	readonly cut: string | null;
	readonly problems: readonly string[];
}

/** Walks a folder within the budget. @throws StorageError when the folder itself cannot be listed */
export async function collect(
	storage: Storage,
	path: string,
	{ budget, signal }: { readonly budget: Budget; readonly signal: AbortSignal },
): Promise<Collected> {
	const limit = limited(signal, budget);
	const listings = new Map<string, Listing>();
	const leftOut = { hidden: 0, links: 0, special: 0, unreadable: 0 };
	const problems: string[] = [];
	let files = 0;
	let cut: string | null = null;
	const tell = (message: string) => {
		if (problems.length < problemsShown) problems.push(message);
	};
	try {
		const known = () => Promise.resolve(new Map<string, string>());
		const batches = scan(withSafeFolders(storage, everyZarrStore), {
			root: path,
			symlinks: "skip",
			known,
			signal: limit.signal,
		});
		for await (const batch of batches) {
			for (const folder of batch.folders) {
				const { digest, folders, files: found, unclear } = folder;
				listings.set(folder.path, { digest, folders, files: found ?? [], unclear });
				files += found?.length ?? 0;
				leftOut.hidden += folder.leftOut?.hidden ?? 0;
				leftOut.links += folder.leftOut?.links ?? 0;
				for (const { kind, message } of unclear) {
					leftOut[kind === "special" ? "special" : "unreadable"] += 1;
					tell(message);
				}
			}
			leftOut.unreadable += batch.failures.length;
			for (const { problem } of batch.failures) tell(problem.message);
			if (files + listings.size < budget.entries) continue;
			cut = cutBySize(files);
			break;
		}
	} catch (error) {
		if (!limit.isOver() || listings.size === 0) throw error;
		cut = cutByTime(files, budget);
	}
	return { listings, files, leftOut, cut, problems };
}

/** The storage with what was listed already; folders that no listing was made of stand as empty, so that nothing is listed twice. */
export function withListings(storage: Storage, root: string, listings: ReadonlyMap<string, Listing>): Storage {
	const nothing: Listing = { digest: "", folders: [], files: [], unclear: [] };
	const list: Storage["list"] = async (path, options) =>
		listings.get(path) ?? (pathBelow(root, path) === null ? storage.list(path, options) : nothing);
	return wrapStorage(storage, { instead: { list, startWalk: () => ({ list }) } });
}
