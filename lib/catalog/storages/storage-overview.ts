import { listContainers } from "#lib/catalog/containers/containers.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import type { StorageOverview } from "./storage-views.ts";
import { listStorages } from "./storages.ts";

/** All storages by name, with how their containers are, and when one of them was listed completely last. */
export async function storageOverview(database: Database): Promise<readonly StorageOverview[]> {
	const [storages, containers] = await Promise.all([listStorages(database), listContainers(database)]);
	const byStorage = new Map<string, (typeof containers)[number][]>();
	for (const container of containers) {
		for (const name of container.storages) {
			const own = byStorage.get(name);
			if (own === undefined) byStorage.set(name, [container]);
			else own.push(container);
		}
	}
	return storages.map((storage) => {
		const own = byStorage.get(storage.name) ?? [];
		const states = Map.groupBy(own, ({ state }) => state);
		const listed = own.flatMap(({ asOf }) => asOf ?? []).sort((a, b) => Date.parse(b) - Date.parse(a));
		return {
			...storage,
			states: Object.fromEntries([...states].map(([state, all]) => [state, all.length])),
			listedAt: listed[0] ?? null,
		};
	});
}
