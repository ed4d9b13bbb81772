import { rm } from "node:fs/promises";
import { saveContainer, saveStorage } from "#lib/catalog/configuration.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { type ContainerInput, containerInput, storageInput } from "#lib/catalog/inputs.ts";
import { createRun, findAbandonedRuns, type NewRun } from "#lib/catalog/runs/run-lifecycle.ts";
import { statesIn } from "#lib/catalog/runs/run-states.ts";
import { UsageError } from "#lib/errors.ts";
import { requestApply, requestCancel, requestRevert } from "#lib/jobs/requests.ts";
import { deleteContainer, restoreContainer } from "#lib/sync/delete-container.ts";
import { executeRun } from "#lib/sync/execute.ts";
import { makeArchive, type TestArchive } from "#lib/sync/testing/testing.ts";
import { clear, edit, mounted } from "./edits.ts";
import { type ContainerName, type OperatorStep, type Step, sourceVariants } from "./history.ts";
import { KilledError, killedBefore } from "./killed-database.ts";

const actor = "oracle";
const asked = { actor, trigger: "dashboard" } as const;
const live = { signal: new AbortController().signal };

/** What the archive has when a history begins. */
const firstScenes = [
	["", "s1"],
	["a", "s1"],
	["a", "s2"],
	["a/c", "s3"],
	["b", "s4"],
	["b/d", "s2"],
] as const;

/** An archive, a catalogue with a history, and one without that is made of the same configuration. */
export interface World extends AsyncDisposable {
	readonly lived: Database;
	readonly fresh: Database;
	readonly archive: TestArchive;
	/** What is configured now. */
	readonly containers: ReadonlyMap<ContainerName, ContainerInput>;
	/** Empties archive and catalogues. */
	begin(): Promise<void>;
	perform(step: Step): Promise<void>;
	/** Everything can be listed from now on. */
	clear(): Promise<void>;
	/** Configures the catalogue without a history as the other one is. */
	configureFresh(): Promise<void>;
}

/** @param openCatalogue an empty catalogue of its own each time; the world closes it */
export async function openWorld(openCatalogue: () => Promise<Database>): Promise<World> {
	const [lived, fresh, archive] = await Promise.all([openCatalogue(), openCatalogue(), makeArchive()]);
	const containers = new Map<ContainerName, ContainerInput>();
	/** As they were when they were deleted last. */
	const deleted = new Map<ContainerName, ContainerInput>();
	let secondRoot = "a";
	const saveStorages = async (database: Database) => {
		for (const [name, root] of [
			["archive", mounted],
			["second", `${mounted}/${secondRoot}`],
		] as const)
			await saveStorage(database, storageInput.parse({ name, type: "local", root: archive.at(root) }));
	};
	const configure = async (id: ContainerName, sources: readonly number[]) => {
		const input = inputOf(id, sources);
		await saveContainer(lived, input, { create: "either" });
		containers.set(id, input);
	};
	const world: World = {
		lived,
		fresh,
		archive,
		containers,
		async begin() {
			for (const { sql } of [lived, fresh])
				await sql`truncate containers, datasets, runs, changes, storages restart identity cascade`;
			await rm(archive.root, { recursive: true, force: true });
			await archive.mkdir(mounted);
			containers.clear();
			deleted.clear();
			secondRoot = "a";
			await saveStorages(lived);
			await configure("A", [0]);
			for (const [index, [folder, stem]] of firstScenes.entries()) {
				await edit(archive, { do: "make folder", folder });
				const content = { eoId: `E${index + 1}`, day: index + 1 };
				await edit(archive, { do: "write scene", at: { folder, stem }, content, east: index });
			}
			await sync(lived, "A");
		},
		async perform(step) {
			if (step.do === "move storage root") {
				secondRoot = step.root;
				await saveStorages(lived);
			} else if (step.do === "configure") await configure(step.container, step.sources);
			else if (step.do === "delete container") {
				const input = containers.get(step.container);
				if (!input || !(await done(deleteContainer(lived, { id: step.container, ...asked })))) return;
				containers.delete(step.container);
				deleted.set(step.container, input);
			} else if (step.do === "restore container") {
				const input = deleted.get(step.container);
				const restored = input && (await done(restoreContainer(lived, { id: step.container, ...asked })));
				if (!input || !restored) return;
				containers.set(step.container, input);
				deleted.delete(step.container);
				await executeRun(lived, restored.run, live);
			} else if (isOperator(step)) await done(operate(lived, step));
			else await edit(archive, step);
		},
		async clear() {
			await clear(archive, ["", "a", "b", "a/c", "b/d", "e"]);
			for (const folder of ["a/c", "b"]) await edit(archive, { do: "make folder", folder });
		},
		async configureFresh() {
			await saveStorages(fresh);
			for (const input of containers.values()) await saveContainer(fresh, input, { create: true });
		},
		async [Symbol.asyncDispose]() {
			await Promise.all([lived.close(), fresh.close()]);
			await archive[Symbol.asyncDispose]();
		},
	};
	return world;
}

function inputOf(id: ContainerName, sources: readonly number[]): ContainerInput {
	return containerInput.parse({
		id,
		kind: "dataset-series",
		sources: sources.map((index) => ({ storage: "archive", include: ["*.tif"], ...sourceVariants[index] })),
	});
}

const operatorSteps = ["sync", "check", "kill amid sync", "apply plan", "cancel", "revert"] as const;
type RunStep = Extract<OperatorStep, { readonly do: (typeof operatorSteps)[number] }>;

function isOperator(step: Step): step is RunStep {
	return operatorSteps.some((name) => name === step.do);
}

async function operate(database: Database, step: RunStep): Promise<void> {
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
			await executeRun(dead, run, live).catch((error: unknown) => {
				if (!(error instanceof KilledError)) throw error;
			});
			await database.sql`update runs set lease_until = now() - interval '1 second' where lease_until is not null`;
			await findAbandonedRuns(database);
			return;
		}
		case "apply plan": {
			const run = await waitingPlan(database, step.container);
			if (run === null) return;
			await requestApply(database, { run, actor, approval: "as asked" });
			await executeRun(database, run, live);
			return;
		}
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
			await executeRun(database, run, live);
		}
	}
}

/** Syncs as an operator asks for it: a run that was under way comes to its end first. Returns the run. */
export async function sync(
	database: Database,
	container: ContainerName,
	{ kind = "sync", full = false, approval = "as asked" }: Partial<Pick<NewRun, "kind" | "full" | "approval">> = {},
): Promise<number | null> {
	for (;;) {
		const { run, joined } = await request(database, container, { kind, full, approval });
		await executeRun(database, run, live);
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
