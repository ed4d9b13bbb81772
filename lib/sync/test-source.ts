import type { Database } from "#lib/catalog/database/database.ts";
import type { SourceInput, StorageInput } from "#lib/catalog/inputs.ts";
import { metadataNameOf } from "#lib/catalog/metadata-place.ts";
import { configToTry, reconcile } from "#lib/catalog/secrets/storage-secrets.ts";
import { requireLinearPatterns } from "#lib/catalog/source-patterns.ts";
import { type StorageAccess, storageAccess } from "#lib/catalog/storages/storage-access.ts";
import { recordProbe } from "#lib/catalog/storages/storage-health.ts";
import type { StorageTest } from "#lib/catalog/storages/storage-views.ts";
import { findStorage } from "#lib/catalog/storages/storages.ts";
import { readEnv } from "#lib/env.ts";
import { EosyncError, StorageError, UsageError } from "#lib/errors.ts";
import { joinPath } from "#lib/storage/path.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { classify, matcherOf } from "#lib/sync/match/match.ts";
import { checkPatterns } from "#lib/sync/match/unmatched.ts";
import { scan } from "#lib/sync/scan/scan.ts";
import { nearestPath } from "#lib/sync/storages/nearest-path.ts";
import { openStored, openWithin } from "#lib/sync/storages/open-stored.ts";
import { failedProbe } from "#lib/sync/storages/probe-storage.ts";
import { withSafeFolders } from "#lib/sync/storages/safe-folders.ts";
import { withMetadata } from "#lib/sync/storages/with-metadata.ts";

/** Files named in the answer. */
const matchesShown = 12;
/** A test answers within so many milliseconds, with what it has seen until then. */
const timeoutMs = 8000;

interface TestOptions {
	readonly signal: AbortSignal;
	/** Default: as the environment says. */
	readonly access?: StorageAccess;
}

/** *Test* of a storage as it is configured; a probe, too: what it found is kept. Here and below, what goes wrong is the answer, not an exception. */
export async function testStorage(database: Database, name: string, options: TestOptions): Promise<StorageTest> {
	const { signal, access = storageAccess(readEnv()) } = options;
	const stored = await findStorage(database, name);
	const failures: StorageError[] = [];
	const test = await answer(() => openNamed(database, name, access), signal, lookAtRoot, failures);
	const [failure] = failures;
	if (stored !== null && (test.ok || failure !== undefined)) {
		const { milliseconds } = test;
		const result = failure ? failedProbe(failure, stored.config.type) : ({ reached: true, milliseconds } as const);
		await recordProbe(database, stored.id, result);
	}
	return test;
}

/** *Test* of a storage as a form has it: secrets that are left out are those it has. Nothing of it is kept. */
export async function testDraft(database: Database, input: StorageInput, options: TestOptions): Promise<StorageTest> {
	const { signal, access = storageAccess(readEnv()) } = options;
	const learned: string[] = [];
	const remember = async () => {
		learned.push(
			"The server's host key was not known yet: ask its operator whether it is the right one. It is kept at the first connection after saving, and required from then on.",
		);
	};
	const open = async () => {
		const draft = reconcile(input, await findStorage(database, input.name));
		const keys = Object.keys(draft.kept).length > 0 ? await access.keys() : [];
		return openWithin(configToTry(draft, keys), access.policy, { remember });
	};
	const test = await answer(open, signal, lookAtRoot);
	return test.facts === null ? test : { ...test, facts: { ...test.facts, notes: [...learned, ...test.facts.notes] } };
}

/** *Test* of a source: walks it until the first data files are found, and shows them with their metadata files. */
export async function testSource(database: Database, source: SourceInput, options: TestOptions): Promise<StorageTest> {
	requireLinearPatterns(source);
	const { signal, access = storageAccess(readEnv()) } = options;
	const look = async (storage: Storage, limit: AbortSignal) => {
		const { metadataStorage: name, metadataPath: template, path: sourcePath } = source;
		await using metadata = name === null ? null : await openNamed(database, name, access);
		const both =
			name === null || metadata === null
				? storage
				: withMetadata(storage, {
						storage: metadata,
						name,
						template,
						sourcePath,
						matcher: matcherOf(source),
					});
		const began = performance.now();
		const matches = await firstMatches(both, source, limit).catch(namingNearest(storage, source, limit));
		return { ...matches, milliseconds: since(began), facts: null };
	};
	return answer(() => openNamed(database, source.storage, access), signal, look);
}

async function openNamed(database: Database, name: string, access: StorageAccess): Promise<Storage> {
	const stored = await findStorage(database, name);
	if (stored === null) throw new UsageError(`There is no storage ${name}. Choose one from the list.`);
	return openStored(database, stored, access);
}

async function lookAtRoot(storage: Storage, signal: AbortSignal): Promise<Findings> {
	const facts = await storage.facts({ signal });
	const began = performance.now();
	const { files, folders } = await storage.list("", { symlinks: "skip", signal });
	const milliseconds = since(began);
	const found = files ?? [];
	return {
		message: facts.server === null ? "Reached." : `Reached: ${facts.server}.`,
		folders: folders.length,
		files: found.length,
		matches: found.slice(0, matchesShown).map(({ name, size }) => ({ path: name, metadata: [], size })),
		milliseconds,
		facts,
	};
}

async function firstMatches(storage: Storage, source: SourceInput, signal: AbortSignal): Promise<Matches> {
	const matcher = matcherOf(source);
	const matches: StorageTest["matches"][number][] = [];
	const check = checkPatterns(source);
	let folders = 0;
	let files = 0;
	if (
		source.marker !== null &&
		!(await storage.stat(joinPath(source.path, source.marker), { symlinks: source.symlinks, signal }))
	) {
		throw new UsageError(
			`The marker ${source.marker} is not at the source's root: the source would count as unreachable.`,
		);
	}
	for await (const batch of walk(storage, source, signal)) {
		for (const folder of batch.folders) {
			folders += 1;
			files += folder.files?.length ?? 0;
			const { data } = classify(folder.path, folder.files ?? [], matcher);
			check.dataFiles(data.map(({ entry }) => joinPath(folder.path, entry.name)));
			check.seen((folder.files ?? []).map(({ name }) => joinPath(folder.path, name)));
			matches.push(
				...data.map(({ entry, metadata }) => ({
					path: joinPath(folder.path, entry.name),
					metadata: metadata.map(({ name }) => metadataNameOf(name) ?? name),
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
	const found =
		matches.length === 0
			? `No file matches among ${files === 1 ? "1 file" : `${files} files`} in ${inFolders}.`
			: matches.length === 1
				? `1 match, in ${inFolders}.`
				: `All ${matches.length} matches, in ${inFolders}.`;
	return { message: [found, ...check.sentences()].join(" "), folders, files, matches };
}

/**
 * Looks through a source until each of its patterns matches something. Returns a sentence for each that matches nothing, or
 * one for the path if it does not exist; none when the storage does not answer: nothing is known then.
 * @param milliseconds after which it ends with what it has seen
 */
export async function findUnmatched(
	database: Database,
	source: SourceInput,
	{ access = storageAccess(readEnv()), signal, milliseconds }: TestOptions & { readonly milliseconds: number },
): Promise<readonly string[]> {
	const timeout = AbortSignal.timeout(milliseconds);
	const limit = AbortSignal.any([signal, timeout]);
	const check = checkPatterns(source);
	const matcher = matcherOf(source);
	let files = 0;
	try {
		await using storage = await openNamed(database, source.storage, access);
		try {
			for await (const { folders } of walk(storage, source, limit)) {
				for (const { path, files: found } of folders) {
					const { data } = classify(path, found ?? [], matcher);
					files += found?.length ?? 0;
					check.dataFiles(data.map(({ entry }) => joinPath(path, entry.name)));
					check.seen((found ?? []).map(({ name }) => joinPath(path, name)));
				}
				if (check.isDone) return [];
			}
			return check.sentences();
		} catch (error) {
			return await namingNearest(storage, source, limit)(error);
		}
	} catch (error) {
		if (timeout.aborted && !signal.aborted)
			return files === 0 ? [] : check.sentences(` among the first ${files} files`);
		if (!(error instanceof EosyncError)) throw error;
		return error instanceof StorageError && error.code === "not-found" && error.path === source.path
			? [error.message]
			: [];
	}
}

function walk(storage: Storage, source: SourceInput, signal: AbortSignal) {
	return scan(withSafeFolders(storage, matcherOf(source)), {
		root: source.path,
		symlinks: source.symlinks,
		known: () => Promise.resolve(new Map<string, string>()),
		signal,
	});
}

/** For a root that does not exist, the message names the path that was probably meant. */
function namingNearest(storage: Storage, source: SourceInput, signal: AbortSignal) {
	return async (error: unknown): Promise<never> => {
		if (!(error instanceof StorageError) || error.code !== "not-found" || error.path !== source.path) throw error;
		const nearest = await nearestPath(storage, source, signal);
		throw nearest === null
			? error
			: new StorageError(error.code, error.path, `${error.message} ${nearest}`, { cause: error });
	};
}

type Findings = Omit<StorageTest, "ok">;
type Matches = Omit<Findings, "milliseconds" | "facts">;

async function answer(
	open: () => Promise<Storage>,
	signal: AbortSignal,
	look: (storage: Storage, signal: AbortSignal) => Promise<Findings>,
	failures: StorageError[] = [],
): Promise<StorageTest> {
	const timeout = AbortSignal.timeout(timeoutMs);
	try {
		await using storage = await open();
		return { ok: true, ...(await look(storage, AbortSignal.any([signal, timeout]))) };
	} catch (error) {
		const late = timeout.aborted && !signal.aborted;
		if (!late && !(error instanceof EosyncError)) throw error;
		if (!late && error instanceof StorageError) failures.push(error);
		const message = late
			? `No answer within ${timeoutMs / 1000} s. It may still work: a run waits longer.`
			: (error as EosyncError).message;
		return { ok: false, message, folders: 0, files: 0, matches: [], milliseconds: 0, facts: null };
	}
}

/** Milliseconds, whole. */
const since = (began: number) => Math.round(performance.now() - began);
