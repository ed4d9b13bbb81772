import type { Database } from "#lib/catalog/database/database.ts";
import { closedStorages } from "#lib/catalog/pauses/pauses.ts";
import type { storages } from "#lib/catalog/schema/schema.ts";
import type { StorageAccess } from "#lib/catalog/storages/storage-access.ts";
import { RejectedError, StorageError } from "#lib/errors.ts";
import { type FieldDescription, readFieldDescriptions } from "#lib/metadata/range-type-fields.ts";
import { baseName } from "#lib/paths.ts";
import { openStored } from "#lib/sync/storages/open-stored.ts";
import type { WantedCoverage, WantedFields } from "#lib/targets/eoxserver/mapping.ts";
import { fieldCounts } from "#lib/targets/eoxserver/write-range-types.ts";

/**
 * What `.conf` files say of the fields of range types, read when a range type is made in a target: once, as one that is there is never altered. So the
 * catalogue keeps the name alone, and no dataset differs because a unit was written down.
 */

interface Reading {
	readonly database: Pick<Database, "sql">;
	readonly eox: Pick<Database, "sql">;
	readonly access: StorageAccess;
	readonly signal: AbortSignal;
}

type Descriptions = ReadonlyMap<number, FieldDescription>;

/** Files of one range type that are asked at most, until one says more than its name. */
const mostAsked = 10;

/** With descriptions, where their range type is not there yet; those of which it cannot be read have a problem. */
export async function withDescriptions(
	coverages: readonly WantedCoverage[],
	reading: Reading,
): Promise<readonly WantedCoverage[]> {
	const asking = coverages.flatMap(({ problem, fields }) =>
		problem === null && fields !== null && (fields.conf ?? []).length > 0 ? [fields] : [],
	);
	if (asking.length === 0) return coverages;
	const byName = Map.groupBy(asking, ({ coverageType }) => coverageType);
	const there = await fieldCounts(reading.eox.sql, [...byName.keys()]);
	const found = new Map<string, Descriptions | string>();
	for (const [name, all] of byName) if (!there.has(name)) found.set(name, await descriptionsOf(all, reading));
	if (found.size === 0) return coverages;
	return coverages.map((wanted) => {
		const { fields, problem } = wanted;
		const descriptions = fields === null ? undefined : found.get(fields.coverageType);
		if (fields === null || problem !== null || descriptions === undefined) return wanted;
		return typeof descriptions === "string"
			? { ...wanted, problem: descriptions }
			: { ...wanted, fields: { ...fields, descriptions } };
	});
}

/** Nothing, where no file says anything; why it cannot be told. */
async function descriptionsOf(all: readonly WantedFields[], reading: Reading): Promise<Descriptions | string> {
	const files = new Map(all.map((fields) => [JSON.stringify(fields.conf), fields]));
	for (const fields of [...files.values()].slice(0, mostAsked)) {
		try {
			const found = await descriptionsFor(fields, reading);
			const beyond = [...found.keys()].find((number) => number > fields.bands.length);
			if (beyond !== undefined)
				return `The range type ${fields.coverageType} is described with a field ${beyond}, and it has ${fields.bands.length} bands.`;
			if (found.size > 0) return found;
		} catch (error) {
			if (!(error instanceof RejectedError) && !(error instanceof StorageError)) throw error;
			return `The range type ${fields.coverageType} is not there yet, and its description cannot be read: ${error.message}`;
		}
	}
	return new Map();
}

/** Of the file that names it. */
async function descriptionsFor(
	{ conf = [], rangeType }: WantedFields,
	{ database, access, signal }: Reading,
): Promise<Descriptions> {
	for (const { storageId, path } of conf) {
		const [stored] = await database.sql<Pick<typeof storages.$inferSelect, "id" | "name" | "config" | "sealed">[]>`
			select id, name, config, sealed from storages where id = ${storageId}`;
		if (stored === undefined) continue;
		if ((await closedStorages(database)).has(storageId))
			throw new StorageError("unreachable", path, `The storage ${stored.name} is paused.`);
		await using storage = await openStored(database, stored, access);
		try {
			await using file = await storage.open(path, { symlinks: "follow", signal });
			const source = { name: baseName(path), size: file.size, read: file.read.bind(file) };
			const read = await readFieldDescriptions(source, { signal });
			if (read !== null) return read.name === rangeType ? read.fields : new Map();
		} catch (error) {
			// Gone since it was read: the next sync hears of it.
			if (!(error instanceof StorageError && error.code === "not-found")) throw error;
		}
	}
	return new Map();
}
