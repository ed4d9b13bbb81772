import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { saveContainer, saveStorage } from "#lib/catalog/configuration.ts";
import { connectCatalog } from "#lib/catalog/database/connect.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { containerInput, storageInput } from "#lib/catalog/inputs.ts";

/** A folder for archives and an embedded database that lives as long as the benchmark: as `eosync serve` would hold it. */
export interface Workplace extends AsyncDisposable {
	readonly home: string;
	readonly database: Database;
	/** Archives made so far are kept for the rows that come after. */
	archive(name: string, make: (root: string) => void): string;
	/** A dataset series over the TIFFs of one archive. */
	container(id: string, root: string): Promise<void>;
	/** Takes containers and datasets out of the catalogue, of one storage or all, together: none may live without the other. */
	forget(of: { readonly container: string; readonly storage: string } | "everything"): Promise<void>;
}

export async function openWorkplace(parent = tmpdir()): Promise<Workplace> {
	const folder = mkdtempSync(join(parent, "eosync-bench-"));
	// As root the database runs as another user.
	chmodSync(folder, 0o755);
	const home = join(folder, "home");
	const database = await connectCatalog({ databaseUrl: null, home }, { applicationName: "eosync bench" });
	const made = new Set<string>();
	return {
		home,
		database,
		archive(name, make) {
			const root = join(folder, name);
			if (made.has(name)) return root;
			mkdirSync(root);
			make(root);
			made.add(name);
			return root;
		},
		async container(id, root) {
			await saveStorage(database, storageInput.parse({ name: id, type: "local", root }));
			const source = { storage: id, include: ["*.tif"], fileName: "_(?<begin>\\d{8}T\\d{6})_" };
			const input = containerInput.parse({ id, kind: "dataset-series", sources: [source] });
			await saveContainer(database, input, { create: "either" });
		},
		async forget(of) {
			await database.sql.begin(async (sql) => {
				if (of === "everything") {
					await sql`delete from containers`;
					await sql`delete from datasets`;
					return;
				}
				await sql`delete from containers where eo_id = ${of.container}`;
				await sql`delete from datasets d using storages s where s.id = d.storage_id and s.name = ${of.storage}`;
			});
		},
		async [Symbol.asyncDispose]() {
			await database.close();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}
