import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Monitoring } from "#lib/operations/for-dashboard.ts";
import { catalog } from "./catalog.ts";

/** Kept outside the module, as the catalogue is. */
const kept = globalThis as typeof globalThis & { eosyncMonitoring?: Promise<Monitoring> };

/** Imported from its file as it is: it reads the migrations that lie beside it, and a bundle has none. */
export function monitoring(): Promise<Monitoring> {
	kept.eosyncMonitoring ??= load();
	return kept.eosyncMonitoring;
}

async function load(): Promise<Monitoring> {
	const file = pathToFileURL(join(process.cwd(), "lib", "operations", "for-dashboard.ts"));
	const loaded: typeof import("#lib/operations/for-dashboard.ts") = await import(
		/* turbopackIgnore: true */ /* webpackIgnore: true */ file.href
	);
	return loaded.monitoring(catalog);
}
