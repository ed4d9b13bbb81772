import type { Database } from "#lib/catalog/database/database.ts";
import type { SourceInput, StorageInput } from "#lib/catalog/inputs.ts";
import { configToTry, reconcile } from "#lib/catalog/secrets/storage-secrets.ts";
import { requireLinearPatterns } from "#lib/catalog/source-patterns.ts";
import { type StorageAccess, storageAccess } from "#lib/catalog/storages/storage-access.ts";
import { recordProbe } from "#lib/catalog/storages/storage-health.ts";
import type { StorageTest } from "#lib/catalog/storages/storage-views.ts";
import { findStorage } from "#lib/catalog/storages/storages.ts";
import { readEnv } from "#lib/env.ts";
import { EosyncError, StorageError, UsageError } from "#lib/errors.ts";
import { formatPlural } from "#lib/numbers.ts";
import type { OpenOptions } from "#lib/storage/open.ts";
import { joinPath } from "#lib/storage/path.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { classify, matcherOf } from "#lib/sync/match/match.ts";
import { checkPatterns } from "#lib/sync/match/unmatched.ts";
import { nearestPath } from "#lib/sync/storages/nearest-path.ts";
import { openNamed } from "#lib/sync/storages/open-named.ts";
import { openWithin } from "#lib/sync/storages/open-stored.ts";
import { failedProbe } from "#lib/sync/storages/probe-storage.ts";
import { withMetadata } from "#lib/sync/storages/with-metadata.ts";
import { dryReading } from "#lib/sync/survey/dry-reading.ts";
import { walk } from "#lib/sync/survey/look-through.ts";

/** Files named in the answer. */
const matchesShown = 12;
/** A test answers within so many milliseconds, with what it has seen until then. */
const timeoutMs = 8000;
/** For the test of a source, which lists and then reads: so that what was listed is read, and told. */
const sourceTimeoutMs = 14_000;
/** The parts of it: what was listed by then is read, and what was read by then is told. */
const partsOf = (milliseconds: number) => ({
	budget: { milliseconds: milliseconds * 0.4, entries: 300_000 },
	readingMs: milliseconds * 0.4,
});

interface TestOptions {
	readonly signal: AbortSignal;
	/** Default: as the environment says. */
	readonly access?: StorageAccess;
}

interface SourceTestOptions extends TestOptions {
	/** Storages as they would be, which count before those of that name in the catalogue. */
	readonly drafts?: readonly StorageInput[];
	/** Less time than a person waits for. */
	readonly milliseconds?: number;
}

/** *Test* of a storage as it is configured; a probe, too: what it found is kept. Here and below, what goes wrong is the answer, not an exception. */
export async function testStorage(database: Database, name: string, options: TestOptions): Promise<StorageTest> {
	const { signal, access = storageAccess(readEnv()) } = options;
	const stored = await findStorage(database, name);
	const failures: StorageError[] = [];
	const test = await answer(() => openNamed(database, name, access), signal, lookAtRoot, { failures });
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
	const test = await answer(() => openDraft(database, input, access, remember), signal, lookAtRoot);
	return test.facts === null ? test : { ...test, facts: { ...test.facts, notes: [...learned, ...test.facts.notes] } };
}

/** *Test* of a source: looks through it and reads some of its data files, as a sync would. */
export async function testSource(
	database: Database,
	source: SourceInput,
	options: SourceTestOptions,
): Promise<StorageTest> {
	requireLinearPatterns(source);
	const { signal, access = storageAccess(readEnv()), drafts = [], milliseconds = sourceTimeoutMs } = options;
	const open = (name: string) => {
		const draft = drafts.find((storage) => storage.name === name);
		return draft ? openDraft(database, draft, access) : openNamed(database, name, access);
	};
	const look = async (storage: Storage, limit: AbortSignal) => {
		const { metadataStorage: name, metadataPath: template, path: sourcePath } = source;
		await using metadata = name === null ? null : await open(name);
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
		await requireMarker(both, source, limit);
		const found = await dryReading(both, source, { ...partsOf(milliseconds), signal: limit }).catch(
			namingNearest(storage, source, limit),
		);
		return { ...found, milliseconds: since(began), facts: null };
	};
	return answer(() => open(source.storage), signal, look, { milliseconds });
}

async function openDraft(
	database: Database,
	input: StorageInput,
	access: StorageAccess,
	remember: OpenOptions["remember"] = async () => {},
): Promise<Storage> {
	const draft = reconcile(input, await findStorage(database, input.name));
	const keys = Object.keys(draft.kept).length > 0 ? await access.keys() : [];
	return openWithin(configToTry(draft, keys), access.policy, { remember });
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
		reading: null,
	};
}

async function requireMarker(storage: Storage, source: SourceInput, signal: AbortSignal): Promise<void> {
	if (
		source.marker !== null &&
		!(await storage.stat(joinPath(source.path, source.marker), { symlinks: source.symlinks, signal }))
	) {
		throw new UsageError(
			`The marker ${source.marker} is not at the source's root: the source would count as unreachable.`,
		);
	}
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
			return files === 0 ? [] : check.sentences(` among the first ${formatPlural(files, "file")}`);
		if (!(error instanceof EosyncError)) throw error;
		return error instanceof StorageError && error.code === "not-found" && error.path === source.path
			? [error.message]
			: [];
	}
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

type Findings = Omit<StorageTest, "ok"> & Partial<Pick<StorageTest, "ok">>;

interface AnswerOptions {
	readonly failures?: StorageError[];
	readonly milliseconds?: number;
}

async function answer(
	open: () => Promise<Storage>,
	signal: AbortSignal,
	look: (storage: Storage, signal: AbortSignal) => Promise<Findings>,
	{ failures = [], milliseconds = timeoutMs }: AnswerOptions = {},
): Promise<StorageTest> {
	const timeout = AbortSignal.timeout(milliseconds);
	try {
		await using storage = await open();
		return { ok: true, ...(await look(storage, AbortSignal.any([signal, timeout]))) };
	} catch (error) {
		const late = timeout.aborted && !signal.aborted;
		if (!late && !(error instanceof EosyncError)) throw error;
		if (!late && error instanceof StorageError) failures.push(error);
		const message = late
			? `No answer within ${milliseconds / 1000} s. It may still work: a run waits longer.`
			: (error as EosyncError).message;
		return { ok: false, message, folders: 0, files: 0, matches: [], milliseconds: 0, facts: null, reading: null };
	}
}

/** Milliseconds, whole. */
const since = (began: number) => Math.round(performance.now() - began);
