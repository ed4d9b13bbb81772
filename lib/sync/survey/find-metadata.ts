import { baseName, stemOf } from "#lib/paths.ts";
import { isDocument } from "./file-kinds.ts";

/** A file by the folder it is in and its base name. */
export interface Place {
	readonly folder: string;
	readonly name: string;
}

/** Where the metadata files of some data files are. */
export interface MetadataPlace {
	/** As a source has them: `{stem}.xml`. */
	readonly metadata: readonly string[];
	/** null: beside the data files. */
	readonly elsewhere: {
		/** The source's path for which `metadataPath` holds. */
		readonly path: string;
		readonly metadataPath: string;
	} | null;
	/** How many data files have one. */
	readonly found: number;
}

/** How many names of metadata files a source gets. */
const rulesAtMost = 3;

/** Finds by their names which documents describe which data files: beside them, in folders below, or in a tree beside theirs. */
export function findMetadata(data: readonly Place[], documents: readonly Place[], root: string): MetadataPlace {
	const foldersByStem = new Map<string, Set<string>>();
	for (const { folder, name } of data) {
		for (const key of [stemOf(name), name]) {
			const folders = foldersByStem.get(key) ?? new Set();
			if (folders.size < 5) folders.add(folder);
			foldersByStem.set(key, folders);
		}
	}
	const names = new Set(data.map(({ name }) => name));
	const beside = new Tally();
	const elsewhere = new Tally();
	for (const document of documents) {
		if (!isDocument(document.name)) continue;
		const described = longestStem(document.name, foldersByStem);
		if (described === null) continue;
		const rule = `${names.has(described) ? "{name}" : "{stem}"}${document.name.slice(described.length)}`;
		const folders = foldersByStem.get(described) ?? [];
		if ([...folders].includes(document.folder)) {
			beside.add(rule);
			continue;
		}
		for (const folder of folders) {
			const relation = relationOf(folder, document.folder, root);
			elsewhere.add(JSON.stringify({ ...relation, rule }));
		}
	}
	const [most] = elsewhere.sorted();
	if (most !== undefined && most.count > beside.total) {
		const { path, metadataPath, rule } = JSON.parse(most.key) as { path: string; metadataPath: string; rule: string };
		return { metadata: [rule], elsewhere: { path, metadataPath }, found: most.count };
	}
	const rules = beside.sorted().slice(0, rulesAtMost);
	return { metadata: rules.map(({ key }) => key), elsewhere: null, found: rules[0]?.count ?? 0 };
}

/** The longest beginning of a document's name, up to a `.`, `_` or `-`, that is a data file's name or stem. */
function longestStem(name: string, known: ReadonlyMap<string, unknown>): string | null {
	for (let cut = name.length - 1; cut > 0; cut--) {
		if (!/[._-]/.test(name[cut] ?? "")) continue;
		const begin = name.slice(0, cut);
		if (known.has(begin)) return begin;
	}
	return null;
}

/** The rule by which a folder of documents follows from one of data files. */
function relationOf(data: string, documents: string, root: string): { path: string; metadataPath: string } {
	const folderBelow = `${data === "" ? "" : `${data}/`}`;
	if (documents.startsWith(folderBelow) && documents !== data) {
		const rest = documents.slice(folderBelow.length);
		return { path: root, metadataPath: [root, "{folder}", rest].filter(Boolean).join("/") };
	}
	const [a, b] = [names(data), names(documents)];
	let same = 0;
	while (same < Math.min(a.length, b.length) && a.at(-1 - same) === b.at(-1 - same)) same += 1;
	if (same === 0) {
		return baseName(documents) === "" ? { path: root, metadataPath: "" } : { path: root, metadataPath: documents };
	}
	const path = a.slice(0, a.length - same).join("/");
	return { path, metadataPath: [...b.slice(0, b.length - same), "{folder}"].join("/") };
}

function names(path: string): readonly string[] {
	return path === "" ? [] : path.split("/");
}

class Tally {
	readonly #counts = new Map<string, number>();
	total = 0;

	add(key: string): void {
		this.total += 1;
		this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
	}

	/** The most frequent first. */
	sorted(): readonly { readonly key: string; readonly count: number }[] {
		return [...this.#counts].map(([key, count]) => ({ key, count })).toSorted((x, y) => y.count - x.count);
	}
}
