import { Command } from "commander";
import type { Database } from "#lib/catalog/database/database.ts";
import type { StorageTest, StorageView } from "#lib/catalog/read-models.ts";
import { listStorages } from "#lib/catalog/storages.ts";
import { auditedCommand } from "#lib/cli/audited-command.ts";
import { exitStatuses } from "#lib/cli/exit-status.ts";
import { print, printJson, warn } from "#lib/cli/output.ts";
import { tableLines } from "#lib/cli/table.ts";
import { withCatalog } from "#lib/cli/with-catalog.ts";
import { UsageError } from "#lib/errors.ts";
import { addressOf } from "#lib/storage/security/address.ts";
import { testStorage } from "#lib/sync/test-source.ts";

interface Options {
	readonly json?: boolean;
}

export function storagesCommand(): Command {
	const test = new Command("test")
		.summary("reach a storage and list its root")
		.argument("<NAME>", "name of a storage")
		.option("--json", "print a JSON object")
		.action((name: string, _: Options, command: Command) =>
			withCatalog("storages", (database) => tryOut(database, name, command.optsWithGlobals<Options>())),
		);
	return new Command("storages")
		.summary("list the storages, or test one")
		.option("--json", "one JSON object per line")
		.action(({ json = false }: Options) => withCatalog("storages", (database) => list(database, json)))
		.addCommand(test);
}

async function list(database: Database, json: boolean): Promise<void> {
	const storages = await listStorages(database);
	if (json) {
		for (const storage of storages) await printJson(storageObject(storage));
		return;
	}
	if (storages.length === 0) return print("There are no storages yet; eosync configure FILE.yaml creates them.");
	const rows = storages.map(({ name, config, secrets, containers, unreachable }) => [
		name,
		config.type,
		addressOf(config),
		secrets.length === 0 ? "" : `${secrets.join(", ")} set`,
		containers.length === 0 ? "used by no container" : `used by ${containers.join(", ")}`,
		unreachable === null ? "" : `not reached since ${unreachable.since}: ${unreachable.reason}`,
	]);
	for (const line of tableLines(rows)) await print(line);
}

/** What scripts rely on. `secrets`: the names of those that are set, without their values. */
function storageObject({ name, config, secrets, containers, unreachable }: StorageView) {
	return { name, type: config.type, address: addressOf(config), config, secrets, containers, unreachable };
}

async function tryOut(database: Database, name: string, { json = false }: Options): Promise<void> {
	if (!(await listStorages(database)).some((storage) => storage.name === name))
		throw new UsageError(`There is no storage ${name}.`);
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

function testRows({
	message,
	folders,
	files,
	milliseconds,
	facts,
	matches,
}: StorageTest): readonly (readonly string[])[] {
	return [
		["Answer", message],
		["Listing", `${folders} folders, ${files} files in ${milliseconds} ms`],
		...(facts === null
			? []
			: [
					["Times", facts.times],
					["Versions", facts.versions ? "reported" : "not reported"],
					["Ranges", facts.ranges ? "a part of a file can be read" : "files are read whole"],
					...facts.notes.map((note) => ["Note", note]),
				]),
		...matches.map(({ path }) => ["File", path]),
	];
}
