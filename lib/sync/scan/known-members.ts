import type { FileFingerprint } from "#lib/catalog/json-columns.ts";
import { folderOf } from "#lib/storage/path.ts";
import type { Entry } from "#lib/storage/storage.ts";
import { fingerprint, inOrder } from "#lib/sync/match/fingerprint.ts";
import { isSafeFolder } from "#lib/sync/match/product-names.ts";

/**
 * With members that no rule names, but a reader looked into. Of those in a sub-folder the listing does not tell: they are
 * taken to be as they were, unless the folder is a SAFE product's, whose listing tells of all.
 */
export function withKnownMembers(
	row: { readonly path: string; readonly files: readonly FileFingerprint[] },
	files: readonly FileFingerprint[],
	entriesByName: ReadonlyMap<string, Entry>,
): readonly FileFingerprint[] {
	const found = new Set(files.map(({ name }) => name));
	const further = row.files.flatMap((file) => {
		if (file.role !== "member" || found.has(file.name)) return [];
		const entry = entriesByName.get(file.name);
		if (entry) return [fingerprint(entry, "member")];
		return file.name.includes("/") && !isSafeFolder(folderOf(row.path)) ? [file] : [];
	});
	return further.length === 0 ? files : inOrder([...files, ...further]);
}
