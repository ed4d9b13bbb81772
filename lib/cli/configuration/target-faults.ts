import type { Database } from "#lib/catalog/database/database.ts";
import type { TargetInput } from "#lib/catalog/targets/target-inputs.ts";
import { requireSameServer, splitUrl } from "#lib/catalog/targets/target-secrets.ts";
import type { ConfiguredTarget } from "#lib/catalog/targets/targets.ts";
import { UsageError } from "#lib/errors.ts";
import { didYouMean, type Fault } from "./faults.ts";
import { currentIds } from "./former-containers.ts";

interface Known {
	/** Of containers, and of storages, in the file or the catalogue. */
	readonly ids: ReadonlySet<string>;
	readonly names: ReadonlySet<string>;
	/** The target as it is; null: it is new. */
	readonly before: ConfiguredTarget | null;
}

/** What writing a target of the file would stumble over, with places below the target's. */
export async function targetFaults(
	database: Pick<Database, "sql">,
	target: TargetInput,
	{ ids, names, before }: Known,
): Promise<readonly Fault[]> {
	const faults: Fault[] = [];
	for (const [at, id] of (await currentIds(database, target.containers ?? [])).entries())
		if (!ids.has(id))
			faults.push({
				path: ["containers", at],
				message: `There is no container ${id}, neither in the file nor in the catalogue.${didYouMean(id, [...ids])}`,
			});
	for (const name of Object.keys(target.storages))
		if (!names.has(name))
			faults.push({
				path: ["storages", name],
				message: `There is no storage ${name}, neither in the file nor in the catalogue.${didYouMean(name, [...names])}`,
			});
	if (before !== null && splitUrl(target).password === undefined)
		try {
			// A password is kept only for the server that it was entered for.
			requireSameServer(target, before.input, before.hasPassword);
		} catch (error) {
			if (!(error instanceof UsageError)) throw error;
			faults.push({ path: ["url"], message: error.message });
		}
	return faults;
}
