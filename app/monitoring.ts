import { moduleUrl } from "#lib/installation.ts";
import type { DashboardMonitoring } from "#lib/operations/for-dashboard.ts";
import { catalog } from "./catalog.ts";

/** Kept outside the module, as the catalogue is. */
const kept = globalThis as typeof globalThis & { eosyncMonitoring?: Promise<DashboardMonitoring> };

/** Imported from its own file, not from the bundle: it reads the migrations beside it. */
export function monitoring(): Promise<DashboardMonitoring> {
	kept.eosyncMonitoring ??= load();
	return kept.eosyncMonitoring;
}

async function load(): Promise<DashboardMonitoring> {
	const loaded: typeof import("#lib/operations/for-dashboard.ts") = await import(
		/* turbopackIgnore: true */ /* webpackIgnore: true */ moduleUrl("operations/for-dashboard.ts").href
	);
	return loaded.monitoring(catalog);
}
