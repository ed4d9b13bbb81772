import { resolve } from "node:path";
import type { Database } from "#lib/catalog/database/database.ts";
import { type SourceInput, storageInput } from "#lib/catalog/inputs.ts";
import { configToTry, reconcile } from "#lib/catalog/secrets/storage-secrets.ts";
import { type StorageAccess, storageAccess } from "#lib/catalog/storages/storage-access.ts";
import type { FolderListing, PlaceOfStorage, SourceNames, Survey } from "#lib/catalog/storages/survey-views.ts";
import { readEnv } from "#lib/env.ts";
import { guessFileName } from "#lib/metadata/guess-file-name.ts";
import { baseName } from "#lib/paths.ts";
import { normalisePath } from "#lib/storage/path.ts";
import { openNamed } from "#lib/sync/storages/open-named.ts";
import { openWithin } from "#lib/sync/storages/open-stored.ts";
import { lookThrough } from "./look-through.ts";
import { survey } from "./survey.ts";

/** What a person asks of a storage before there is a container. Every call opens the storage and closes it; nothing is kept. */

interface Options {
	readonly signal: AbortSignal;
	/** Default: as the environment says. */
	readonly access?: StorageAccess;
}

/** For a survey, which reads samples of several sources. */
const surveyMs = 30_000;
const listingMs = 14_000;
/** More are found by a part of their name. */
const foldersShown = 500;
/** On which a pattern for file names is tried: one to mark, and fifty others. */
const namesShown = 51;
const namesBudget = { milliseconds: 6000, entries: 300_000 };

/** Names of data files of a source, spread over it, and the pattern that would read times from most of them. @throws StorageError */
export async function namesOfSource(
	database: Database,
	source: SourceInput,
	{ signal, access = storageAccess(readEnv()) }: Options,
): Promise<SourceNames> {
	await using storage = await openNamed(database, source.storage, access);
	const { matches, counts, cut } = await lookThrough(storage, source, {
		budget: namesBudget,
		samples: namesShown,
		signal,
	});
	const names = matches.map(({ path }) => baseName(path));
	return { names, matched: counts.matched, cut, guess: guessFileName(names, source.timeZone)?.pattern ?? null };
}

/** What lies in a folder of a storage, and what could be made of it. @throws StorageError, UsageError */
export async function surveyFolder(
	database: Database,
	{ storage: name, path }: PlaceOfStorage,
	{ signal, access = storageAccess(readEnv()), milliseconds = surveyMs }: Options & { readonly milliseconds?: number },
): Promise<Survey> {
	await using storage = await openNamed(database, name, access);
	return await survey(storage, { name, path: normalisePath(path), milliseconds, signal });
}

/** The sub-folders of a folder, at most so many as a person can choose among. @throws StorageError, UsageError */
export async function listFolders(
	database: Database,
	{ storage: name, path, search }: PlaceOfStorage & { readonly search: string },
	{ signal, access = storageAccess(readEnv()) }: Options,
): Promise<FolderListing> {
	await using storage = await openNamed(database, name, access);
	const limit = AbortSignal.any([signal, AbortSignal.timeout(listingMs)]);
	const { folders, files } = await storage.list(normalisePath(path), { symlinks: "skip", signal: limit });
	return { path, ...namesWith(search, folders), files: files?.length ?? 0 };
}

/**
 * The sub-folders of a folder of this machine in which a local storage may be: within the allowed folders, or above them those that lead
 * there. Links are followed, as a root may be one. @throws StorageError, UsageError
 */
export async function listRootFolders(
	{ path, search }: { readonly path: string; readonly search: string },
	{ signal, access = storageAccess(readEnv()) }: Options,
): Promise<FolderListing> {
	const { policy } = access;
	const root = `/${normalisePath(path)}`;
	const onTheWay = foldersTowards(root, policy.roots ?? []);
	if (onTheWay.length > 0) return { path, ...namesWith(search, onTheWay), files: 0 };
	const config = configToTry(reconcile(storageInput.parse({ name: "root", type: "local", root }), null), []);
	await using storage = await openWithin(config, policy, { remember: async () => {} });
	const limit = AbortSignal.any([signal, AbortSignal.timeout(listingMs)]);
	const { folders, files } = await storage.list("", { symlinks: "follow", signal: limit });
	return { path, ...namesWith(search, folders), files: files?.length ?? 0 };
}

/** The next folders on the way from a folder to allowed ones that lie below it. */
function foldersTowards(folder: string, allowed: readonly string[]): readonly string[] {
	const above = folder === "/" ? "/" : `${folder}/`;
	const below = allowed.map((one) => resolve(one)).filter((one) => one.startsWith(above) && one !== above);
	return [...new Set(below.map((one) => one.slice(above.length).split("/")[0] ?? ""))].sort();
}

function namesWith(search: string, folders: readonly string[]): Pick<FolderListing, "folders" | "total"> {
	const wanted = search.toLowerCase();
	const found = wanted === "" ? folders : folders.filter((folder) => folder.toLowerCase().includes(wanted));
	return { folders: found.slice(0, foldersShown), total: found.length };
}
