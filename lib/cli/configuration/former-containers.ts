import { formerIdsAmong, formerIdText } from "#lib/catalog/containers/former-ids.ts";
import { formerShapeProblems } from "#lib/catalog/containers/former-shapes.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import type { ContainerInput } from "#lib/catalog/inputs.ts";
import type { FormerId } from "#lib/catalog/read-models/container-view.ts";
import { warn } from "#lib/cli/output/output.ts";
import { UsageError } from "#lib/errors.ts";

/** Former IDs on the command line and in configuration files: the container that had one is meant, and a line says so. */

/** The EO IDs as they are now, each once. What is no container's at all stays as it is. */
export async function currentIds(database: Pick<Database, "sql">, ids: readonly string[]): Promise<readonly string[]> {
	const former = await formerIdsAmong(database, ids);
	for (const one of former.values()) warn(`${formerIdText(one)}.`);
	return [...new Set(ids.map((id) => former.get(id)?.container ?? id))];
}

/**
 * The containers of a file under the EO IDs that they have now.
 * @throws UsageError for one that was merged into another, whose file would take the rest of that one away; where a container is named twice; and
 * for one that was split or merged since the file was written.
 */
export async function currentContainers(
	database: Pick<Database, "sql">,
	containers: readonly ContainerInput[],
): Promise<readonly ContainerInput[]> {
	const former = await formerIdsAmong(
		database,
		containers.map(({ id }) => id),
	);
	const named = new Set(containers.map(({ id }) => id));
	const now = containers.map((container) => ({
		...container,
		id: former.get(container.id)?.container ?? container.id,
	}));
	const problems = [
		...[...former.values()].flatMap((one) => problemOf(one, named)),
		...(await formerShapeProblems(database, now)),
	];
	if (problems.length > 0) throw new UsageError(problems.join("\n"));
	for (const one of former.values())
		warn(`${formerIdText(one)}: change the file, or take what eosync configure --export writes.`);
	return now;
}

function problemOf(one: FormerId, named: ReadonlySet<string>): readonly string[] {
	if (one.how === "merged")
		return [
			`${formerIdText(one)}, by run ${one.run}: take it out of the file, or take what eosync configure --export writes; nothing was done.`,
		];
	return named.has(one.container)
		? [`${formerIdText(one)}, and the file names both: leave ${one.id} out; nothing was done.`]
		: [];
}
