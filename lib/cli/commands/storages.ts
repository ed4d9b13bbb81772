import { Command } from "commander";
import { containerDetail } from "#lib/catalog/containers/containers.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { type SourceInput, sourceInput } from "#lib/catalog/inputs.ts";
import { pauseInput } from "#lib/catalog/pauses/pause-inputs.ts";
import { pauseStorage, resumeStorage } from "#lib/catalog/pauses/pauses.ts";
import { storageOverview } from "#lib/catalog/storages/storage-overview.ts";
import type { StorageOverview } from "#lib/catalog/storages/storage-views.ts";
import { listStorages } from "#lib/catalog/storages/storages.ts";
import { parseUntil } from "#lib/cli/arguments.ts";
import { auditedCommand } from "#lib/cli/audited-command.ts";
import { exitStatuses } from "#lib/cli/exit-status.ts";
import { print, printJson, warn } from "#lib/cli/output/output.ts";
import { instantCell, tableLines } from "#lib/cli/output/table.ts";
import { testRows } from "#lib/cli/output/test-lines.ts";
import { actor, withCatalog } from "#lib/cli/with-catalog.ts";
import { UnknownNameError, UsageError } from "#lib/errors.ts";
import { addressOf } from "#lib/storage/security/address.ts";
import { testSource, testStorage } from "#lib/sync/test-source.ts";
import { messagesInOneLine } from "#lib/validation-messages.ts";

interface Options {
	readonly json?: boolean;
}

export function storagesCommand(): Command {
	const test = new Command("test")
		.summary("reach a storage and list its root; or read some files of a source, without keeping anything")
		.description(
			"Without further options: reaches the storage and lists its root. With --container: a dry reading of that container's sources on this storage. With --include: of a source that does not exist yet. A dry reading counts what matches and what does not, and reads ten of the files as a sync would.",
		)
		.argument("<NAME>", "name of a storage")
		.option("--container <ID>", "read some files of this container's sources")
		.option("--path <FOLDER>", "folder of the source, below the storage's root", "")
		.option("--include <PATTERN>", "data files of the source; may be given several times", collect)
		.option("--exclude <PATTERN>", "files to leave out; may be given several times", collect)
		.option("--metadata <NAME>", "metadata files beside them; may be given several times", collect)
		.option("--file-name <EXPRESSION>", "regular expression with the named groups begin, end or id")
		.option("--json", "print JSON objects, one a line")
		.action((name: string, _: TestOptions, command: Command) =>
			withCatalog("storages", (database) => tryOut(database, name, command.optsWithGlobals<TestOptions>())),
		);
	return new Command("storages")
		.summary("list the storages, or test one")
		.option("--json", "one JSON object per line")
		.action(({ json = false }: Options) => withCatalog("storages", (database) => list(database, json)))
		.addCommand(test)
		.addCommand(
			new Command("pause")
				.summary("leave a storage alone until a time: no schedule, watch or probe; its containers run by name only")
				.argument("<NAME>", "name of a storage")
				.requiredOption("--until <TIME>", "2026-12-24 or 2026-12-24T18:00:00Z, UTC")
				.option("--note <TEXT>", "why", "")
				.action((name: string, options: PauseOptions) =>
					withCatalog("storages", (database) => pause(database, name, options)),
				),
		)
		.addCommand(
			new Command("resume")
				.summary("end the pause of a storage; what was missed is caught up once")
				.argument("<NAME>", "name of a storage")
				.action((name: string) => withCatalog("storages", (database) => resume(database, name))),
		);
}

interface PauseOptions {
	readonly until: string;
	readonly note: string;
}

async function pause(database: Database, name: string, options: PauseOptions): Promise<void> {
	const parsed = pauseInput.safeParse({ note: options.note, until: parseUntil(options.until) });
	if (!parsed.success) throw new UsageError(`${parsed.error.issues[0]?.message}.`);
	const { until, note } = parsed.data;
	await auditedCommand(database, {
		action: "storages.pause",
		input: { name, until, note },
		work: (inside) => pauseStorage(inside, name, { until, note, by: actor() }),
	});
	await print(`The storage ${name} is paused until ${instantCell(until)} UTC.`);
}

async function resume(database: Database, name: string): Promise<void> {
	const ended = await auditedCommand(database, {
		action: "storages.resume",
		input: { name },
		work: (inside) => resumeStorage(inside, name),
		did: (was) => was,
	});
	await print(ended ? `The storage ${name} is used again.` : `The storage ${name} was not paused.`);
}

async function list(database: Database, json: boolean): Promise<void> {
	const storages = await storageOverview(database);
	if (json) {
		for (const storage of storages) await printJson(storageObject(storage));
		return;
	}
	if (storages.length === 0) return print("There are no storages yet; eosync configure FILE.yaml creates them.");
	const rows = storages.map(({ name, config, secrets, containers, unreachable, probe, closed }) => [
		name,
		config.type,
		addressOf(config),
		secrets.length === 0 ? "" : `${secrets.join(", ")} set`,
		containers.length === 0 ? "used by no container" : `used by ${containers.join(", ")}`,
		closed === null
			? ""
			: `${closed.reason === "paused" ? "paused" : "outside its hours"} until ${instantCell(closed.until)}`,
		unreachable === null
			? probe?.reached
				? `up, ${probe.milliseconds} ms`
				: ""
			: `not reached since ${instantCell(unreachable.since)}: ${unreachable.reason}`,
	]);
	for (const line of tableLines(rows)) await print(line);
}

/** What scripts rely on. `secrets`: the names of those that are set, without their values. */
function storageObject(view: StorageOverview) {
	const { id, name, config, secrets, containers, unreachable, probe, pause: paused, closed, states, listedAt } = view;
	const known = { unreachable, probe, pause: paused, closed, states, listedAt };
	return { id, name, type: config.type, address: addressOf(config), config, secrets, containers, ...known };
}

interface TestOptions extends Options {
	readonly container?: string;
	readonly path: string;
	readonly include?: readonly string[];
	readonly exclude?: readonly string[];
	readonly metadata?: readonly string[];
	readonly fileName?: string;
}

const collect = (value: string, before: readonly string[] = []) => [...before, value];

async function tryOut(database: Database, name: string, options: TestOptions): Promise<void> {
	const { json = false } = options;
	if (!(await listStorages(database)).some((storage) => storage.name === name))
		throw new UnknownNameError("storage", name);
	const sources = await sourcesToTest(database, name, options);
	if (sources !== null) {
		for (const source of sources) await trySource(database, source, json);
		return;
	}
	const test = await auditedCommand(database, {
		action: "storages.test",
		input: { name },
		work: (inside) => testStorage(inside, name, { signal: AbortSignal.timeout(60_000) }),
	});
	if (!test.ok) process.exitCode = exitStatuses.failed;
	if (json) return printJson({ name, ...test });
	if (!test.ok) return warn(`eosync: ${test.message}`);
	for (const line of tableLines(testRows(test))) await print(line);
}

/** null: the storage itself is to be tested. */
async function sourcesToTest(
	database: Database,
	name: string,
	{ container, path, include, exclude = [], metadata, fileName }: TestOptions,
): Promise<readonly SourceInput[] | null> {
	if (container !== undefined && include !== undefined)
		throw new UsageError("Give --container or --include, not both.");
	if (container !== undefined) {
		const detail = await containerDetail(database, container);
		if (detail === null) throw new UnknownNameError("container", container);
		const sources = detail.input.sources.filter(({ storage }) => storage === name);
		if (sources.length === 0) throw new UsageError(`No source of ${container} is on the storage ${name}.`);
		return sources;
	}
	if (include === undefined) {
		if (path !== "" || exclude.length > 0 || metadata !== undefined || fileName !== undefined)
			throw new UsageError("Say by --include which files of that folder are data.");
		return null;
	}
	const rules = { ...(metadata === undefined ? {} : { metadata }), ...(fileName === undefined ? {} : { fileName }) };
	const parsed = sourceInput.safeParse({ storage: name, path, include, exclude, ...rules });
	if (!parsed.success) throw new UsageError(`${messagesInOneLine(parsed.error)}.`);
	return [parsed.data];
}

async function trySource(database: Database, source: SourceInput, json: boolean): Promise<void> {
	const signal = AbortSignal.timeout(60_000);
	const test = await testSource(database, source, { signal, milliseconds: 40_000 });
	if (!test.ok) process.exitCode = exitStatuses.failed;
	const { storage, path } = source;
	if (json) return printJson({ storage, path, ...test });
	await print(`${storage}:/${path}`);
	for (const line of tableLines(testRows(test))) await print(`  ${line}`);
}
