import "#lib/jobs/end-with-parent.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { readEnv } from "#lib/env.ts";
import { messageOf, UsageError } from "#lib/errors.ts";
import { applyCommand } from "./apply.ts";
import { backupCommand } from "./backup.ts";
import { cancelCommand } from "./cancel.ts";
import { changesCommand } from "./changes.ts";
import { configureCommand } from "./configure.ts";
import { containersCommand } from "./containers.ts";
import { datasetsCommand } from "./datasets.ts";
import { demoCommand } from "./demo.ts";
import { exitStatuses } from "./exit-status.ts";
import { migrateCommand } from "./migrate.ts";
import { flush, warn } from "./output.ts";
import { restoreCommand } from "./restore.ts";
import { revertCommand } from "./revert.ts";
import { rotateSecretCommand } from "./rotate-secret.ts";
import { runsCommand } from "./runs.ts";
import { serveCommand } from "./serve.ts";
import { storagesCommand } from "./storages.ts";
import { checkCommand, syncCommand } from "./sync.ts";
import { usersCommand } from "./users.ts";
import { workerCommand } from "./worker.ts";

/** The command line. */

const manifest: { readonly description: string; readonly version: string } = JSON.parse(
	readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"),
);

const program = new Command("eosync")
	.description(`${manifest.description}\nDesigned for cron and scripts; operators use the dashboard (eosync serve).`)
	.version(manifest.version)
	.showHelpAfterError("(see eosync --help)")
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

Begin with: eosync demo`,
	);

for (const command of [
	serveCommand(),
	workerCommand(),
	configureCommand(),
	syncCommand(),
	checkCommand(),
	applyCommand(),
	cancelCommand(),
	revertCommand(),
	containersCommand(),
	datasetsCommand(),
	runsCommand(),
	changesCommand(),
	storagesCommand(),
	rotateSecretCommand(),
	usersCommand(),
	backupCommand(),
	restoreCommand(),
	migrateCommand(),
	demoCommand(),
]) {
	program.addCommand(command.copyInheritedSettings(program));
	for (const nested of command.commands) nested.copyInheritedSettings(program);
}

/** Runs the command that this process was started with, and ends the process. */
export async function main(): Promise<never> {
	process.exitCode = exitStatuses.ok;
	try {
		await program.parseAsync();
	} catch (error) {
		process.exitCode = fail(error);
	}
	await flush();
	// Threads and connections that are being closed must not keep a finished command.
	process.exit();
}

/** Says what went wrong, once; returns the exit status. */
function fail(error: unknown): number {
	if (error instanceof CommanderError) return error.exitCode === 0 ? exitStatuses.ok : exitStatuses.usage;
	warn(`eosync: ${messageOf(error)}`);
	if (isDebugging() && error instanceof Error) warn(error.stack ?? "");
	return error instanceof UsageError ? exitStatuses.usage : exitStatuses.failed;
}

function isDebugging(): boolean {
	try {
		return ["debug", "trace"].includes(readEnv().logLevel);
	} catch {
		return false; // That the environment is wrong has just been said.
	}
}
