import { saveContainer } from "#lib/catalog/configuration.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { violations } from "#lib/sync/testing/invariants.ts";
import { type Catalogue, type CatalogueDataset, type FileKey, type Link, readCatalogue } from "./catalogue.ts";
import { differences, type ReadAlone } from "./differences.ts";
import type { ContainerName, Step } from "./history.ts";
import { endExceptions, isOperator, sync, type World } from "./world.ts";

/**
 * The differential oracle (rule 18): replays a history, then syncs every container, and compares the catalogue with one that
 * is made anew from the same archive. Returns what is wrong; empty when all is well.
 */
export async function judge(world: World, history: readonly Step[]): Promise<readonly string[]> {
	await world.begin();
	for (const [index, step] of history.entries()) {
		await world.apply(step);
		const found = isOperator(step) ? await violations(world.lived) : [];
		if (found.length > 0) return found.map((what) => `after step ${index + 1}: ${what}`);
	}
	return compareWithFresh(world);
}

/** The second half: syncs the catalogue and compares it with one made anew. */
export async function compareWithFresh(world: World): Promise<readonly string[]> {
	await world.clear();
	await world.configureFresh();
	const containers = [...world.containers.keys()].sort();
	await settle(world.fresh, containers);
	const further = await settle(world.lived, containers);
	const [lived, fresh] = [await readCatalogue(world.lived), await readCatalogue(world.fresh)];
	const excepted = await exceptedFiles(world.lived);
	const found = [...(await violations(world.lived)), ...further];
	if (excepted.size === 0) return [...found, ...(await differences(lived, fresh, readAloneIn(world)))];
	found.push(...differencesBut(excepted, lived, fresh));
	if (found.length > 0) return found.map((what) => `beside exceptions: ${what}`);
	// Without them nothing of what they kept out must be left.
	await endExceptions(world.lived);
	const after = await settle(world.lived, containers);
	const settled = await readCatalogue(world.lived);
	const other = await differences(settled, fresh, readAloneIn(world));
	return [...(await violations(world.lived)), ...after, ...other].map((what) => `after all exceptions: ${what}`);
}

/** The files that exceptions are about. */
async function exceptedFiles({ sql }: Database): Promise<ReadonlySet<FileKey>> {
	const rows = await sql<{ file: FileKey }[]>`
		select st.name || ':' || p.path as file from exceptions e join storages st on st.id = e.storage_id
			join containers c on c.id = e.container_id and c.deleted_at is null, unnest(array[e.path, e.from_path]) as p(path)
		where e.ended_at is null and p.path is not null`;
	return new Set(rows.map(({ file }) => file));
}

/**
 * Which files the containers have and reject otherwise, but for those that exceptions are about, and those that claim the EO ID of one:
 * what a catalogue keeps out decides who may have it.
 */
function differencesBut(excepted: ReadonlySet<FileKey>, lived: Catalogue, fresh: Catalogue): readonly string[] {
	const eoIdsOf = (file: FileKey) =>
		[lived, fresh].flatMap(({ datasets, rejections }) => [
			datasets.get(file)?.state.eoId,
			...[...rejections.values()].map((rejected) => rejected.get(file)?.eoId),
		]);
	const contended = new Set([...excepted].flatMap(eoIdsOf).filter((eoId) => eoId));
	const isFree = (file: FileKey) => !excepted.has(file) && !eoIdsOf(file).some((eoId) => contended.has(eoId));
	return [...fresh.links].flatMap(([container, links]) => {
		const has = lived.links.get(container) ?? new Map<FileKey, Link>();
		const rejects = lived.rejections.get(container);
		const rejectsThere = fresh.rejections.get(container);
		const lacking = [...links.keys()].filter((file) => isFree(file) && !has.has(file) && !rejects?.has(file));
		const tooMuch = [...has].filter(
			([file, { source }]) => isFree(file) && !links.has(file) && !rejectsThere?.has(file) && source !== null,
		);
		return [
			...lacking.map((file) => `${container} lacks ${file}`),
			...tooMuch.map(([file]) => `${container} has ${file} too much`),
		];
	});
}

/**
 * Syncs every container; as often as there are containers, as what one lets go of the next sync of another may take. Returns what
 * a sync beyond that still finds; that is asked only where the last round found something.
 */
async function settle(database: Database, containers: readonly ContainerName[]): Promise<readonly string[]> {
	for (const _ of containers) if ((await syncRound(database, containers)).length === 0) return [];
	return syncRound(database, containers);
}

/** The changes that the syncs of one round find. */
async function syncRound(database: Database, containers: readonly ContainerName[]): Promise<readonly string[]> {
	const found: string[] = [];
	for (const container of containers) {
		const run = await syncWhole(database, container);
		const changes = await database.sql`
			select action, path, reason from changes where run_id = ${run} and exception_id is null`;
		if (changes.length > 0) found.push(`a further sync of ${container} finds ${JSON.stringify(changes.slice(0, 3))}`);
	}
	return found;
}

/** @throws Error when something was not examined or not applied: then nothing can be said of the end. */
async function syncWhole(database: Database, container: ContainerName): Promise<number> {
	const run = await sync(database, container);
	const [row] = await database.sql<
		{ state: string; error: unknown }[]
	>`select state, error from runs where id = ${run}`;
	if (run === null || row?.state !== "succeeded")
		throw new Error(`The sync of ${container} ended ${JSON.stringify(row)}.`);
	return run;
}

/** By a container that has nothing but this file, in the emptied catalogue without a history. */
function readAloneIn({ fresh, containers }: World): ReadAlone {
	return async (file, { container, position }) => {
		const source = [...containers.values()].find(({ id }) => id === container)?.sources[position];
		const input = [...containers.values()].find(({ id }) => id === container);
		if (!input || !source) return null;
		const path = file.slice(file.indexOf(":") + 1);
		const below = source.path === "" ? path : path.slice(source.path.length + 1);
		await fresh.sql`truncate containers, datasets, dataset_versions, dataset_lives, runs, changes, items, item_changes restart identity cascade`;
		// A pattern without a slash fits files of that name in any folder.
		const alone = { ...source, include: [below], exclude: below.includes("/") ? [] : ["*/**"] };
		await saveContainer(fresh, { ...input, sources: [alone] }, { create: true });
		await syncWhole(fresh, input.id as ContainerName);
		const read: CatalogueDataset | undefined = (await readCatalogue(fresh)).datasets.get(file);
		return read ?? null;
	};
}
