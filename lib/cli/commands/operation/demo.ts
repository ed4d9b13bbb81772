import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import type { Database } from "#lib/catalog/database/database.ts";
import { syncContainers } from "#lib/cli/commands/runs/sync.ts";
import { applyConfiguration } from "#lib/cli/configuration/apply-configuration.ts";
import { parseConfiguration } from "#lib/cli/configuration/config-file.ts";
import { openDisplay } from "#lib/cli/output/display.ts";
import { print } from "#lib/cli/output/output.ts";
import { chooseNextPort, parsePort } from "#lib/cli/serving/port.ts";
import { actor, withCatalog } from "#lib/cli/with-catalog.ts";
import { mutateDemoArchive, writeDemoArchive } from "#lib/demo/archive.ts";
import { demoConfiguration } from "#lib/demo/configuration.ts";
import { dashboardUrl, type Env, readEnv } from "#lib/env.ts";
import { commandName } from "#lib/installation.ts";
import { serve } from "./serve.ts";

export function demoCommand(): Command {
	return new Command("demo")
		.summary("make a small archive, sync it, and serve the dashboard")
		.description(
			"Makes an archive of some 190 small scenes in EOSYNC_HOME/demo, syncs it, changes it a little, checks what that means, and serves the dashboard. Can be run again: the archive begins anew.",
		)
		.option("--port <PORT>", "port to listen on, or the next one that is free (default: PORT, else 3000)", parsePort)
		.action(({ port }: { readonly port?: number }) => {
			const env = readEnv();
			return demo({ ...env, port: port ?? env.port });
		});
}

async function demo(env: Env): Promise<void> {
	const folder = join(env.home, "demo");
	const archive = join(folder, "archive");
	const file = join(folder, "eosync.yaml");
	mkdirSync(archive, { recursive: true, mode: 0o700 });
	await print(`Making the archive ${archive} …`);
	writeDemoArchive(archive);
	const interrupted = await withCatalog(
		"demo",
		async (database) => {
			await configureFrom(database, file, demoConfiguration());
			await print("Syncing all three containers; eight files have faults on purpose and are rejected …");
			if (await runAll(database, "sync")) return true;
			await print("A day passes: scenes come, go, move and change, and the configuration is edited …");
			mutateDemoArchive(archive);
			await configureFrom(database, file, demoConfiguration({ edited: true }));
			await print("Checking what a sync would do now …");
			return runAll(database, "check");
		},
		{ ownSignals: true },
	);
	if (interrupted) return;
	process.exitCode = 0;
	const port = await chooseNextPort(env.host, env.port);
	await print(`Look at the differences, apply or sync them in the dashboard; or: ${commandName} sync --all`);
	await print(
		`What is in the catalogue everyone may read by STAC: ${dashboardUrl({ ...env, port })}/stac (docs/stac.md)`,
	);
	await serve(env, { host: env.host, port });
}

async function configureFrom(database: Database, file: string, text: string): Promise<void> {
	writeFileSync(file, text, { mode: 0o600 });
	const configuration = parseConfiguration({ text, file, variable: () => undefined });
	await applyConfiguration(database, configuration, { prune: false, say: async () => {} });
}

const containers = ["S2_MSI_L1C", "MER_FRS_1P", "GLOBAL_MOSAIC"];

/** Returns whether it was interrupted. */
async function runAll(database: Database, kind: "sync" | "check"): Promise<boolean> {
	// A demonstration that was changed in between begins anew, however much that removes.
	const approval = kind === "sync" ? "The demonstration begins anew." : null;
	const request = { containers, kind, full: false, trigger: "command-line", actor: actor(), approval } as const;
	await syncContainers(database, request, { display: openDisplay({ json: false }) });
	return process.exitCode === 130;
}
