import type { Database } from "#lib/catalog/database/database.ts";
import { closedStorages } from "#lib/catalog/pauses/pauses.ts";
import type { storages } from "#lib/catalog/schema/schema.ts";
import type { StorageAccess } from "#lib/catalog/storages/storage-access.ts";
import { StorageError } from "#lib/errors.ts";
import { openStored } from "#lib/sync/storages/open-stored.ts";
import { metadataFormatOf } from "#lib/targets/eoxserver/media.ts";
import { fileAt, type SeenStorage } from "#lib/targets/eoxserver/places.ts";
import type { Step } from "./push-plan.ts";

/**
 * Finds the formats of metadata files, as EOxServer names them, when they are first written there: it shows an EO-O&M document as it is where a coverage
 * is described, and no other. The catalogue does not keep formats. Files of one series with one ending have the same, so one of them is read.
 */

interface Looking {
	readonly database: Pick<Database, "sql">;
	readonly access: StorageAccess;
	readonly signal: AbortSignal;
	readonly seen: readonly SeenStorage[];
	/** Formats by series and ending, as far as this push has found them. */
	readonly known: Map<string, string | null>;
}

/** Formats by place; those that could not be found are left out. */
export async function metadataFormats(
	steps: readonly Step[],
	looking: Looking,
): Promise<ReadonlyMap<string, string | null>> {
	const formats = new Map<string, string | null>();
	const unusable = new Set<number>();
	for (const step of steps) {
		if (step.do !== "create" && (step.do !== "update" || !step.fields.some(({ field }) => field === "metadata")))
			continue;
		const { collections, metadata } = step.wanted.object;
		for (const { place } of metadata) {
			const kind = JSON.stringify([collections[0] ?? "", /\.[^./]*$/.exec(place)?.[0] ?? ""]);
			const known = looking.known.get(kind);
			const format = known === undefined ? await lookInto(place, looking, unusable) : known;
			if (format === undefined) continue;
			looking.known.set(kind, format);
			formats.set(place, format);
		}
	}
	return formats;
}

/** Bytes in which a document's first element is. */
const head = 16_384;

/**
 * undefined: the file cannot be read now.
 * @param unusable storages that are closed or do not answer: they are not asked again for each file of this portion
 */
async function lookInto(
	place: string,
	{ database, access, signal, seen }: Looking,
	unusable: Set<number>,
): Promise<string | null | undefined> {
	const found = fileAt(place, seen);
	if (found === null || unusable.has(found.storage.id)) return undefined;
	const { storage: of, path } = found;
	const [stored] = await database.sql<Pick<typeof storages.$inferSelect, "id" | "name" | "config" | "sealed">[]>`
		select id, name, config, sealed from storages where id = ${of.id}`;
	if (stored === undefined || (await closedStorages(database)).has(of.id)) {
		unusable.add(of.id);
		return undefined;
	}
	try {
		await using storage = await openStored(database, stored, access);
		await using file = await storage.open(path, { symlinks: "follow", signal });
		const bytes = await file.read(0, Math.min(head, file.size), { signal });
		return metadataFormatOf(new TextDecoder("utf-8").decode(bytes));
	} catch (error) {
		if (!(error instanceof StorageError)) throw error;
		if (error.code === "unreachable" || error.code === "timeout") unusable.add(of.id);
		return undefined;
	}
}
