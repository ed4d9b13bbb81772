import type { Database } from "#lib/catalog/database/database.ts";
import { type SourceInput, sourceInput } from "#lib/catalog/inputs.ts";
import { toNcName } from "#lib/metadata/eo-id.ts";
import { baseName } from "#lib/paths.ts";

/** A container that may be made of coverages of a target that are nobody's here; "Add from a folder" and `configure` take it from there. */
export interface ForeignContainer {
	/** An EO ID: the identifier of the series or mosaic there, so that it is adopted as well; else of the folder. */
	readonly id: string;
	readonly kind: "dataset-series" | "rectified-stitched-mosaic";
	readonly title: string;
	readonly source: SourceInput;
	/** Foreign coverages whose files it would match. */
	readonly coverages: number;
	/** In so many folders. */
	readonly folders: number;
	/** Coverages of other series and mosaics there that it would match as well. */
	readonly others: number;
}

/** Rows of one folder that are in the same series there. */
interface FolderGroup {
	readonly storage: string;
	readonly directory: string;
	readonly collections: readonly string[];
	readonly count: number;
	/** `.tif` */
	readonly endings: readonly string[];
	/** `{stem}.xml` */
	readonly metadata: readonly string[];
}

/**
 * Containers for the foreign coverages that a check found: one per series or mosaic there and storage, those with most coverages first; of
 * coverages that are in none, one per storage.
 */
export async function foreignContainers(
	database: Pick<Database, "sql">,
	pushId: number,
): Promise<readonly ForeignContainer[]> {
	const groups = await foreignFolders(database, pushId);
	const names = new Set(groups.flatMap(({ collections }) => collections));
	const mosaics = await mosaicNames(database, pushId, [...names]);
	const wholes = groups.flatMap((group) =>
		(group.collections.length === 0 ? [null] : group.collections).map((whole) => ({ whole, group })),
	);
	const countBelow = countsByFolder(groups);
	const byWhole = Map.groupBy(wholes, ({ whole, group }) => JSON.stringify([whole, group.storage]));
	const containers = [...byWhole.values()].flatMap((some) => {
		const [first] = some;
		if (first === undefined) return [];
		return [
			containerOf({
				whole: first.whole,
				own: some.map(({ group }) => group),
				countBelow,
				isMosaic: first.whole !== null && mosaics.has(first.whole),
			}),
		];
	});
	return distinct(containers.toSorted((a, b) => b.coverages - a.coverages || (a.id < b.id ? -1 : 1)));
}

async function foreignFolders({ sql }: Pick<Database, "sql">, pushId: number): Promise<readonly FolderGroup[]> {
	return sql<FolderGroup[]>`
		select st.name as storage, f.directory, f.collections, count(distinct f.number) as count,
			array_agg(distinct coalesce(substring(lower(f.name) from '[.](?:tar[.]gz|[^.]+)$'), '')) as endings,
			coalesce(array_agg(distinct case when starts_with(m, stem.stem) then '{stem}' || substr(m, length(stem.stem) + 1) else m end)
				filter (where m is not null), '{}') as metadata
		from target_foreign_files f join target_differences d on d.push_id = f.push_id and d.number = f.number and d.class = 'foreign'
			join storages st on st.id = f.storage_id
			cross join lateral (select regexp_replace(f.name, '[.][^.]*$', '') as stem) stem
			left join lateral unnest(f.metadata) m on true
		where f.push_id = ${pushId} group by 1, 2, 3 order by 1, 2, 3`;
}

async function mosaicNames(
	{ sql }: Pick<Database, "sql">,
	pushId: number,
	names: string[],
): Promise<ReadonlySet<string>> {
	const rows = await sql<{ identifier: string }[]>`
		select identifier from target_differences where push_id = ${pushId} and kind = 'mosaic' and identifier = any(${names})`;
	return new Set(rows.map(({ identifier }) => identifier));
}

interface Whole {
	/** null: they are in none. */
	readonly whole: string | null;
	readonly own: readonly FolderGroup[];
	readonly countBelow: CountBelow;
	readonly isMosaic: boolean;
}

/** More patterns than that are no rule. */
const metadataAtMost = 4;

function containerOf({ whole, own, countBelow, isMosaic }: Whole): ForeignContainer {
	const storage = own[0]?.storage ?? "";
	const path = commonFolder(own.map(({ directory }) => directory));
	const endings = [...new Set(own.flatMap((group) => group.endings))].toSorted();
	const metadata = [...new Set(own.flatMap((group) => group.metadata))];
	const patterns = metadata.filter((pattern) => pattern.startsWith("{stem}"));
	const count = own.reduce((sum, group) => sum + group.count, 0);
	const name = whole ?? (baseName(path) || storage);
	return {
		id: toNcName(name),
		kind: isMosaic ? "rectified-stitched-mosaic" : "dataset-series",
		title: whole ?? `Coverages in ${path === "" ? storage : path}`,
		source: sourceInput.parse({
			storage,
			path,
			include: endings.map((ending) => (ending === "" ? "*" : `*${ending}`)),
			metadata: (patterns.length > 0 ? patterns : metadata).slice(0, metadataAtMost),
		}),
		coverages: count,
		folders: new Set(own.map(({ directory }) => directory)).size,
		others: countBelow(storage, path, endings) - count,
	};
}

/** Coverages in a folder of a storage and below it whose files have one of these endings. */
type CountBelow = (storage: string, path: string, endings: readonly string[]) => number;

/** Each group is looked at once, however many series there are: an instance may have thousands, and a folder for each coverage. */
function countsByFolder(groups: readonly FolderGroup[]): CountBelow {
	const counts = new Map<string, Map<string, number>>();
	for (const { storage, directory, endings, count } of groups)
		for (const folder of foldersOf(directory)) {
			const key = JSON.stringify([storage, folder]);
			const byEndings = counts.get(key) ?? new Map<string, number>();
			const kind = JSON.stringify(endings);
			byEndings.set(kind, (byEndings.get(kind) ?? 0) + count);
			counts.set(key, byEndings);
		}
	return (storage, path, wanted) =>
		[...(counts.get(JSON.stringify([storage, path])) ?? [])].reduce(
			(sum, [kind, count]) =>
				(JSON.parse(kind) as readonly string[]).some((ending) => wanted.includes(ending)) ? sum + count : sum,
			0,
		);
}

/** Itself, and all that it is in. */
function foldersOf(directory: string): readonly string[] {
	if (directory === "") return [""];
	const names = directory.split("/");
	return ["", ...names.map((_, index) => names.slice(0, index + 1).join("/"))];
}

/** The deepest folder that all are in. */
function commonFolder(directories: readonly string[]): string {
	const [first = [], ...others] = directories.map((directory) => (directory === "" ? [] : directory.split("/")));
	const same = others.reduce((length, names) => {
		const differs = first.slice(0, length).findIndex((name, i) => names[i] !== name);
		return differs === -1 ? Math.min(length, names.length) : differs;
	}, first.length);
	return first.slice(0, same).join("/");
}

/** IDs of their own. */
function distinct(containers: readonly ForeignContainer[]): readonly ForeignContainer[] {
	const taken = new Set<string>();
	return containers.map((container) => {
		let { id } = container;
		for (let i = 2; taken.has(id); i++) id = `${container.id}_${i}`;
		taken.add(id);
		return { ...container, id };
	});
}
