import type { ConfiguredContainer } from "#lib/catalog/containers/container-inputs.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { storageInput } from "#lib/catalog/inputs.ts";
import { reconcile } from "#lib/catalog/secrets/storage-secrets.ts";
import { requireLinearPatterns, requirePatterns } from "#lib/catalog/source-patterns.ts";
import type { ConfiguredStorage } from "#lib/catalog/storages/storages.ts";
import type { ConfiguredTarget } from "#lib/catalog/targets/targets.ts";
import { UsageError } from "#lib/errors.ts";
import type { Configuration } from "./config-file.ts";
import { didYouMean, type Fault } from "./faults.ts";
import { mergeStorage } from "./file-keys.ts";
import { isSame } from "./is-same.ts";
import { targetFaults } from "./target-faults.ts";

interface Known {
	readonly storages: ReadonlyMap<string, ConfiguredStorage>;
	readonly containers: ReadonlyMap<string, ConfiguredContainer>;
	readonly targets: ReadonlyMap<string, ConfiguredTarget>;
}

/** Finds what writing would stumble over halfway. @throws UsageError with all of it. */
export async function requireConsistent(
	database: Database,
	{ storages, containers, targets, keys, faultsText }: Configuration,
	known: Known,
): Promise<void> {
	const names = new Set([...storages.map(({ name }) => name), ...known.storages.keys()]);
	const faults: Fault[] = [];
	for (const [index, said] of storages.entries()) {
		const before = known.storages.get(said.name);
		if (before === undefined) continue;
		const earlier = { input: storageInput.parse({ ...before.config, name: said.name }), keys: before.fileKeys };
		const { input } = mergeStorage({ input: said, keys: keys.storages[index] ?? [] }, earlier);
		try {
			// Secrets are kept only for the server that they were entered for.
			reconcile(input, before);
		} catch (error) {
			if (!(error instanceof UsageError)) throw error;
			faults.push({ path: ["storages", index], message: error.message });
		}
	}
	for (const [index, container] of containers.entries()) {
		const { id, kind, sources } = container;
		const before = known.containers.get(id);
		if (before !== undefined && before.input.kind !== kind)
			faults.push({
				path: ["containers", index, "kind"],
				message: `${id} is a ${before.input.kind} and cannot become a ${kind}; delete it first.`,
			});
		for (const [at, source] of sources.entries())
			for (const key of ["storage", "metadataStorage"] as const) {
				const name = source[key];
				if (name !== null && !names.has(name))
					faults.push({
						path: ["containers", index, "sources", at, key],
						message: `There is no storage ${name}, neither in the file nor in the catalogue.${didYouMean(name, [...names])}`,
					});
			}
		if (before !== undefined && isSame(before.input.sources, sources)) continue;
		for (const [at, source] of sources.entries())
			try {
				// Those that it has already go on.
				if (before === undefined) requireLinearPatterns(source);
				else await requirePatterns(database, { id, sources: [source] });
			} catch (error) {
				if (!(error instanceof UsageError)) throw error;
				faults.push({ path: ["containers", index, "sources", at], message: error.message });
			}
	}
	const ids = new Set([...containers.map(({ id }) => id), ...known.containers.keys()]);
	for (const [index, target] of targets.entries())
		faults.push(
			...(await targetFaults(database, target, { ids, names, before: known.targets.get(target.name) ?? null })).map(
				({ path, message }) => ({ path: ["targets", index, ...path], message }),
			),
		);
	if (faults.length > 0) throw new UsageError(faultsText(faults));
}
