import { isPlanned } from "#lib/catalog/changes/change-outcomes.ts";
import { inBatches } from "#lib/catalog/database/cursor.ts";
import type { Transaction } from "#lib/catalog/database/database.ts";
import { StorageError } from "#lib/errors.ts";
import { baseName, folderOf } from "#lib/paths.ts";
import {
	type AccessOptions,
	type Entry,
	type Problem,
	problemOf,
	type Storage,
	type StorageType,
} from "#lib/storage/storage.ts";
import { cancellable } from "#lib/sync/cancellable.ts";
import type { SourceRules } from "#lib/sync/loaded-run.ts";
import { lookAgainAt } from "#lib/sync/look-again.ts";
import { mapParallel } from "#lib/sync/parallel.ts";
import { addProblems } from "#lib/sync/problems.ts";
import type { RunContext } from "#lib/sync/run-context.ts";
import { contradicting, listAround } from "./listed-otherwise.ts";
import { type LackingListing, type MissingFile, removalsToAsk, type ToAsk } from "./removals-to-ask.ts";

const maxParallel = 16;
/** After so many requests without any answer a source is not asked again. */
const maxSilences = 3;

/** A file, the files of a folder, or all below some folders. */
type Scope = { readonly file: string } | { readonly filesOf: string } | { readonly allBelow: ReadonlySet<string> };

/** What must not be removed, and why. */
interface Objection {
	readonly keeps: Scope;
	readonly problem: Problem;
}

/**
 * Listings lie without a trace: a cold cache, an index that is not yet up to date. So before datasets are removed the archive
 * is asked once more, from another side: for the files by name, and for the folders above those that are gone. A file
 * that is there after all makes its folder a problem, and nothing of that folder is removed; a file that remains unknown stays and
 * is a problem itself.
 * Returns how many removals were taken out of the plan, or became something else.
 */
export async function confirmRemovals(context: RunContext): Promise<number> {
	const { database, lease, loaded } = context;
	let altered = 0;
	for (const source of loaded.sources) {
		const toAsk = await removalsToAsk(context, source);
		if (toAsk.listings.length === 0) continue;
		const { objections, linked } = await askSource(context, source, toAsk);
		if (objections.length === 0 && linked.length === 0) continue;
		altered += await cancellable(database.sql, lease.signal, async (sql) => {
			const place = { run: lease.run, sourceId: source.id };
			const problems = objections.map(({ problem }) => problem);
			if (problems.length > 0) await addProblems(sql, lease, source.id, problems);
			const withheld = await withhold(sql, place, objections);
			const others = loaded.sources.filter(
				({ storageId, symlinks }) => storageId === source.storageId && symlinks === "follow",
			);
			return withheld + (await unlinkLinked(sql, place, linked, others));
		});
	}
	return altered;
}

/** A file, or the contents that a listing lacked, that exist only through symbolic links that the source skips. */
type Linked = { readonly file: string } | { readonly listing: LackingListing };

type Asked<T> = { readonly answer: T } | Problem;

/** Asks a storage; what it does not answer is a problem. After some silences it is not asked any more. */
class Asking {
	#silences = 0;
	#silence: Problem | null = null;

	async ask<T>(path: string, call: () => Promise<T>): Promise<Asked<T>> {
		if (this.#silence !== null && this.#silences >= maxSilences) return { ...this.#silence, path };
		try {
			return { answer: await call() };
		} catch (error) {
			if (!(error instanceof StorageError)) throw error;
			const problem = { ...problemOf(error), path };
			if (error.code === "unreachable" || error.code === "timeout") {
				this.#silences++;
				this.#silence = problem;
			}
			return problem;
		}
	}
}

async function askSource(
	context: RunContext,
	source: SourceRules,
	{ listings, isSample }: ToAsk,
): Promise<{ readonly objections: readonly Objection[]; readonly linked: readonly Linked[] }> {
	const options = { symlinks: source.symlinks, signal: context.lease.signal };
	const storage = await context.storageOf(source);
	const asking = new Asking();
	const objections: Objection[] = [];
	const linked: Linked[] = [];
	const found: { readonly file: MissingFile; readonly entry: Entry; readonly listing: LackingListing }[] = [];
	const files = listings.flatMap((listing) => listing.files.map((file) => ({ file, listing })));
	await mapParallel(files, maxParallel, async ({ file, listing }) => {
		const result = await lookFor(file.path, { storage, asking, ...options });
		if ("answer" in result) {
			if (result.answer === "linked") linked.push(isSample ? { listing } : { file: file.path });
			else if (result.answer !== null) found.push({ file, entry: result.answer, listing });
		} else if (result.code !== "not-found") {
			objections.push(
				isSample ? objectionOf(listing, unknown(result)) : { keeps: { file: file.path }, problem: unknown(result) },
			);
		}
	});
	for (const [directory, there] of Map.groupBy(found, ({ file }) => file.directory)) {
		const names = there.map(({ file }) => baseName(file.path));
		const result = await asking.ask(directory, () => listAround(storage, directory, names, options));
		const now = "answer" in result ? result.answer : { files: [], folders: [] };
		const answers = there.map(({ file: { path }, entry, listing }) => ({ path, entry, listing }));
		const [contrary] = contradicting(answers, now);
		if (contrary) objections.push(contradiction(contrary.path, contrary.listing, { isSample }));
	}
	for (const listing of listings) {
		if (listing.goneFolders === null) continue;
		const result = await asking.ask(listing.folder, () => storage.list(listing.folder, options));
		if (!("answer" in result)) {
			// If the folder above is gone as well, the next scan finds that out.
			objections.push(objectionOf(listing, unknown(result)));
			continue;
		}
		for (const name of result.answer.folders) {
			const path = listing.folder === "" ? name : `${listing.folder}/${name}`;
			if (!listing.goneFolders.has(path)) continue;
			const message = "The folder was not in the listing of the one above, but is there now. Nothing of it is removed.";
			objections.push({ keeps: { allBelow: new Set([path]) }, problem: { path, code: "changed", message } });
		}
	}
	return { objections, linked };
}

/** Objects to the removal of anything that the listing lacked. */
function objectionOf(listing: LackingListing, problem: Problem): Objection {
	return { keeps: scopeOf(listing), problem: { ...problem, path: listing.folder } };
}

function contradiction(path: string, listing: LackingListing, { isSample }: Pick<ToAsk, "isSample">): Objection {
	const folder = folderOf(path);
	if (isSample && listing.goneFolders !== null) {
		const message = `The listing lacked folders, but ${path} in one of them is there when it is asked for by name. Nothing of the folders that it lacked is removed.`;
		return objectionOf(listing, { path, code: "changed", message });
	}
	const message = `${baseName(path)} was not in the listing of its folder, but is there when it is asked for by name. Nothing of the folder is removed.`;
	return { keeps: { filesOf: folder }, problem: { path: folder, code: "changed", message } };
}

interface Looking extends AccessOptions {
	readonly storage: Storage;
	readonly asking: Asking;
}

/** Asks for a file by name. `linked`: it is there only through a symbolic link that the source skips. */
async function lookFor(
	path: string,
	{ storage, asking, ...options }: Looking,
): Promise<Asked<Entry | "linked" | null>> {
	const first = await asking.ask(path, () => storage.stat(path, options));
	if (options.symlinks === "follow" || !("answer" in first) || first.answer !== null) return first;
	const followed = await asking.ask(path, () => storage.stat(path, { ...options, symlinks: "follow" }));
	// A link to outside of the storage is not followed, but it is there.
	if ("answer" in followed ? followed.answer === null : followed.code !== "forbidden") return first;
	if (hasLinks.has(storage.type)) return { answer: "linked" };
	const message = "by one answer of the server it is, and by the next it is there.";
	return "answer" in followed ? { path, code: "changed", message } : followed;
}

const hasLinks: ReadonlySet<StorageType> = new Set(["local", "ftp", "sftp"]);

function unknown(problem: Problem): Problem {
	return { ...problem, message: `It could not be found out whether it is gone: ${problem.message}` };
}

interface PlaceOfRemovals {
	readonly run: number;
	readonly sourceId: number;
}

/** Selects the planned removals of the source among changes `c`. */
const removalsOf = (sql: Transaction, { run, sourceId }: PlaceOfRemovals) =>
	sql`c.run_id = ${run} and c.source_id = ${sourceId} and c.action = 'removed' and ${isPlanned(sql)}`;

/** Takes removals out of the plan in one statement, however many there are. Returns how many. */
async function withhold(sql: Transaction, place: PlaceOfRemovals, objections: readonly Objection[]): Promise<number> {
	if (objections.length === 0) return 0;
	const scopes = objections.map(({ keeps }) => keeps);
	const { files, folders } = await pathsIn(sql, place, scopes);
	const kept = await sql<{ directory: string; count: number }[]>`
		with kept as (
			delete from changes c where ${removalsOf(sql, place)} and (path = any(${files}) or directory = any(${folders})) returning directory
		)
		select directory, count(*) as count from kept group by directory`;
	await lookAgainAt(
		sql,
		place.run,
		kept.map(({ directory }) => ({ source: place.sourceId, directory })),
	);
	return kept.reduce((sum, { count }) => sum + count, 0);
}

/**
 * The dataset leaves this container as an unlinked one does: the file exists, and no source of this container lists it any more. Other
 * containers may follow links. It stays where another source of this container does, or where it was added by hand (rule 5).
 */
async function unlinkLinked(
	sql: Transaction,
	place: PlaceOfRemovals,
	linked: readonly Linked[],
	others: readonly SourceRules[],
): Promise<number> {
	if (linked.length === 0) return 0;
	const scopes = linked.map((one) => ("file" in one ? one : scopeOf(one.listing)));
	const { files, folders } = await pathsIn(sql, place, scopes);
	const removals = sql`${removalsOf(sql, place)} and (path = any(${files}) or directory = any(${folders}))`;
	const rows = sql<{ id: number; path: string; directory: string; byHand: boolean }[]>`
		select c.id, c.path, c.directory, exists (select from runs r join container_datasets cd on cd.container_id = r.container_id
			where r.id = c.run_id and cd.dataset_id = c.dataset_id and cd.source_id is null) as "byHand"
		from changes c where ${removals}`;
	let altered = 0;
	for await (const batch of inBatches(sql, rows, 1000)) {
		const { stay: staying = [], leave: leaving = [] } = Object.groupBy(batch, ({ path, byHand }) =>
			byHand || others.some(({ matcher }) => matcher.matches(path)) ? "stay" : "leave",
		);
		await sql`delete from changes where id = any(${staying.map(({ id }) => id)})`;
		await lookAgainAt(
			sql,
			place.run,
			staying.map(({ directory }) => ({ source: place.sourceId, directory })),
		);
		await sql`
			update changes set action = 'unlinked', reason = 'the file is reached through a symbolic link, which the source skips'
			where id = any(${leaving.map(({ id }) => id)})`;
		altered += batch.length;
	}
	return altered;
}

function scopeOf({ folder, goneFolders }: LackingListing): Scope {
	return goneFolders === null ? { filesOf: folder } : { allBelow: goneFolders };
}

/** The files, and the folders of all files, that lie within these scopes. */
async function pathsIn(sql: Transaction, place: PlaceOfRemovals, scopes: readonly Scope[]) {
	const files: string[] = [];
	const folders: string[] = [];
	const trees = new Set<string>();
	for (const scope of scopes) {
		if ("file" in scope) files.push(scope.file);
		else if ("filesOf" in scope) folders.push(scope.filesOf);
		else for (const path of scope.allBelow) trees.add(path);
	}
	if (trees.size > 0) {
		const rows = await sql<{ directory: string }[]>`
			select distinct directory from changes c where ${removalsOf(sql, place)}`;
		for (const { directory } of rows) if (isWithin(directory, trees)) folders.push(directory);
	}
	return { files, folders };
}

function isWithin(folder: string, trees: ReadonlySet<string>): boolean {
	for (let path = folder; path !== ""; path = folderOf(path)) if (trees.has(path)) return true;
	return false;
}
