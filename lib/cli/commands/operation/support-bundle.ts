import { resolve } from "node:path";
import { Command } from "commander";
import { newFile } from "#lib/cli/configuration/export-file.ts";
import { exportedConfiguration } from "#lib/cli/configuration/exported-configuration.ts";
import { exitStatuses } from "#lib/cli/exit-status.ts";
import { print, warn } from "#lib/cli/output/output.ts";
import { dashboardUrl, readEnv } from "#lib/env.ts";
import { writeSupportBundle } from "#lib/operations/support/support-bundle.ts";

export function supportBundleCommand(): Command {
	return new Command("support-bundle")
		.summary("write what support needs to know into a file, without secrets")
		.description(
			"Writes versions, what doctor says, the configuration, the last runs, the ends of logs and plans of slow queries into one compressed file (tar.gz) that only you can read. Passwords, keys, tokens and mail addresses are struck out; names of containers, storages and users, paths and hosts are not. Changes nothing, and also works while the database is gone.",
		)
		.argument("[FILE]", "a file that does not exist yet; default: eosync-support-TIME.tar.gz in this folder")
		.action(async (given: string | undefined) => {
			const file = given ?? `eosync-support-${new Date().toISOString().replace(/[-:]|\.\d+/g, "")}.tar.gz`;
			const stop = new AbortController();
			const leave = () => stop.abort();
			process.once("SIGINT", leave).once("SIGTERM", leave).once("SIGHUP", leave);
			const env = readEnv();
			try {
				const { bytes, files, missing } = await writeSupportBundle(env, resolve(file), {
					configuration: async (database) =>
						newFile(await exportedConfiguration(database), `${dashboardUrl(env)}/eosync.schema.json`),
					signal: stop.signal,
					say: process.stderr.isTTY ? (what) => warn(`… ${what}`) : undefined,
				});
				for (const sentence of missing) warn(sentence);
				await print(`${file}: ${files.length} files, ${bytes} bytes. Look through it before you hand it on.`);
			} catch (error) {
				if (!stop.signal.aborted) throw error;
				process.exitCode = exitStatuses.interrupted;
			}
		});
}
