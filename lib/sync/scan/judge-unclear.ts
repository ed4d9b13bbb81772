import { filesOf, knownChildren, registeredDatasets, registeredRejections } from "#lib/catalog/registered-datasets.ts";
import { baseName } from "#lib/storage/path.ts";
import type { Problem, Unclear } from "#lib/storage/storage.ts";
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
 * Tells problems from notes: a problem is what a pattern matches, what may belong to a data file, and what is registered; a
 * socket, a device or a link to nowhere only where its name is registered.
 */
export async function judgeUnclear(context: ScanContext, scanned: readonly ScannedFolder[]): Promise<Judged> {
	const affected = scanned.filter(({ unclear }) => unclear.length > 0);
	const registeredByFolder = affected.length === 0 ? null : await registeredNames(context, affected);
	const problems: Problem[] = [];
	const notes: Problem[] = [];
	const folders = scanned.map((folder): JudgedFolder => {
		const registered = registeredByFolder?.get(folder.path);
		if (registered === undefined) return { ...folder, unclear: nothingUnclear };
		const belonging = sidecarsOf(context.source.matcher, [...registered.data, ...dataNames(context, folder)]);
		const isProblem = ({ name, kind, hides }: Unclear) =>
			registered.all.has(name) ||
			kind === "folder" ||
			hides === "any" ||
			// Everything below a product's manifest belongs to the product.
			(kind === "unknown" &&
				(belonging.has(name) || name.includes("/") || context.source.matcher.matches(pathIn(folder.path, name))));
		const matter = folder.unclear.filter(isProblem);
		problems.push(...matter.map((one) => problemOf(folder.path, one)));
		notes.push(...folder.unclear.filter((one) => !isProblem(one)).map((one) => problemOf(folder.path, one)));
		return {
			...folder,
			unclear: {
				names: new Set(folder.unclear.map(({ name }) => name)),
				possible: new Set(folder.unclear.flatMap(({ name, kind }) => (kind === "special" ? [] : [name]))),
				unreadable: unreadableIn(folder.unclear),
				matters: matter.length > 0,
			},
		};
	});
	return { folders, problems, notes };
}

interface Registered {
	/** Base names of data files. */
	readonly data: readonly string[];
	/** Names of all files of datasets and rejections, relative to the folder, and of known sub-folders. */
	readonly all: ReadonlySet<string>;
}

async function registeredNames(
	{ database, loaded, source }: ScanContext,
	folders: readonly ScannedFolder[],
): Promise<ReadonlyMap<string, Registered>> {
	const paths = folders.map(({ path }) => path);
	const key = { containerId: loaded.container.id, storageId: source.storageId, directories: paths };
	const [datasets, rejections, children] = await Promise.all([
		registeredDatasets(database.sql, key),
		registeredRejections(database.sql, { ...key, directories: paths.map(writtenFolder) }),
		knownChildren(database, source.id, paths),
	]);
	return new Map(
		paths.map((path) => {
			const files = [
				...datasets
					.filter(({ directory }) => directory === path)
					.map((row) => ({ path: row.path, files: filesOf(row) })),
				...rejections.filter(({ directory }) => directory === writtenFolder(path)),
			];
			const subfolders = children.filter(({ parent }) => parent === path).map((child) => baseName(child.path));
			const names = files.flatMap((one) => [baseName(one.path), ...one.files.map(({ name }) => name)]);
			const registered = { data: files.map((one) => baseName(one.path)), all: new Set([...names, ...subfolders]) };
			return [path, registered];
		}),
	);
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
