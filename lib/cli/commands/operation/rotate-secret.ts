import { Command } from "commander";
import { rotateSecret } from "#lib/catalog/secrets/rotate-secret.ts";
import { auditedCommand } from "#lib/cli/audited-command.ts";
import { print } from "#lib/cli/output/output.ts";
import { withCatalog } from "#lib/cli/with-catalog.ts";
import { type Env, readEnv } from "#lib/env.ts";
import { formatPlural } from "#lib/numbers.ts";

export function rotateSecretCommand(): Command {
	return new Command("rotate-secret")
		.summary("seal the stored credentials with another secret")
		.description(
			"Seals all stored credentials anew, in one transaction: with EOSYNC_NEW_SECRET; else, if EOSYNC_OLD_SECRET is given, with EOSYNC_SECRET; else with a secret that is made and kept in EOSYNC_HOME/secret.",
		)
		.action(() =>
			withCatalog("rotate-secret", async (database) => {
				const env = readEnv();
				const { storages, channels, targets, file } = await auditedCommand(database, {
					action: "secrets.rotate",
					input: {},
					work: (inside) => rotateSecret(inside, env),
				});
				await print(
					`The credentials of ${formatPlural(storages, "storage")}, ${formatPlural(channels, "notification channel")} and ${formatPlural(targets, "target")} are sealed with the new secret.`,
				);
				await print(whatToDo(env, file));
			}),
		);
}

function whatToDo({ secret, newSecret }: Env, file: string | null): string {
	if (file === null) {
		return newSecret === null
			? "It is the present EOSYNC_SECRET; EOSYNC_OLD_SECRET is no longer needed."
			: "Now set EOSYNC_SECRET to the value of EOSYNC_NEW_SECRET wherever eosync runs, and restart it.";
	}
	return secret === null
		? `It is in ${file}; what runs with this EOSYNC_HOME goes by it from now on.`
		: `It is the first line of ${file}. Now set EOSYNC_SECRET to it wherever eosync runs, or unset it where EOSYNC_HOME is this one, and restart.`;
}
