import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Command } from "commander";
import { deleteStorage, StorageKeptError, saveStorage } from "#lib/catalog/configuration.ts";
import { containerDetail, listContainers } from "#lib/catalog/containers/containers.ts";
import { deletionEffect, deletionSentence } from "#lib/catalog/containers/deleted-containers.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { inTransaction } from "#lib/catalog/database/in-transaction.ts";
import { EditedMeanwhileError } from "#lib/catalog/edit-version.ts";
import { fileKeys, rememberFileKeys } from "#lib/catalog/file-keys.ts";
import { type ContainerInput, storageInput } from "#lib/catalog/inputs.ts";
import { requirePatterns } from "#lib/catalog/source-patterns.ts";
import { listStorages } from "#lib/catalog/storages/storages.ts";
import { auditedCommand } from "#lib/cli/audited-command.ts";
import { type Configuration, parseConfiguration } from "#lib/cli/config-file.ts";
import { configurationSchema } from "#lib/cli/configuration/configuration-schema.ts";
import { exitStatuses } from "#lib/cli/exit-status.ts";
import { type Merged, mergeContainer, mergeStorage } from "#lib/cli/file-keys.ts";
import { currentContainers } from "#lib/cli/former-containers.ts";
import { print, warn } from "#lib/cli/output.ts";
import { printable } from "#lib/cli/table.ts";
import { countsText, sampleText } from "#lib/cli/test-lines.ts";
import { withCatalog } from "#lib/cli/with-catalog.ts";
import { readVariable } from "#lib/env.ts";
import { messageOf, UsageError } from "#lib/errors.ts";
import { saveBackupPlan } from "#lib/operations/backup-plan.ts";
import { configureContainer } from "#lib/sync/configure-container.ts";
import { effectText, storageEffect, unlinkEffect } from "#lib/sync/edit-effect.ts";
import { findUnmatched, testSource } from "#lib/sync/test-source.ts";
import { deleteAudited } from "./deleted-containers.ts";

export function configureCommand(): Command {
	return new Command("configure")
		.summary("create or update storages and containers to match a file")
		.description(
			"Brings storages and containers in line with a YAML file. Everything in it is checked before anything is written. Nothing is deleted unless --prune is given. A dollar sign and a NAME in braces stand for the environment variable of that name.",
		)
		.argument("[FILE.yaml]", "the configuration file")
		.option("--prune", "delete the containers and storages that are not in the file")
		.option("--check", "say what would be different, and which datasets would be unlinked; change nothing")
		.option("--schema", "print the JSON Schema of configuration files, for editors")
		.addHelpText("after", example)
		.action(async (file: string | undefined, options: ConfigureOptions) => {
			if (options.schema) return print(JSON.stringify(configurationSchema(), null, 2));
			if (file === undefined) throw new UsageError("Name the configuration file: eosync configure eosync.yaml");
			await configure(file, options);
		});
}

const example = `
Example of a file:
  storages:
    - { name: archive, type: local, root: /data/archive }
  containers:
    - id: MER_FRS_1P_RGB
      kind: dataset-series
      title: MERIS full resolution, RGB
      sources:
        - { storage: archive, path: meris, include: ["*.tif"] }`;

interface ConfigureOptions {
	readonly prune?: boolean;
	readonly check?: boolean;
	readonly schema?: boolean;
}

async function configure(file: string, { prune = false, check = false }: ConfigureOptions): Promise<void> {
	const text = await readFile(file, "utf8").catch((cause: unknown) => {
		throw new UsageError(`The configuration file ${file} cannot be read: ${messageOf(cause)}`, { cause });
	});
	const configuration = parseConfiguration({ text, file: resolve(file), variable: readVariable });
	await withCatalog("configure", async (database) => {
		const complete = check
			? await checkConfiguration(database, configuration, { prune, say: print })
			: await applyConfiguration(database, configuration, { prune, say: print });
		if (check) await readDry(database, configuration);
		else await warnOfUnmatched(database, configuration.containers);
		if (!complete) process.exitCode = exitStatuses.failed;
	});
}

/** Thrown to take back what was only tried. */
class OnlyCheckedError extends Error {}

/** Does it all in a transaction that is taken back: so it says just what `applyConfiguration` would. */
export async function checkConfiguration(
	database: Database,
	configuration: Configuration,
	options: ApplyConfigurationOptions,
): Promise<boolean> {
	let complete = true;
	try {
		await database.sql.begin(async (tx) => {
			complete = await applyConfiguration(inTransaction(database, tx), configuration, { ...options, isTrial: true });
			throw new OnlyCheckedError();
		});
	} catch (error) {
		if (!(error instanceof OnlyCheckedError)) throw error;
	}
	return complete;
}

/** Time limits for all sources together and for one; the first run looks at sources that were not reached in time. */
const lookMs = { all: 10_000, one: 3000 } as const;
const dryMs = { all: 120_000, one: 14_000 } as const;

/** A slip in a pattern or path is not seen later: the run of a container that finds nothing succeeds. */
async function warnOfUnmatched(database: Database, containers: readonly ContainerInput[]): Promise<void> {
	const ends = performance.now() + lookMs.all;
	for (const { id, sources } of containers) {
		for (const source of sources) {
			const milliseconds = Math.floor(Math.min(lookMs.one, ends - performance.now()));
			if (milliseconds <= 0) return;
			const signal = new AbortController().signal;
			for (const sentence of await findUnmatched(database, source, { signal, milliseconds }))
				warn(`container ${id}: ${source.storage}:/${source.path}: ${sentence}`);
		}
	}
}

/** What the sources of the file would give; storages that are new in it are reached as it describes them. */
async function readDry(database: Database, { storages, containers }: Configuration): Promise<void> {
	const ends = performance.now() + dryMs.all;
	for (const { id, sources } of containers) {
		for (const source of sources) {
			const milliseconds = Math.floor(Math.min(dryMs.one, ends - performance.now()));
			const about = `container ${id}: ${source.storage}:/${source.path}`;
			if (milliseconds < 1000) return warn(`${about} and further sources were not looked at: there was no time left.`);
			const signal = new AbortController().signal;
			const { ok, message, reading } = await testSource(database, source, { signal, milliseconds, drafts: storages });
			await print(`${about}: ${message}`);
			if (reading === null) {
				if (!ok) warn(`${about}: ${message}`);
				continue;
			}
			await print(`${about}: ${countsText(reading.counts)}`);
			if (reading.cut !== null) await print(`${about}: ${reading.cut}`);
			for (const sample of reading.samples) await print(`  ${printable(sampleText(sample))}`);
		}
	}
}

export interface ApplyConfigurationOptions {
	readonly prune: boolean;
	/** It is only tried: the lines say what would be. */
	readonly isTrial?: boolean;
	/** A line for each thing that is now different, and for those that are not. */
	readonly say: (line: string) => Promise<void>;
}

/** Returns false when something that was to be pruned had to stay. @throws UsageError before anything is written. */
export async function applyConfiguration(
	database: Database,
	{ storages, containers: named, backup, keys }: Configuration,
	{ prune, say, isTrial = false }: ApplyConfigurationOptions,
): Promise<boolean> {
	const containers = await currentContainers(database, named);
	const did = (what: string) => (isTrial && what !== "unchanged" ? `would be ${what}` : what);
	const existing = { storages: await listStorages(database), containers: await listContainers(database) };
	requireConsistent({ storages, containers }, existing);
	for (const container of containers) await requirePatterns(database, container);
	const knownStorages = new Set(existing.storages.map(({ name }) => name));
	const knownContainers = new Set(existing.containers.map(({ id }) => id));
	for (const [index, said] of storages.entries()) {
		const { name } = said;
		const stated = keys.storages[index] ?? [];
		const { changed, merged, effect } = await untilSaved(async () => {
			const before = (await listStorages(database)).find((storage) => storage.name === name);
			const merged = mergeStorage(
				{ input: said, keys: stated },
				before
					? { input: storageInput.parse({ ...before.config, name }), keys: await fileKeys(database, "storages", name) }
					: null,
			);
			const effect = await storageEffect(database, merged.input);
			const changed = await auditedCommand(database, {
				action: before ? "storages.update" : "storages.create",
				input: merged.input,
				work: async (inside) => {
					const different = await saveStorage(inside, merged.input, { version: before?.version ?? null });
					await rememberFileKeys(inside, "storages", name, stated);
					return different;
				},
				did: (different) => different,
			});
			return { changed, merged, effect };
		});
		await say(`storage ${name}: ${did(outcome(knownStorages.has(name), changed))}`);
		if (effect.sentence !== "") await say(`storage ${name}: ${effectText(effect)}`);
		for (const line of leftOut(merged)) await say(`storage ${name}: ${line}`);
	}
	for (const [index, said] of containers.entries()) {
		const { id } = said;
		const stated = keys.containers[index] ?? [];
		const { changed, merged, effect } = await untilSaved(async () => {
			const before = await containerDetail(database, id);
			const merged = mergeContainer(
				{ input: said, keys: stated },
				before && { input: before.input, keys: await fileKeys(database, "containers", id) },
			);
			const effect = await unlinkEffect(database, merged.input);
			const changed = await auditedCommand(database, {
				action: before ? "containers.update" : "containers.create",
				input: merged.input,
				work: async (inside) => {
					const options = { create: "either", version: before?.version ?? null } as const;
					const different = await configureContainer(inside, merged.input, options);
					await rememberFileKeys(inside, "containers", id, stated);
					return different;
				},
				did: (different) => different,
			});
			return { changed, merged, effect };
		});
		await say(`container ${id}: ${did(outcome(knownContainers.has(id), changed))}`);
		if (effect.sentence !== "") await say(`container ${id}: ${effectText(effect)}`);
		for (const line of leftOut(merged)) await say(`container ${id}: ${line}`);
	}
	if (backup !== undefined) {
		const changed = await auditedCommand(database, {
			action: "settings.update",
			input: { backup },
			work: (inside) => saveBackupPlan(inside, backup),
			did: (different) => different,
		});
		const now = backup === null ? "none by themselves" : `into ${backup.folder}, ${backup.cron} (${backup.zone})`;
		await say(`backups: ${now}, ${did(changed ? "updated" : "unchanged")}`);
	}
	if (!prune) return true;
	const containersLeft = [...knownContainers].filter((known) => !containers.some(({ id }) => id === known));
	const storagesLeft = [...knownStorages].filter((known) => !storages.some(({ name }) => name === known));
	const deletions = [
		...containersLeft.map((id) => ({
			what: `container ${id}`,
			work: async () => {
				const effect = await deletionEffect(database, id);
				if (effect) await say(`container ${id}: ${deletionSentence(effect)}`);
				await deleteAudited(database, id);
			},
		})),
		...storagesLeft.map((name) => ({
			what: `storage ${name}`,
			work: () =>
				auditedCommand(database, {
					action: "storages.delete",
					input: { name },
					work: (inside) => deleteStorage(inside, name),
				}),
		})),
	];
	let complete = true;
	for (const { what, work } of deletions) {
		try {
			await work();
			await say(`${what}: ${did("deleted")}`);
		} catch (error) {
			if (!(error instanceof UsageError)) throw error;
			warn(`${what}: ${isTrial ? "would stay" : "stays"}. ${error.message}`);
			// It goes with the container that needs it when it is restored.
			if (!(error instanceof StorageKeptError)) complete = false;
		}
	}
	return complete;
}

/** What the file leaves out stays as it is, so what a page has saved since it was read is read again. */
async function untilSaved<T>(attempt: () => Promise<T>): Promise<T> {
	for (;;) {
		try {
			return await attempt();
		} catch (error) {
			if (!(error instanceof EditedMeanwhileError)) throw error;
		}
	}
}

/** What became of keys that the file does not have, a line for each. */
function leftOut({ kept, reset }: Pick<Merged<unknown>, "kept" | "reset">): readonly string[] {
	return [
		...reset.map(([key, value]) => `${key} is its default again, ${valueText(value)}: the file has it no more`),
		...kept.map(([key, value]) => `${key} stays ${valueText(value)}: the file does not have it`),
	];
}

function valueText(value: unknown): string {
	if (value === undefined || value === null) return "none";
	return Array.isArray(value) ? `a list of ${value.length}` : typeof value === "string" ? value : JSON.stringify(value);
}

function outcome(existed: boolean, changed: boolean): string {
	return existed ? (changed ? "updated" : "unchanged") : "created";
}

interface Existing {
	readonly storages: Awaited<ReturnType<typeof listStorages>>;
	readonly containers: Awaited<ReturnType<typeof listContainers>>;
}

/** What writing would stumble over halfway. */
function requireConsistent(
	{ storages, containers }: Pick<Configuration, "storages" | "containers">,
	existing: Existing,
): void {
	const known = new Set([...storages, ...existing.storages].map(({ name }) => name));
	const kindById = new Map(existing.containers.map(({ id, kind }) => [id, kind]));
	const problems = containers.flatMap(({ id, kind, sources }) => {
		const missing = sources.filter(({ storage }) => !known.has(storage));
		const kindBefore = kindById.get(id) ?? kind;
		return [
			...missing.map(({ storage }) => `The container ${id} names the storage ${storage}, which does not exist.`),
			...(kind === kindBefore ? [] : [`${id} is a ${kindBefore} and cannot become a ${kind}; delete it first.`]),
		];
	});
	if (problems.length > 0) throw new UsageError(problems.join("\n"));
}
