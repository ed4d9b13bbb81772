import type { SourceInput } from "#lib/catalog/inputs.ts";
import type { StorageTest } from "#lib/catalog/views.ts";
import { EosyncError, UsageError } from "#lib/errors.ts";
import type { StorageConfig } from "#lib/storage/config.ts";
import { openStorage } from "#lib/storage/open.ts";
import { joinPath } from "#lib/storage/path.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { classify, matcherOf } from "./match.ts";
import { scan } from "./scan.ts";

/** Files named in the answer. */
const matchesShown = 12;
/** A test answers within so many milliseconds, with what it has seen until then. */
const patience = 8000;

/** *Test* of a storage: reaches it and lists its root. What goes wrong is the answer, not an exception. */
export async function testStorage(
	config: StorageConfig,
	{ signal }: { readonly signal: AbortSignal },
): Promise<StorageTest> {
	return answer(config, signal, async (storage, limit) => {
		const { files, folders } = await storage.list("", { symlinks: "skip", signal: limit });
		const names = (files ?? []).slice(0, matchesShown).map(({ name, size }) => ({ path: name, metadata: [], size }));
		return {
			message: `Reached; the root holds ${folders.length} folders and ${files?.length ?? 0} files.`,
			folders: folders.length,
			files: files?.length ?? 0,
			matches: names,
		};
	});
}

/** *Test* of a source: walks it until the first data files are found, and shows them with their metadata files. */
export async function testSource(
	config: StorageConfig,
	source: SourceInput,
	{ signal }: { readonly signal: AbortSignal },
): Promise<StorageTest> {
	return answer(config, signal, (storage, limit) => firstMatches(storage, source, limit));
}

async function firstMatches(storage: Storage, source: SourceInput, signal: AbortSignal): Promise<Findings> {
	const matcher = matcherOf(source);
	const matches: StorageTest["matches"][number][] = [];
	let [folders, files] = [0, 0];
	if (
		source.marker !== null &&
		!(await storage.stat(joinPath(source.path, source.marker), { symlinks: source.symlinks, signal }))
	) {
		throw new UsageError(
			`The marker ${source.marker} is not at the source's root: the source would count as unreachable.`,
		);
	}
	const options = {
		root: source.path,
		symlinks: source.symlinks,
		known: () => Promise.resolve(new Map<string, string>()),
		signal,
	};
	for await (const batch of scan(storage, options)) {
		for (const folder of batch.folders) {
			folders += 1;
			files += folder.files?.length ?? 0;
			const { data } = classify(folder.path, folder.files ?? [], matcher);
			matches.push(
				...data.map(({ entry, metadata }) => ({
					path: joinPath(folder.path, entry.name),
					metadata: metadata.map(({ name }) => name),
					size: entry.size,
				})),
			);
		}
		if (matches.length >= matchesShown) {
			return {
				message: `The first matches, after ${folders === 1 ? "1 folder" : `${folders} folders`}; there may be more.`,
				folders,
				files,
				matches: matches.slice(0, matchesShown),
			};
		}
	}
	const inFolders = folders === 1 ? "1 folder" : `${folders} folders`;
	const message =
		matches.length === 0
			? `No file matches among ${files === 1 ? "1 file" : `${files} files`} in ${inFolders}.`
			: matches.length === 1
				? `1 match, in ${inFolders}.`
				: `All ${matches.length} matches, in ${inFolders}.`;
	return { message, folders, files, matches };
}

type Findings = Omit<StorageTest, "ok" | "milliseconds">;

async function answer(
	config: StorageConfig,
	signal: AbortSignal,
	look: (storage: Storage, signal: AbortSignal) => Promise<Findings>,
): Promise<StorageTest> {
	const began = performance.now();
	const since = () => Math.round(performance.now() - began);
	const timeout = AbortSignal.timeout(patience);
	try {
		await using storage = await openStorage(config);
		return { ok: true, ...(await look(storage, AbortSignal.any([signal, timeout]))), milliseconds: since() };
	} catch (error) {
		const late = timeout.aborted && !signal.aborted;
		if (!late && !(error instanceof EosyncError)) throw error;
		const message = late
			? `No answer within ${patience / 1000} s. It may still be right: a run waits longer.`
			: (error as EosyncError).message;
		return { ok: false, message, folders: 0, files: 0, matches: [], milliseconds: since() };
	}
}
