import { filesOf, type RegisteredRow } from "#lib/catalog/datasets/registered-datasets.ts";
import type { FileFingerprint } from "#lib/catalog/json-columns.ts";
import { baseName, folderOf } from "#lib/paths.ts";
import type { Entry } from "#lib/storage/storage.ts";
import { readingRules, type SourceRules } from "#lib/sync/loaded-run.ts";
import { fingerprint, fingerprintsOf, inOrder, ruleOfFiles } from "#lib/sync/match/fingerprint.ts";
import { belongings } from "#lib/sync/match/match.ts";
import { isSafeFolder, isZarrMetadata, zarrFolderOf } from "#lib/sync/match/product-names.ts";
import type { RegisteredDataset } from "./compare.ts";

interface FolderNow {
	/** The one that is being compared. */
	readonly source: SourceRules;
	readonly rulesById: ReadonlyMap<number, SourceRules>;
	readonly entriesByName: ReadonlyMap<string, Entry>;
	/** The dataset's files by the rules of that source; null: it does not look for its data file. */
	readonly found: readonly FileFingerprint[] | null;
}

/** A registered dataset with its files as found by the rules of its home source, whichever source is being compared. */
export function withCurrentFiles(row: RegisteredRow, folder: FolderNow): RegisteredDataset {
	const { source, rulesById, entriesByName, found } = folder;
	const link = row.archived ? "archived" : row.linked ? { sourceId: row.sourceId } : "elsewhere";
	const { id, eoId, path, rule } = row;
	// Of hundreds of thousands that are gone nobody asks what their files were.
	if (found === null && !entriesByName.has(baseName(path)))
		return {
			id,
			eoId,
			path,
			rule,
			link,
			now: null,
			get files() {
				return filesOf(row);
			},
		};
	const rules = readingRules(rulesById, row.homeSourceId, source);
	const files = found !== null && rules.id === source.id ? found : filesBy(rules, row, entriesByName);
	const known = { path, files: filesOf(row) };
	const seen = files && withKnownMembers(known, files, entriesByName);
	// Metadata files on a storage of the home source's are for that source to look at.
	const unseen = rules.metadataStorage !== null && rules.id !== source.id;
	const now =
		seen &&
		(unseen
			? { rule, files: withMetadataOf(known.files, seen) }
			: { rule: ruleOfFiles(rules.rule, seen), files: seen });
	return { id, eoId, ...known, rule, now, link };
}

/** null: the data file is not there. */
function filesBy({ matcher }: SourceRules, { path }: RegisteredRow, entriesByName: FolderNow["entriesByName"]) {
	const entry = entriesByName.get(baseName(path));
	return entry ? fingerprintsOf(belongings(entry, entriesByName, matcher)) : null;
}

function withMetadataOf(
	known: readonly FileFingerprint[],
	files: readonly FileFingerprint[],
): readonly FileFingerprint[] {
	const metadata = known.filter(({ role }) => role === "metadata");
	const [data, ...others] = files;
	return data === undefined ? metadata : [data, ...metadata, ...others.filter(({ role }) => role !== "metadata")];
}

/**
 * Adds members that no rule names, but a reader looked into. The listing does not contain those in a sub-folder: they are
 * taken to be as they were, unless the folder is a SAFE product's, whose listing contains all of them, or a Zarr store's, whose listing
 * contains its metadata.
 */
function withKnownMembers(
	row: { readonly path: string; readonly files: readonly FileFingerprint[] },
	files: readonly FileFingerprint[],
	entriesByName: ReadonlyMap<string, Entry>,
): readonly FileFingerprint[] {
	const found = new Set(files.map(({ name }) => name));
	const further = row.files.flatMap((file) => {
		if (file.role !== "member" || found.has(file.name)) return [];
		const entry = entriesByName.get(file.name);
		if (entry) return [fingerprint(entry, "member")];
		const isListed = isSafeFolder(folderOf(row.path)) || (zarrFolderOf(row.path) !== null && isZarrMetadata(file.name));
		return file.name.includes("/") && !isListed ? [file] : [];
	});
	return further.length === 0 ? files : inOrder([...files, ...further]);
}
