import { inBatches } from "#lib/catalog/database/cursor.ts";
import { currentVersion, datasetFiles } from "#lib/catalog/datasets/dataset-state.ts";
import { baseName } from "#lib/paths.ts";
import type { Problem, Unclear } from "#lib/storage/storage.ts";
import { cancellable } from "#lib/sync/cancellable.ts";
import { classify } from "#lib/sync/match/match.ts";
import type { ScannedFolder } from "./scan.ts";
import type { ScanContext } from "./scan-context.ts";
import { writtenFolder } from "./storable-paths.ts";
import { type JudgedFolder, nothingUnclear, sidecarsOf, type UnclearNames } from "./unclear.ts";

interface Judged {
	readonly folders: readonly JudgedFolder[];
	/** What may be a dataset, or belong to one. */
	readonly problems: readonly Problem[];
	/** What no rule needs. */
	readonly notes: readonly Problem[];
}

/**
 * Separates problems from notes: a problem is what a pattern matches, what may belong to a data file, and what is registered; a
 * socket, a device or a link to nowhere only where its name is registered. The catalogue is asked just for these names: a
 * folder with a socket in it may have a million datasets.
 */
export async function judgeUnclear(context: ScanContext, scanned: readonly ScannedFolder[]): Promise<Judged> {
	const problems: Problem[] = [];
	const notes: Problem[] = [];
	const folders: JudgedFolder[] = [];
	for (const folder of scanned) {
		const { unclear } = folder;
		if (unclear.length === 0) {
			folders.push({ ...folder, unclear: nothingUnclear });
			continue;
		}
		const registered = await registeredAmong(context, folder);
		const belonging = await belongingAmong(context, folder);
		const isProblem = ({ name, kind, hides }: Unclear) =>
			registered.has(name) ||
			kind === "folder" ||
			hides === "any" ||
			// Everything below a product's manifest belongs to the product.
			(kind === "unknown" &&
				(belonging.has(name) || name.includes("/") || isMatchedOrUndecided(context, pathIn(folder.path, name))));
		const matter = unclear.filter(isProblem);
		problems.push(...matter.map((one) => problemOf(folder.path, one)));
		notes.push(...unclear.filter((one) => !isProblem(one)).map((one) => problemOf(folder.path, one)));
		folders.push({
			...folder,
			unclear: {
				names: new Set(unclear.map(({ name }) => name)),
				possible: new Set(unclear.flatMap(({ name, kind }) => (kind === "special" ? [] : [name]))),
				unreadable: unreadableIn(unclear),
				matters: matter.length > 0,
			},
		});
	}
	return { folders, problems, notes };
}

function isMatchedOrUndecided({ loaded, source }: ScanContext, path: string): boolean {
	return source.matcher.matches(path) || loaded.sources.some(({ matcher }) => matcher.undecided?.has(path));
}

/** Returns a folder's unclear names that are registered: files of datasets and rejections, relative to it, and known sub-folders. */
async function registeredAmong(
	{ database: { sql }, loaded, source }: ScanContext,
	{ path, unclear }: ScannedFolder,
): Promise<ReadonlySet<string>> {
	const names = unclear.map(({ name }) => name);
	const subfolders = names.map((name) => pathIn(path, name));
	const rows = await sql<{ name: string }[]>`
		with files as (
			select ${datasetFiles(sql)} as files from datasets d ${currentVersion(sql)}
			where d.storage_id = ${source.storageId} and d.directory = ${path} and d.archived_at is null
			union all
			select files from rejections where container_id = ${loaded.container.id} and storage_id = ${source.storageId} and directory = ${writtenFolder(path)}
		)
		select distinct file->>'name' as name from files, jsonb_array_elements(files.files) as f(file) where file->>'name' = any(${names})
		union
		select regexp_replace(f.path, '^.*/', '') from directories f
		where f.source_id = ${source.id} and f.parent = ${path} and f.path = any(${subfolders})`;
	return new Set(rows.map(({ name }) => name));
}

/** Returns a folder's unclear names that may be files belonging to a data file that is there or registered. */
async function belongingAmong(context: ScanContext, folder: ScannedFolder): Promise<ReadonlySet<string>> {
	const { database, claim, loaded, source } = context;
	const possible = new Set(folder.unclear.flatMap(({ name, kind }) => (kind === "unknown" ? [name] : [])));
	const belonging = new Set<string>();
	if (possible.size === 0) return belonging;
	const look = (dataNames: readonly string[]) => {
		for (const name of sidecarsOf(source.matcher, dataNames)) if (possible.has(name)) belonging.add(name);
	};
	look(dataNames(context, folder));
	await cancellable(database.sql, claim.signal, async (sql) => {
		const paths = sql<{ path: string }[]>`
			select path from datasets where storage_id = ${source.storageId} and directory = ${folder.path} and archived_at is null
			union all
			select path from rejections
			where container_id = ${loaded.container.id} and storage_id = ${source.storageId} and directory = ${writtenFolder(folder.path)}`;
		for await (const batch of inBatches(sql, paths, 1000)) look(batch.map(({ path }) => baseName(path)));
	});
	return belonging;
}

function dataNames({ source }: ScanContext, { path, files }: ScannedFolder): readonly string[] {
	return classify(path, files ?? [], source.matcher).data.map(({ entry }) => entry.name);
}

function unreadableIn(unclear: readonly Unclear[]): UnclearNames["unreadable"] {
	const hidden = new Set(unclear.flatMap(({ hides, kind }) => (kind === "special" ? [] : (hides ?? "none"))));
	return hidden.has("any") ? "any" : hidden.has("non-ascii") ? "non-ascii" : "none";
}

/** A name that no path can express, or none at all, is reported by its folder. */
function problemOf(folder: string, { name, code, message }: Unclear): Problem {
	return { path: code === "invalid-path" ? folder : pathIn(folder, name), code, message };
}

function pathIn(folder: string, name: string): string {
	return folder === "" ? name : `${folder}/${name}`;
}
