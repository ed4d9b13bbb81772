import type { Database } from "#lib/catalog/database/database.ts";
import { normalisePath, pathBelow } from "#lib/storage/path.ts";
import { loadSources, type SourceRules } from "#lib/sync/loaded-run.ts";
import { ruleHash } from "#lib/sync/match/fingerprint.ts";
import { testOf } from "#lib/sync/match/match.ts";
import type { CoveringRules } from "./classify-folder.ts";

/** The sources that look into a storage, as far as coverage needs them. */
export interface CoveringSources {
	readonly all: readonly SourceRules[];
	/** Hash of all their rules. */
	readonly hash: string;
	/** Those of which the folder is within their root. */
	over(folder: string): readonly CoveringRules[];
	/** The roots of those that follow links and look below the folder. */
	followedBelow(folder: string): readonly string[];
}

export async function coveringSources({ sql }: Pick<Database, "sql">, storageId: number): Promise<CoveringSources> {
	const rows = await sql<{ id: number }[]>`
		select s.id from sources s join containers c on c.id = s.container_id
		where s.storage_id = ${storageId} and not s.retired and c.deleted_at is null order by s.id`;
	const all =
		rows.length === 0
			? []
			: await loadSources(
					{ sql },
					rows.map(({ id }) => id),
				);
	const groups = Map.groupBy(all, rulesKey);
	const rulesByRoot = Map.groupBy([...groups.values()].map(rulesOf), ({ path }) => path);
	const followed = [
		...new Set(all.filter(({ symlinks }) => symlinks === "follow").map(({ path }) => normalisePath(path))),
	];
	return {
		all,
		hash: ruleHash(all.map((source) => [source.id, rulesKey(source)]).sort()),
		over: (folder) => rootsOver(folder).flatMap((root) => rulesByRoot.get(root) ?? []),
		followedBelow: (folder) => followed.filter((root) => root !== folder && pathBelow(folder, root) !== null),
	};
}

/** The folder and all above it. */
export function rootsOver(folder: string): readonly string[] {
	const roots = [""];
	if (folder === "") return roots;
	for (let at = folder.indexOf("/"); at >= 0; at = folder.indexOf("/", at + 1)) roots.push(folder.slice(0, at));
	roots.push(folder);
	return roots;
}

/** Thousands of containers may look at the same place by the same patterns: they are tested once. */
function rulesKey({ path, include, exclude, metadata, symlinks, metadataStorage, metadataPath }: SourceRules): string {
	return JSON.stringify([path, include, exclude, metadata, symlinks, metadataStorage?.id ?? null, metadataPath]);
}

function rulesOf(same: readonly SourceRules[]): CoveringRules {
	const [first] = same;
	if (first === undefined) throw new Error("A group of sources is empty.");
	const { path, symlinks, matcher, include, exclude } = first;
	return {
		sources: same.map(({ id }) => id),
		path: normalisePath(path),
		follow: symlinks === "follow",
		matcher,
		isIncluded: testOf(include),
		excludes: exclude.map((pattern) => ({ pattern, test: testOf([pattern]) })),
	};
}

/** The hash of the rules as they are now: of a look by others the results may be different ones. */
export async function coverageRules(database: Pick<Database, "sql">, storageId: number): Promise<string> {
	return (await coveringSources(database, storageId)).hash;
}
