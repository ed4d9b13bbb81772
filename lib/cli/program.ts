import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError, Help, type Option } from "commander";
import { type Env, readEnv } from "#lib/env.ts";
import { messageOf, UsageError } from "#lib/errors.ts";
import { installation } from "#lib/installation.ts";
import { lookupTable } from "#lib/lookup-table.ts";
import "#lib/validation-messages.ts";
import { flush, warn } from "#lib/cli/output/output.ts";
import { explained } from "#lib/cli/output/system-errors.ts";
import { exitStatuses } from "./exit-status.ts";

/** The command line. */

const manifest: { readonly description: string; readonly version: string } = JSON.parse(
	readFileSync(join(installation, "package.json"), "utf8"),
);

function newProgram(): Command {
	return new Command("eosync")
		.description(`${manifest.description}\nDesigned for cron and scripts; operators use the dashboard (eosync serve).`)
		.version(manifest.version)
		.showHelpAfterError("(see eosync --help)")
		.configureHelp({ commandDescription, optionDescription })
		.exitOverride()
		.addHelpText(
			"after",
			`
Environment:
  DATABASE_URL   PostgreSQL 14 or later, postgres://user:password@host/database; unset: an embedded one
  EOSYNC_HOME    embedded database, secrets and logs (default .eosync)
  HOST, PORT     of the dashboard (default 127.0.0.1, 3000)
  EOSYNC_SECRET  encrypts stored credentials (unset: made in EOSYNC_HOME); EOSYNC_OLD_SECRET still opens them
  EOSYNC_ALLOWED_ROOTS, EOSYNC_ALLOWED_HOSTS
                 folders of local storages, and hosts at this machine's own addresses, separated by commas;
                 unset: any while HOST is this machine only, else none
  EOSYNC_URL     where users reach the dashboard, https://eosync.example.org; EOSYNC_PROXIES: how many stand before it
  EOSYNC_METRICS_TOKEN
                 bearer token of /api/metrics; unset: this machine only. EOSYNC_METRICS_PORT: a worker's own
  OTEL_EXPORTER_OTLP_ENDPOINT
                 where traces go, http://127.0.0.1:4318 for instance; unset: there are none
  LOG_LEVEL      trace, debug, info, warn, error, fatal or silent (default info)

Exit status: 0 all in order, 1 something failed, 2 usage, 3 a run is held for approval, 130 interrupted.

Begin with: eosync demo, or eosync init FOLDER for an archive of your own`,
		);
}

/** The own help of a command without a longer text has what the list of commands says of it, as a sentence. */
function commandDescription(command: Command): string {
	const text = command.description() || command.summary();
	return /^[a-z]/.test(text) ? `${text[0]?.toUpperCase()}${text.slice(1)}.` : text;
}

/** An option that may be repeated has an empty list as its default, which says nothing. */
function optionDescription(option: Option): string {
	return new Help().optionDescription(option).replace(/ \(default: \[\]\)$/, "");
}

/** The commands by name, in the order of the help. */
const commands = lookupTable<() => Promise<Command>>({
	serve: async () => (await import("#lib/cli/commands/operation/serve.ts")).serveCommand(),
	worker: async () => (await import("#lib/cli/commands/operation/worker.ts")).workerCommand(),
	init: async () => (await import("#lib/cli/commands/containers/init.ts")).initCommand(),
	configure: async () => (await import("#lib/cli/commands/containers/configure.ts")).configureCommand(),
	sync: async () => (await import("#lib/cli/commands/runs/sync.ts")).syncCommand(),
	check: async () => (await import("#lib/cli/commands/runs/sync.ts")).checkCommand(),
	apply: async () => (await import("#lib/cli/commands/runs/apply.ts")).applyCommand(),
	exceptions: async () => (await import("#lib/cli/commands/runs/exceptions.ts")).exceptionsCommand(),
	cancel: async () => (await import("#lib/cli/commands/runs/cancel.ts")).cancelCommand(),
	split: async () => (await import("#lib/cli/commands/containers/reshape.ts")).splitCommand(),
	merge: async () => (await import("#lib/cli/commands/containers/reshape.ts")).mergeCommand(),
	revert: async () => (await import("#lib/cli/commands/runs/revert.ts")).revertCommand(),
	containers: async () => (await import("#lib/cli/commands/containers/containers.ts")).containersCommand(),
	publish: async () => (await import("#lib/cli/commands/containers/publish.ts")).publishCommand(),
	datasets: async () => (await import("#lib/cli/commands/datasets.ts")).datasetsCommand(),
	dataset: async () => (await import("#lib/cli/commands/dataset.ts")).datasetCommand(),
	runs: async () => (await import("#lib/cli/commands/runs/runs.ts")).runsCommand(),
	batches: async () => (await import("#lib/cli/commands/runs/batches.ts")).batchesCommand(),
	changes: async () => (await import("#lib/cli/commands/runs/changes.ts")).changesCommand(),
	problems: async () => (await import("#lib/cli/commands/runs/problems.ts")).problemsCommand(),
	rejections: async () => (await import("#lib/cli/commands/runs/rejections.ts")).rejectionsCommand(),
	storages: async () => (await import("#lib/cli/commands/storages.ts")).storagesCommand(),
	targets: async () => (await import("#lib/cli/commands/targets/targets.ts")).targetsCommand(),
	coverage: async () => (await import("#lib/cli/commands/containers/coverage.ts")).coverageCommand(),
	duplicates: async () => (await import("#lib/cli/commands/containers/duplicates.ts")).duplicatesCommand(),
	stac: async () => (await import("#lib/cli/commands/stac.ts")).stacCommand(),
	"rotate-secret": async () => (await import("#lib/cli/commands/operation/rotate-secret.ts")).rotateSecretCommand(),
	users: async () => (await import("#lib/cli/commands/operation/users.ts")).usersCommand(),
	tokens: async () => (await import("#lib/cli/commands/operation/tokens.ts")).tokensCommand(),
	doctor: async () => (await import("#lib/cli/commands/operation/doctor.ts")).doctorCommand(),
	"support-bundle": async () => (await import("#lib/cli/commands/operation/support-bundle.ts")).supportBundleCommand(),
	backup: async () => (await import("#lib/cli/commands/operation/backup.ts")).backupCommand(),
	restore: async () => (await import("#lib/cli/commands/operation/restore.ts")).restoreCommand(),
	"move-database": async () => (await import("#lib/cli/commands/operation/move-database.ts")).moveDatabaseCommand(),
	migrate: async () => (await import("#lib/cli/commands/operation/migrate.ts")).migrateCommand(),
	demo: async () => (await import("#lib/cli/commands/operation/demo.ts")).demoCommand(),
});

/** With all commands, as its help has them. */
export async function wholeProgram(): Promise<Command> {
	const program = newProgram();
	await addCommands(program, undefined);
	return program;
}

/** Half a second goes into importing all of them: the one that is named is enough; for help, and mistakes, all are needed. */
async function addCommands(program: Command, name: string | undefined): Promise<void> {
	const named = name === undefined ? undefined : commands[name];
	for (const load of named === undefined ? Object.values(commands) : [named]) {
		const command = await load();
		program.addCommand(command.copyInheritedSettings(program));
		for (const nested of command.commands) nested.copyInheritedSettings(program);
	}
}

/** Runs the command that this process was started with, and ends the process. */
export async function main(): Promise<never> {
	await runCommand(process.argv.slice(2));
	// Threads and connections that are being closed must not keep a finished command.
	process.exit();
}

/** Runs one command to its end: all is printed then, and `process.exitCode` is its status. */
export async function runCommand(options: readonly string[]): Promise<void> {
	process.exitCode = exitStatuses.ok;
	const program = newProgram();
	try {
		const asked = commandAsked(options);
		await addCommands(program, asked[0]);
		refuseUnknownNested(program, asked);
		await program.parseAsync(asked, { from: "user" });
	} catch (error) {
		process.exitCode = fail(error);
	}
	await flush();
}

/** `help targets check` asks for what `targets check --help` says; of no such command Commander tells which was meant. */
function commandAsked([first, ...rest]: readonly string[]): readonly string[] {
	if (first === undefined) return [];
	const [name] = rest;
	if (first !== "help" || name === undefined) return [first, ...rest];
	return name in commands ? [...rest, "--help"] : rest;
}

/** Commander counts the arguments of a command that has no such nested one, instead of naming those that it has. */
function refuseUnknownNested(program: Command, [name, nested]: readonly string[]): void {
	const command = program.commands.find((each) => each.name() === name);
	if (command === undefined || nested === undefined || nested.startsWith("-")) return;
	const names = command.commands.map((each) => each.name());
	if (names.length === 0 || command.registeredArguments.length > 0 || [...names, "help"].includes(nested)) return;
	command.error(`error: unknown command '${nested}': ${command.name()} has ${names.join(", ")}`);
}

/** Says what went wrong, once; returns the exit status. */
function fail(error: unknown): number {
	if (error instanceof CommanderError) return error.exitCode === 0 ? exitStatuses.ok : exitStatuses.usage;
	warn(`eosync: ${sentence(error)}`);
	if (isDebugging() && error instanceof Error) warn(error.stack ?? "");
	return error instanceof UsageError ? exitStatuses.usage : exitStatuses.failed;
}

function sentence(error: unknown): string {
	const env = environment();
	return env === null ? messageOf(error) : explained(error, env.home);
}

function isDebugging(): boolean {
	return ["debug", "trace"].includes(environment()?.logLevel ?? "");
}

/** null: it is wrong, which is what went wrong. */
function environment(): Env | null {
	try {
		return readEnv();
	} catch {
		return null;
	}
}
