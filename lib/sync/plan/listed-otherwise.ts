import { baseName } from "#lib/paths.ts";
import type { Entry, Listing, Storage } from "#lib/storage/storage.ts";
import { fingerprint, sameContent } from "#lib/sync/match/fingerprint.ts";

/** What a storage answered to the path of a file that a listing lacks. */
interface Answer {
	readonly path: string;
	readonly entry: Entry;
}

/**
 * Returns the answers that contradict the listing of their folder. On storages that ignore case or normal forms, a file that was
 * renamed `a.tif` still answers to `A.TIF`: all its properties are those that the listing has for `a.tif`. On other storages
 * `a.tif` is a different file, and its presence says nothing about `A.TIF`.
 */
export function contradicting<T extends Answer>(
	answers: readonly T[],
	{ files, folders }: Pick<Listing, "files" | "folders">,
): readonly T[] {
	const asked = new Set(answers.map(({ path }) => fold(baseName(path))));
	const listed = (files ?? []).filter(({ name }) => asked.has(fold(name)));
	const listedByName = Map.groupBy(listed, ({ name }) => fold(name));
	const isFolder = new Set(folders);
	return answers.filter(({ path, entry }) => {
		const name = baseName(path);
		if (isFolder.has(name)) return false;
		const alike = listedByName.get(fold(name)) ?? [];
		return alike.some((file) => file.name === name) || !alike.some((file) => isSameFile(file, entry));
	});
}

/** Lists a folder, with exact values for what `contradicting` compares. */
export function listAround(
	storage: Storage,
	folder: string,
	names: readonly string[],
	options: { readonly symlinks: "skip" | "follow"; readonly signal: AbortSignal },
): Promise<Listing> {
	const asked = new Set(names.map(fold));
	const needed = async (listed: readonly string[]) => new Set(listed.filter((name) => asked.has(fold(name))));
	return storage.list(folder, { ...options, needed });
}

function isSameFile(a: Entry, b: Entry): boolean {
	return sameContent(fingerprint(a, "data"), fingerprint(b, "data"));
}

function fold(name: string): string {
	return name.normalize("NFC").toLowerCase();
}
