import type { RawInput } from "#lib/api/operations/operation.ts";
import { formerIdsAmong } from "#lib/catalog/containers/former-ids.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import type { FormerId } from "#lib/catalog/read-models/container-view.ts";

/** Former IDs in calls of the REST API: the container that had one answers, and a header says so. */

interface Resolved {
	readonly raw: RawInput;
	readonly former: readonly FormerId[];
}

/** Puts the EO IDs that containers have now in the place of former ones, wherever a call names a container. */
export async function withCurrentContainers(
	database: Pick<Database, "sql">,
	operationPath: string,
	raw: RawInput,
): Promise<Resolved> {
	const isOfContainer = operationPath.startsWith("/containers/{id}");
	const body = isPlain(raw.body) ? raw.body : {};
	const named = [
		isOfContainer ? raw.path.id : undefined,
		raw.query.container,
		body.container,
		...listOf(body.containers),
		...listOf(body.ids),
	].filter(
		(name): name is string =>
			typeof name === "string" && name.length <= 255 && name.isWellFormed() && !name.includes("\0"),
	);
	const former = await formerIdsAmong(database, named);
	if (former.size === 0) return { raw, former: [] };
	const current = <T>(name: T) => (typeof name === "string" ? (former.get(name)?.container ?? name) : name);
	const path = isOfContainer ? { ...raw.path, id: current(raw.path.id ?? "") } : raw.path;
	const query =
		raw.query.container === undefined ? raw.query : { ...raw.query, container: current(raw.query.container) };
	if (!isPlain(raw.body)) return { raw: { ...raw, path, query }, former: [...former.values()] };
	const inBody = {
		...raw.body,
		...("container" in body ? { container: current(body.container) } : {}),
		...(Array.isArray(body.containers) ? { containers: [...new Set(body.containers.map(current))] } : {}),
		...(Array.isArray(body.ids) ? { ids: [...new Set(body.ids.map(current))] } : {}),
	};
	return { raw: { path, query, body: inBody }, former: [...former.values()] };
}

/** `Eosync-Renamed: OLD=NEW`, percent-encoded, one for each; none where no former ID was named. */
export function renamedHeader(former: readonly FormerId[]): Readonly<Record<string, string>> {
	if (former.length === 0) return {};
	const pairs = former.map(({ id, container }) => `${encodeURIComponent(id)}=${encodeURIComponent(container)}`);
	return { "eosync-renamed": pairs.join(", ") };
}

function listOf(value: unknown): readonly unknown[] {
	return Array.isArray(value) ? value : [];
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
