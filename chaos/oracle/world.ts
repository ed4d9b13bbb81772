import { rm } from "node:fs/promises";
import { isPlanned } from "#lib/catalog/changes/change-outcomes.ts";
import { listExceptions } from "#lib/catalog/changes/exceptions.ts";
import { saveContainer, saveStorage } from "#lib/catalog/configuration.ts";
import { configuredContainers } from "#lib/catalog/containers/container-inputs.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";
import {
	type ContainerInput,
	containerInput,
	type PlanSelection,
	planSelection,
	storageInput,
} from "#lib/catalog/inputs.ts";
import { fillNextPortion } from "#lib/catalog/publications/fill.ts";
import { createRun, findAbandonedRuns, type NewRun } from "#lib/catalog/runs/run-lifecycle.ts";
import { statesIn } from "#lib/catalog/runs/run-states.ts";
import type { containers } from "#lib/catalog/schema/schema.ts";
import { UsageError } from "#lib/errors.ts";
import { endException } from "#lib/jobs/requests/end-exception.ts";
import { requestApply, requestCancel, requestRevert } from "#lib/jobs/requests/requests.ts";
import { requestMerge, requestSplit } from "#lib/jobs/requests/reshaping.ts";
import { requestDatasetRestoration } from "#lib/jobs/requests/restore-dataset.ts";
import { backup } from "#lib/operations/backup.ts";
import { restoreBackup } from "#lib/operations/restore.ts";
import { deleteContainer, restoreContainer } from "#lib/sync/delete-container.ts";
import { executeRun } from "#lib/sync/execute.ts";
import { makeArchive, type TestArchive } from "#lib/sync/testing/testing.ts";
import { asVisitor } from "#lib/sync/testing/visitor.ts";
import { clear, edit, mounted } from "./edits.ts";
import {
	type ArchiveStep,
	type ContainerName,
	type LeftOut,
	type OperatorStep,
	type Step,
	sourceVariants,
} from "./history.ts";
import { KilledError, killedBefore } from "./killed-database.ts";

const actor = "oracle";
const asked = { actor, trigger: "dashboard" } as const;
const live = { signal: new AbortController().signal };

/** The archive's files when a history begins. */
const firstScenes = [
	["", "s1"],
	["a", "s1"],
	["a", "s2"],
	["a/c", "s3"],
	["b", "s4"],
	["b/d", "s2"],
] as const;

/** Its grid is given, so that the order of its datasets decides nothing. */
const mosaic = {
	kind: "rectified-stitched-mosaic",
	grid: { crs: "EPSG:4326", origin: [0, 40], resolution: [0.25, 0.25], size: [4, 4] },
} as const;

/** The configuration, and the one at the time of the backup. */
interface Setup {
	/** As the catalogue has them: splits, merges and their reverts make other ones. */
	readonly containers: ReadonlyMap<ContainerName, ContainerInput>;
	readonly secondRoot: string;
}

/** An archive, a catalogue with a history, and one without that is made of the same configuration. */
export interface World extends AsyncDisposable {
	readonly lived: Database;
	readonly fresh: Database;
	readonly archive: TestArchive;
	/** The current configuration. */
	readonly containers: ReadonlyMap<ContainerName, ContainerInput>;
	/** Empties archive and catalogues. */
	begin(): Promise<void>;
	apply(step: Step): Promise<void>;
	/** Everything can be listed from now on, and nothing has to wait. */
	clear(): Promise<void>;
	/** Configures the catalogue without a history as the other one is. */
	configureFresh(): Promise<void>;
}

/** @param openCatalogue an empty catalogue of its own each time; the world closes it */
export async function openWorld(openCatalogue: () => Promise<Database>): Promise<World> {
	const [lived, fresh, archive] = await Promise.all([openCatalogue(), openCatalogue(), makeArchive()]);
	let setup: Setup = { containers: new Map(), secondRoot: "a" };
	let backedUp: Setup | null = null;
	const backupFile = () => archive.at("backup");
	const saveStorages = async (database: Database) => {
		for (const [name, root] of [
			["archive", mounted],
			["second", `${mounted}/${setup.secondRoot}`],
		] as const)
			await saveStorage(database, storageInput.parse({ name, type: "local", root: archive.at(root) }));
	};
	const readContainers = async () => {
		const all = await configuredContainers(lived);
		setup = { ...setup, containers: new Map(all.map(({ id, input }) => [id as ContainerName, input])) };
	};
	const world: World = {
		lived,
		fresh,
		archive,
		get containers() {
			return setup.containers;
		},
		async begin() {
			for (const { sql } of [lived, fresh]) {
				await sql`truncate containers, datasets, dataset_versions, dataset_lives, runs, changes, items, item_changes, gone_collections, storages restart identity cascade`;
				await sql`update item_log set last_seq = 0, purged_to = 0`;
			}
			await rm(archive.root, { recursive: true, force: true });
			await archive.mkdir(mounted);
			setup = { containers: new Map(), secondRoot: "a" };
			backedUp = null;
			await saveStorages(lived);
			await configure(lived, inputOf("A", [0], false));
			for (const [index, [folder, stem]] of firstScenes.entries()) {
				await edit(archive, { do: "make folder", folder });
				const content = { eoId: `E${index + 1}`, day: index + 1 };
				await edit(archive, { do: "write scene", at: { folder, stem }, content, east: index });
			}
			await sync(lived, "A");
			await readContainers();
		},
		async apply(step) {
			if (!isOperator(step)) return edit(archive, step);
			// A worker goes through what is published, or no longer, two datasets at a time, while other things happen.
			await fillNextPortion(lived, { portion: 2 });
			if (step.do === "move storage root") {
				setup = { ...setup, secondRoot: step.root };
				await saveStorages(lived);
			} else if (step.do === "back up") {
				await rm(backupFile(), { force: true });
				await backup(lived, backupFile());
				backedUp = setup;
			} else if (step.do === "restore backup") {
				if (backedUp === null) return;
				await restoreBackup(lived, backupFile(), { replace: true });
				setup = backedUp;
			} else await done(operate(lived, step));
			await readContainers();
		},
		async clear() {
			await clear(archive, ["", "a", "b", "a/c", "b/d", "e"]);
			for (const folder of ["a/c", "b"]) await edit(archive, { do: "make folder", folder });
			for (const input of setup.containers.values()) await configure(lived, withoutWaiting(input));
			await readContainers();
			while ((await fillNextPortion(lived)) !== null);
		},
		async configureFresh() {
			await saveStorages(fresh);
			for (const input of setup.containers.values()) await saveContainer(fresh, input, { create: true });
			// Its first dataset has set range type and bands, which the archive may not have any more.
			const [inForce] = await lived.sql<Pick<typeof containers.$inferSelect, "mosaicRangeType" | "mosaicBands">[]>`
				select mosaic_range_type as "mosaicRangeType", mosaic_bands as "mosaicBands" from containers where eo_id = 'M'`;
			if (inForce)
				await fresh.sql`
					update containers set mosaic_range_type = ${inForce.mosaicRangeType}, mosaic_bands = ${json(fresh.sql, inForce.mosaicBands)} where eo_id = 'M'`;
		},
		async [Symbol.asyncDispose]() {
			await Promise.all([lived.close(), fresh.close()]);
			await archive[Symbol.asyncDispose]();
		},
	};
	return world;
}

async function configure(database: Database, input: ContainerInput): Promise<void> {
	await saveContainer(database, input, { create: "either" });
}

function withoutWaiting(input: ContainerInput): ContainerInput {
	const sources = input.sources.map((source) => ({ ...source, stableFor: 0 }));
	return { ...input, sources, removals: { looks: 1, after: "0s" } };
}

function inputOf(id: ContainerName, sources: readonly number[], ripens: boolean): ContainerInput {
	return containerInput.parse({
		id,
		...(id === "M" ? mosaic : { kind: "dataset-series" }),
		// By what the history says anyway, so that it is published now and then.
		publish: { stac: (sources.length + Number(ripens)) % 2 === 1 ? "public" : "off" },
		...(ripens ? { removals: { looks: 2, after: "1h" } } : {}),
		sources: sources.map((index) => ({ storage: "archive", include: ["*.tif"], ...sourceVariants[index] })),
	});
}

const archiveSteps: ReadonlySet<string> = new Set<ArchiveStep["do"]>([
	"write scene",
	"edit metadata",
	"remove",
	"rename",
	"swap",
	"touch",
	"write range type",
	"hard link",
	"link folder",
	"make folder",
	"remove folder",
	"rename folder",
	"swap folders",
	"cloud folder",
	"unmount",
	"forbid folder",
	"forbid scene",
]);

export function isOperator(step: Step): step is OperatorStep {
	return !archiveSteps.has(step.do);
}

type CatalogueStep = Exclude<OperatorStep, { readonly do: "move storage root" | "back up" | "restore backup" }>;

async function operate(database: Database, step: CatalogueStep): Promise<void> {
	switch (step.do) {
		case "sync":
		case "check":
			await sync(database, step.container, {
				kind: step.do,
				full: step.full,
				approval: step.approved ? "as asked" : null,
			});
			return;
		case "kill amid sync": {
			const { run } = await request(database, step.container, { kind: "sync", approval: "as asked" });
			const dead = killedBefore(database, step.statements);
			await execute(dead, run).catch((error: unknown) => {
				if (!(error instanceof KilledError)) throw error;
			});
			await database.sql`update runs set lease_until = now() - interval '1 second' where lease_until is not null`;
			await findAbandonedRuns(database);
			return;
		}
		case "apply plan": {
			// Who chooses looks first.
			if (step.leaves !== null) await sync(database, step.container, { kind: "check", approval: null });
			const run = await waitingPlan(database, step.container);
			if (run === null) return;
			const selection = step.leaves === null ? {} : { selection: await selectionOf(database, run, step.leaves) };
			await requestApply(database, { run, actor, approval: "as asked", ...selection });
			await execute(database, run);
			return;
		}
		case "configure":
			return configure(database, inputOf(step.container, step.sources, step.ripens));
		case "delete container":
			await deleteContainer(database, { id: step.container, ...asked });
			return;
		case "restore container": {
			const { run } = await restoreContainer(database, { id: step.container, ...asked });
			return execute(database, run);
		}
		case "restore dataset": {
			const [gone] = await database.sql<{ id: number }[]>`
				select id from datasets where archived_at is not null order by archived_at desc, id desc limit 1 offset ${step.newest}`;
			if (!gone) return;
			const { run } = await requestDatasetRestoration(database, { dataset: gone.id, ...asked });
			return execute(database, run);
		}
		case "split": {
			const parts = [{ key: "p", patterns: [step.pattern] }];
			const input = { id: "A", how: { by: "pattern", parts }, parts: [{ key: "p", id: "P" }] } as const;
			return reshape(database, await requestSplit(database, input, asked));
		}
		case "merge":
			return reshape(database, await requestMerge(database, { ids: ["A", step.container], into: "A" }, asked));
		case "end exceptions":
			return endExceptions(database, step.container);
		case "let hours pass":
			await database.sql`update suspects set since = since - interval '2 hours', looked_at = looked_at - interval '2 hours'`;
			return;
		case "cancel": {
			const [open] = await database.sql<{ id: number }[]>`
				select r.id from runs r join containers c on c.id = r.container_id where c.eo_id = ${step.container} and r.finished_at is null order by 1 limit 1`;
			if (open) await requestCancel(database, { run: open.id, actor });
			return;
		}
		case "revert": {
			const [applied] = await database.sql<{ id: number }[]>`
				select id from runs where applied_at is not null and exists (select from changes where run_id = runs.id)
				order by id desc limit 1 offset ${step.newest}`;
			if (!applied) return;
			const { run } = await requestRevert(database, { run: applied.id, ...asked });
			await execute(database, run);
		}
	}
}

async function reshape(database: Database, { run }: { readonly run: number }): Promise<void> {
	await requestApply(database, { run, actor, approval: "as asked" });
	await execute(database, run);
}

async function selectionOf({ sql }: Database, run: number, { what, keptOut }: LeftOut): Promise<PlanSelection> {
	const keepOut = keptOut === null ? null : { until: keptOut, note: "as asked" };
	if (what.by === "folder") return planSelection.parse({ leaveFolders: [what.folder], keepOut });
	if (what.by !== "changes") return planSelection.parse({ [what.by]: [what.pattern], keepOut });
	const changes = await sql<{ id: number }[]>`
		select c.id from changes c where c.run_id = ${run} and ${isPlanned(sql)} and c.action <> 'refreshed' order by c.path, c.action`;
	const leaveChanges = changes.filter((_, index) => (what.bits >> (index % 8)) & 1).map(({ id }) => id);
	return planSelection.parse({ leaveChanges, keepOut });
}

/** Ends all exceptions of a container; without one, those of all. */
export async function endExceptions(database: Database, container?: ContainerName): Promise<void> {
	const { rows } = await listExceptions(database, { container, limit: 1000 });
	for (const { id } of rows) await endException(database, { exception: id, actor });
}

/** Works on a run as a user who is subject to permissions. */
async function execute(database: Database, run: number): Promise<void> {
	await asVisitor(database, () => executeRun(database, run, live));
}

/** Syncs as an operator asks for it: a run that was under way comes to its end first. Returns the run. */
export async function sync(
	database: Database,
	container: ContainerName,
	{ kind = "sync", full = false, approval = "as asked" }: Partial<Pick<NewRun, "kind" | "full" | "approval">> = {},
): Promise<number | null> {
	for (;;) {
		const { run, joined } = await request(database, container, { kind, full, approval });
		await execute(database, run);
		if (!joined) return run;
	}
}

function request(database: Database, container: ContainerName, more: Pick<NewRun, "kind" | "full" | "approval">) {
	return createRun(database, { container, ...asked, ...more });
}

async function waitingPlan({ sql }: Database, container: ContainerName): Promise<number | null> {
	const [row] = await sql<{ id: number }[]>`
		select r.id from runs r join containers c on c.id = r.container_id where c.eo_id = ${container} and r.state in ${statesIn(sql, "proposed")} order by 1 desc limit 1`;
	return row?.id ?? null;
}

/** An operator may ask for what cannot be done now; then nothing is done, and the result is null. */
async function done<T>(work: Promise<T>): Promise<T | null> {
	return work.catch((error: unknown) => {
		if (!(error instanceof UsageError)) throw error;
		return null;
	});
}
