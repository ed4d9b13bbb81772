import { join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * The code that reads storages, imported from its source file and not from the bundle: it starts threads from files beside
 * it, and a bundle has none. Next runs in the program's folder.
 */
export async function storageTests(): Promise<typeof import("#lib/sync/test-source.ts")> {
	const file = pathToFileURL(join(process.cwd(), "lib", "sync", "test-source.ts"));
	return import(/* turbopackIgnore: true */ /* webpackIgnore: true */ file.href);
}
