import type { ReshapedSource } from "#lib/catalog/json-columns.ts";
import { UsageError } from "#lib/errors.ts";
import { below, intersectGlobs, literalGlob } from "#lib/patterns/intersect-globs.ts";
import { pathBelow } from "#lib/storage/path.ts";
import type { SourceRules } from "#lib/sync/loaded-run.ts";
import { isSafeFolder } from "#lib/sync/match/product-names.ts";

/**
 * The sources of the parts of a container, and those that stay with it. What a part looks for is what a source looks for and one of the part's
 * patterns fits as well; the source looks for it no more. So every file, also one that comes later, is looked for by just one of them, and
 * only if it was before.
 */

/** What a part takes of each source: patterns below the source's root, or a folder there. */
export interface PartRule {
	/** EO ID. */
	readonly id: string;
	readonly title: string;
	readonly patternsBySource: ReadonlyMap<number, readonly string[]>;
}

export type SplitSource = Pick<
	SourceRules,
	"id" | "storageId" | "path" | "include" | "exclude" | "marker" | "metadataStorage" | "symlinks"
> & {
	/** Of the source itself. */
	readonly rangeType: string | null;
	readonly label: string;
};

export interface SplitSources {
	/** Of each part, in their order. */
	readonly parts: readonly (readonly ReshapedSource[])[];
	/** Of the container. */
	readonly rest: readonly ReshapedSource[];
}

interface SplitOptions {
	/** Datasets are known in the folders that patterns name: they can be roots of sources, and nothing else need be listed. */
	readonly foldersExist: boolean;
}

/** @throws UsageError for what cannot be said in patterns. */
export function splitSources(
	sources: readonly SplitSource[],
	parts: readonly PartRule[],
	{ foldersExist }: SplitOptions,
): SplitSources {
	const takenBySource = new Map<number, string[]>();
	const partSources = parts.map(({ id, patternsBySource: asked }) => {
		const patternsBySource = inOverlapping(sources, asked);
		const own = sources.flatMap((source) => {
			const patterns = patternsBySource.get(source.id) ?? [];
			const taken = takenBySource.get(source.id) ?? [];
			const made = patterns.flatMap((pattern) => sourceOfPart(source, pattern, { taken, foldersExist }));
			takenBySource.set(source.id, [...taken, ...patterns]);
			return joined(made);
		});
		if (own.length === 0) throw new UsageError(`No source looks for anything that the patterns of ${id} fit.`);
		return own;
	});
	const rest = sources.map((source) => ({
		...plain(source),
		exclude: [...source.exclude, ...(takenBySource.get(source.id) ?? [])],
	}));
	return { parts: partSources, rest };
}

/** What a part takes of one source it takes of all others that look there as well: otherwise these would find it again. */
function inOverlapping(
	sources: readonly SplitSource[],
	asked: ReadonlyMap<number, readonly string[]>,
): ReadonlyMap<number, readonly string[]> {
	const all = new Map(sources.map(({ id }) => [id, new Set(asked.get(id))]));
	for (const source of sources)
		for (const other of sources) {
			if (other.id === source.id || other.storageId !== source.storageId) continue;
			for (const pattern of asked.get(source.id) ?? [])
				for (const translated of fromRoot(source, other, pattern)) all.get(other.id)?.add(translated);
		}
	return new Map([...all].map(([id, patterns]) => [id, [...patterns]]));
}

/** A pattern below a source's root as patterns below another one's. */
function fromRoot(source: SplitSource, other: SplitSource, pattern: string): readonly string[] {
	const down = pathBelow(other.path, source.path);
	if (down === "") return [pattern];
	const isName = !pattern.includes("/");
	if (down !== null) return [folderPattern(down).replace(/\*\*$/, isName ? `**/${pattern}` : pattern)];
	const up = pathBelow(source.path, other.path);
	if (up === null) return [];
	if (isName) return [pattern];
	const inside = intersectGlobs(pattern, folderPattern(up))?.map((each) => below(up, each)) ?? [null];
	return inside.map((each) => {
		if (each !== null) return each;
		throw new UsageError(
			`The sources ${source.label} and ${other.label} overlap, and what ${JSON.stringify(pattern)} fits in both cannot be said in patterns. Split by other folders.`,
		);
	});
}

function plain({ id, path, include, exclude, rangeType }: SplitSource): ReshapedSource {
	return { id, path, include, exclude, rangeType };
}

/** @param taken what parts before it take */
function sourceOfPart(
	source: SplitSource,
	pattern: string,
	{ taken, foldersExist }: SplitOptions & { readonly taken: readonly string[] },
): readonly ReshapedSource[] {
	const include = [...new Set(source.include.flatMap((one) => both(source, one, pattern)))];
	if (include.length === 0) return [];
	const others = taken.filter((other) => intersectGlobs(other, pattern)?.length !== 0);
	const inPlace = { ...plain(source), include, exclude: [...source.exclude, ...others] };
	const moved = foldersExist && others.length === 0 ? inFolder(source, pattern, inPlace) : null;
	return [moved ?? inPlace];
}

function both({ label }: SplitSource, include: string, pattern: string): readonly string[] {
	const patterns = intersectGlobs(include, pattern);
	if (patterns !== null) return patterns;
	throw new UsageError(
		`The source ${label} cannot be split: what both ${JSON.stringify(include)} and ${JSON.stringify(pattern)} fit cannot be said in few patterns. Write the source's patterns without groups first, or split it by folder.`,
	);
}

/**
 * A source whose root is the folder, so that only that is listed. null: its root has to stay, as the marker is there, metadata paths begin there,
 * or links lead out of the folder; or a pattern speaks of the folder's own files only.
 */
function inFolder(source: SplitSource, pattern: string, { include, exclude }: ReshapedSource): ReshapedSource | null {
	const folder = literalFolder(pattern);
	if (folder === null || source.marker !== null || source.metadataStorage !== null || source.symlinks !== "skip")
		return null;
	if (folder.split("/").some(isSafeFolder)) return null;
	const includeBelow = include.map((one) => below(folder, one));
	const excludeBelow = exclude.flatMap((one): readonly (string | null)[] => {
		if (!one.includes("/")) return [one];
		return intersectGlobs(one, pattern)?.map((each) => below(folder, each)) ?? [null];
	});
	if (includeBelow.includes(null) || excludeBelow.includes(null)) return null;
	const texts = (patterns: readonly (string | null)[]) => [...new Set(patterns.filter((one) => one !== null))];
	return {
		...plain(source),
		path: source.path === "" ? folder : `${source.path}/${folder}`,
		include: texts(includeBelow),
		exclude: texts(excludeBelow),
	};
}

/** The pattern of everything in a folder. */
export function folderPattern(folder: string): string {
	return `${folder.split("/").map(literalGlob).join("/")}/**`;
}

/** null: it is no pattern of that kind. */
function literalFolder(pattern: string): string | null {
	if (!pattern.endsWith("/**")) return null;
	const folder = pattern.slice(0, -3).replace(/\\(.)/g, "$1");
	return folderPattern(folder) === pattern ? folder : null;
}

/** Those that stayed in place are one source. */
function joined(sources: readonly ReshapedSource[]): readonly ReshapedSource[] {
	const byPlace = Map.groupBy(sources, ({ path, exclude }) => JSON.stringify([path, exclude]));
	return [...byPlace.values()].flatMap((same) => {
		const [first] = same;
		return first ? [{ ...first, include: [...new Set(same.flatMap(({ include }) => include))] }] : [];
	});
}
