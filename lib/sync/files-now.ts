import type { FileFingerprint } from "#lib/catalog/records.ts";
import type { RegisteredRow } from "#lib/catalog/registered.ts";
import type { Entry } from "#lib/storage/storage.ts";
import type { RegisteredDataset } from "./compare.ts";
import { fingerprintsOf } from "./fingerprint.ts";
import { belongings } from "./match.ts";
import { withMembersRead } from "./members-read.ts";
import { readingRules, type SourceRules } from "./subject.ts";

/** A registered dataset with its files as found by the rules of its home source, whichever source is being compared. */
export function withFilesNow(
	row: RegisteredRow,
	entriesByName: ReadonlyMap<string, Entry>,
	{ source, rulesById }: { readonly source: SourceRules; readonly rulesById: ReadonlyMap<number, SourceRules> },
): RegisteredDataset {
	const rules = readingRules(rulesById, row.homeSourceId, source);
	const entry = entriesByName.get(row.path.slice(row.path.lastIndexOf("/") + 1));
	const files = entry
		? withMembersRead(row, fingerprintsOf(belongings(entry, entriesByName, rules.matcher)), entriesByName)
		: null;
	// Metadata files on a storage of the home source's are for that source to look at.
	const unseen = rules.metadataStorage !== null && rules.id !== source.id;
	const now = files && (unseen ? { rule: row.rule, files: withMetadataOf(row, files) } : { rule: rules.rule, files });
	const link = row.archived ? "archived" : row.linked ? { sourceId: row.sourceId } : "elsewhere";
	return { id: row.id, eoId: row.eoId, path: row.path, files: row.files, rule: row.rule, now, link };
}

function withMetadataOf(row: RegisteredRow, files: readonly FileFingerprint[]): readonly FileFingerprint[] {
	const metadata = row.files.filter(({ role }) => role === "metadata");
	const [data = [], others = []] = [files.slice(0, 1), files.slice(1).filter(({ role }) => role !== "metadata")];
	return [...data, ...metadata, ...others];
}
