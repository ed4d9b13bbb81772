import { type SourceInput, sourceInput } from "#lib/catalog/inputs.ts";
import { toNcName } from "#lib/metadata/eo-id.ts";
import { baseName } from "#lib/paths.ts";
import { literalGlob } from "#lib/patterns/intersect-globs.ts";
import { joinPath, pathBelow } from "#lib/storage/path.ts";
import type { Listing } from "#lib/storage/storage.ts";
import { familyOf, isDocument } from "./file-kinds.ts";
import { findMetadata, type Place } from "./find-metadata.ts";
import { type FoundProducts, findProducts } from "./find-products.ts";

/** A source that may be made of files that were listed; whether they can be read is not known yet. */
export interface Proposal {
	readonly title: string;
	readonly container: string;
	readonly source: SourceInput;
	readonly notes: readonly string[];
}

/** Where there are more groups, the smallest are put together: a hundred containers are of no use. */
const foldersApart = 8;
/** So many folders whose names differ in digits only (years, tiles) are of one kind. */
const foldersAlike = 3;

/** Sources for products and raster files below a folder, by names alone. */
export function propose(storage: string, root: string, listings: ReadonlyMap<string, Listing>): readonly Proposal[] {
	const { products, claimed } = findProducts(listings);
	const files = [...listings].flatMap(([folder, { files }]) => (files ?? []).map(({ name }) => ({ folder, name })));
	const free = files.filter(({ folder, name }) => !claimed.has(joinPath(folder, name)));
	const documents = free.filter(({ name }) => isDocument(name));
	const rasters = free.filter(({ name }) => familyOf(name) !== null);
	const proposed = [
		...products.map((found) => productProposal(storage, found, root)),
		...groupsOf(rasters, root).map((group) => rasterProposal(storage, group, { root, files, documents, claimed })),
	];
	return distinct(proposed);
}

function productProposal(storage: string, { kind, manifests, exclude }: FoundProducts, root: string): Proposal {
	const path = sourcePathOf(manifests, root);
	const source = sourceInput.parse({ storage, path, include: kind.include, exclude, metadata: [] });
	return { title: kind.title, container: kind.short, source, notes: [] };
}

interface Group {
	readonly family: string;
	/** The folder directly below the root that all are in; null: several, or the root itself. */
	readonly first: string | null;
	readonly files: readonly Place[];
	/** Of several folders: their name in the suggestion's title. */
	readonly called?: string;
	/** Of several folders: a pattern of their names; left out: all folders but those in `without`. */
	readonly folders?: string;
	/** Patterns of the folders that other groups of the format have. */
	readonly without?: readonly string[];
}

/** By format; by the folder directly below the root as well, where these are few, or not all alike. */
function groupsOf(rasters: readonly Place[], root: string): readonly Group[] {
	const byFamily = Map.groupBy(rasters, ({ name }) => familyOf(name) ?? "");
	return [...byFamily].flatMap(([family, files]): readonly Group[] => {
		const byFirst = Map.groupBy(files, ({ folder }) => pathBelow(root, folder)?.split("/")[0] ?? "");
		const apart = [...byFirst].map(([first, some]): Group => ({ family, first, files: some }));
		return apart.length > foldersApart ? ofKinds(apart, { family, first: null, files }) : apart;
	});
}

/**
 * Folders that are alike are one group, and so are the smallest of too many.
 * @param all the group of all folders, returned where they are all alike
 */
function ofKinds(apart: readonly Group[], all: Group): readonly Group[] {
	const shapeOf = ({ first }: Group) => (first ?? "").replace(/\d+/g, "0");
	const groups = [...Map.groupBy(apart, shapeOf)].flatMap(([shape, alike]): readonly Group[] => {
		if (!shape.includes("0") || alike.length < foldersAlike) return alike;
		const names = alike.map(({ first }) => first ?? "").sort();
		return [
			{
				...all,
				files: alike.flatMap((group) => group.files),
				called: `${names[0]} to ${names.at(-1)}`,
				folders: `${literalGlob(shape.slice(0, shape.indexOf("0")))}[0-9]*`,
			},
		];
	});
	if (groups.length === 1) return [all];
	const sorted = groups.toSorted((a, b) => b.files.length - a.files.length);
	const kept = sorted.length > foldersApart ? sorted.slice(0, foldersApart - 1) : sorted;
	const rest = sorted.slice(kept.length);
	if (rest.length === 0) return kept;
	const without = kept.flatMap(({ first, folders }) => folders ?? (first ? literalGlob(first) : []));
	return [
		...kept,
		{
			...all,
			files: rest.flatMap((group) => group.files),
			called: "other folders",
			without: without.map((folder) => `${folder}/**`),
		},
	];
}

interface Surroundings {
	readonly root: string;
	readonly files: readonly Place[];
	readonly documents: readonly Place[];
	readonly claimed: ReadonlySet<string>;
}

function rasterProposal(storage: string, group: Group, around: Surroundings): Proposal {
	const { family, first, files, called, folders, without = [] } = group;
	const { root, documents, claimed } = around;
	const endings = new Set(files.map(({ name }) => patternOf(name)));
	// Not deeper: what comes next year lies beside the folder of this one.
	const own = first === null ? root : joinPath(root, first);
	const place = findMetadata(files, documents, own);
	const there = place.elsewhere;
	const elsewhere = there && files.every(({ folder }) => pathBelow(there.path, folder) !== null) ? there : null;
	const path = elsewhere?.path ?? own;
	const previews = previewPatterns(files);
	const exclude = [
		...(first === "" && files.every(({ folder }) => folder === root) ? ["*/**"] : []),
		...previews,
		...foldersOfOthers(path, files, around.files, claimed),
		...(path === root ? without : []),
	];
	const isBelowFolders = folders !== undefined && path === root;
	const source = sourceInput.parse({
		storage,
		path,
		include: [...endings].sort().map((ending) => (isBelowFolders ? `${folders}/**/${ending}` : ending)),
		exclude: [...new Set(exclude)],
		metadata: place.metadata,
		...(elsewhere === null ? {} : { metadataStorage: storage, metadataPath: elsewhere.metadataPath }),
	});
	const where = first || baseName(path);
	return {
		title: `${family} files${(called ?? first) ? ` in ${called ?? first}` : ""}`,
		container: toNcName(where === "" ? family.toUpperCase().replaceAll(" ", "_") : where),
		source,
		notes: [
			...(elsewhere === null || place.found === 0
				? []
				: [
						`Metadata files of ${place.found} of ${files.length} are in another folder: /${elsewhere.metadataPath}, as ${place.metadata.join(", ")}.`,
					]),
			...(previews.length === 0 ? [] : [`Names that look like previews are left out: ${previews.join(", ")}.`]),
		],
	};
}

/** The deepest folder that all products are in, of a single one the folder above it: products come and go. Never above the root. */
function sourcePathOf(files: readonly Place[], root: string): string {
	const [first = [], ...others] = files.map(({ folder }) => (folder === "" ? [] : folder.split("/")));
	let same = first.length;
	for (const names of others) {
		let i = 0;
		while (i < Math.min(same, names.length) && names[i] === first[i]) i += 1;
		same = i;
	}
	const depth = root === "" ? 0 : root.split("/").length;
	return first.slice(0, Math.max(depth, others.length === 0 ? same - 1 : same)).join("/");
}

function patternOf(name: string): string {
	const ending = /\.tar\.gz$/i.test(name) ? name.slice(-7) : name.slice(name.lastIndexOf("."));
	return `*${ending}`;
}

const previewWords = ["thumb", "quicklook", "quick-look", "browse", "preview"];

/** Patterns for the fewer files whose names say that they are previews. */
function previewPatterns(files: readonly Place[]): readonly string[] {
	return previewWords.flatMap((word) => {
		const matching = files.filter(({ name }) => name.toLowerCase().includes(word));
		if (matching.length === 0 || matching.length > files.length / 2) return [];
		const spellings = new Set(
			matching.map(({ name }) => name.slice(name.toLowerCase().indexOf(word)).slice(0, word.length)),
		);
		return [...spellings].map((spelling) => `*${spelling}*`);
	});
}

/** Folders below the path that hold files with the same endings, but only ones that belong to products. */
function foldersOfOthers(
	path: string,
	own: readonly Place[],
	files: readonly Place[],
	claimed: ReadonlySet<string>,
): readonly string[] {
	const topOf = ({ folder }: Place) => pathBelow(path, folder)?.split("/")[0] ?? "";
	const ownTops = new Set(own.map(topOf));
	const endings = new Set(own.map(({ name }) => patternOf(name)));
	const others = files.filter(
		({ folder, name }) =>
			endings.has(patternOf(name)) && pathBelow(path, folder) !== null && claimed.has(joinPath(folder, name)),
	);
	const tops = new Set(others.map(topOf).filter((top) => top !== "" && !ownTops.has(top)));
	const isLandsat = others.some((file) => ownTops.has(topOf(file)) && /^L[COTEM]\d\d_/.test(file.name));
	return [
		...[...tops].slice(0, 20).map((top) => `${literalGlob(top)}/**`),
		...(isLandsat ? ["L[COTEM][0-9][0-9]_*"] : []),
	];
}

/**
 * Container IDs of their own, also for those who do not mind upper and lower case. The ending tells them apart before a number does: `Sentinel_zip`
 * is no satellite.
 */
function distinct(proposals: readonly Proposal[]): readonly Proposal[] {
	const taken = new Set<string>();
	return proposals.map((proposal) => {
		let id = proposal.container;
		const [pattern = ""] = proposal.source.include;
		const ending = /\*((?:\.\w+)+)$/.exec(pattern)?.[1]?.replaceAll(".", "_") ?? "";
		if (taken.has(id.toLowerCase())) id = `${id}${ending}`;
		for (let i = 2; taken.has(id.toLowerCase()); i++) id = `${proposal.container}${ending}_${i}`;
		taken.add(id.toLowerCase());
		return { ...proposal, container: id };
	});
}
