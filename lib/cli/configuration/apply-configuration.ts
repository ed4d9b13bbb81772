import { type ConfiguredContainer, configuredContainers } from "#lib/catalog/containers/container-inputs.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { inTransaction } from "#lib/catalog/database/in-transaction.ts";
import type { ContainerInput } from "#lib/catalog/inputs.ts";
import { configuredStorages } from "#lib/catalog/storages/storages.ts";
import { configuredTargets } from "#lib/catalog/targets/targets.ts";
import { countContainers } from "#lib/sync/planner-statistics.ts";
import type { AppliedPart } from "./applied-part.ts";
import {
	type Applying,
	applyBackup,
	applyContainer,
	applyDefaultSchedule,
	applyStorage,
	applyTarget,
} from "./apply-part.ts";
import type { Configuration } from "./config-file.ts";
import { currentContainers } from "./former-containers.ts";
import { pruneContainer, pruneStorage, pruneTarget } from "./prune.ts";
import { requireConsistent } from "./require-consistent.ts";

export interface ApplyConfigurationOptions {
	readonly prune: boolean;
	/** Told one by one. */
	readonly say: (part: AppliedPart) => Promise<void>;
}

/** Returns false when something that was to be pruned had to stay. @throws UsageError before anything is written. */
export async function applyConfiguration(
	database: Database,
	named: Configuration,
	{ prune, say }: ApplyConfigurationOptions,
): Promise<boolean> {
	const configuration = { ...named, containers: await currentContainers(database, named.containers) };
	const storages = new Map((await configuredStorages(database)).map((each) => [each.name, each]));
	const containers = new Map((await configuredContainers(database)).map((each) => [each.id, each]));
	const targets = new Map((await configuredTargets(database)).map((each) => [each.input.name, each]));
	await requireConsistent(database, configuration, { storages, containers, targets });
	for (const [index, said] of configuration.storages.entries())
		await say(
			await applyStorage(database, said, {
				stated: configuration.keys.storages[index] ?? [],
				known: storages.get(said.name) ?? null,
			}),
		);
	const wanted = configuration.containers.map((said, index) => ({
		said,
		stated: configuration.keys.containers[index] ?? [],
		known: containers.get(said.id) ?? null,
	}));
	let [created, counted] = [0, 0];
	for (let begin = 0; begin < wanted.length; begin += perTransaction) {
		for await (const part of applyTogether(database, wanted.slice(begin, begin + perTransaction))) {
			if (part.outcome === "created") created += 1;
			await say(part);
		}
		if (created < Math.max(perTransaction, counted * 2)) continue;
		counted = created;
		await database.sql.begin(countContainers);
	}
	for (const [index, said] of configuration.targets.entries())
		await say(
			await applyTarget(database, said, {
				stated: configuration.keys.targets[index] ?? [],
				known: targets.get(said.name) ?? null,
			}),
		);
	if (configuration.schedule !== undefined) await say(await applyDefaultSchedule(database, configuration.schedule));
	if (configuration.backup !== undefined) await say(await applyBackup(database, configuration.backup));
	if (!prune) return true;
	const kept = {
		storages: new Set(configuration.storages.map(({ name }) => name)),
		containers: new Set(configuration.containers.map(({ id }) => id)),
		targets: new Set(configuration.targets.map(({ name }) => name)),
	};
	let complete = true;
	const deletions = [
		...[...targets.keys()].filter((name) => !kept.targets.has(name)).map((name) => () => pruneTarget(database, name)),
		...[...containers.keys()].filter((id) => !kept.containers.has(id)).map((id) => () => pruneContainer(database, id)),
		...[...storages.keys()]
			.filter((name) => !kept.storages.has(name))
			.map((name) => () => pruneStorage(database, name)),
	];
	for (const deletion of deletions) {
		const part = await deletion();
		await say(part);
		if (part.stays?.isNeededLater === false) complete = false;
	}
	return complete;
}

/** Containers that are committed together: a commit for each of 2,000 takes longer than the work. */
const perTransaction = 50;

interface WantedContainer extends Applying<ConfiguredContainer> {
	readonly said: ContainerInput;
}

/** Where one of them cannot be applied, each is by itself: those before it are kept, as ever. */
async function* applyTogether(database: Database, wanted: readonly WantedContainer[]): AsyncGenerator<AppliedPart> {
	const applyAll = async (inside: Database) => {
		const parts: AppliedPart[] = [];
		for (const { said, ...applying } of wanted) parts.push(await applyContainer(inside, said, applying));
		return parts;
	};
	let together: readonly AppliedPart[];
	try {
		together = await database.sql.begin((tx) => applyAll(inTransaction(database, tx)));
	} catch (error) {
		if (wanted.length === 1) throw error;
		for (const { said, ...applying } of wanted) yield await applyContainer(database, said, applying);
		return;
	}
	yield* together;
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
			complete = await applyConfiguration(inTransaction(database, tx), configuration, options);
			throw new OnlyCheckedError();
		});
	} catch (error) {
		if (!(error instanceof OnlyCheckedError)) throw error;
	}
	return complete;
}
