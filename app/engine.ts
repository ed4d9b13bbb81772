import { join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * The code that reads storages, imported from its source file and not from the bundle: it starts threads from files beside
 * it, and a bundle has none. Next runs in the program's folder.
 */
export async function storageTests(): Promise<typeof import("#lib/sync/test-source.ts")> {
	return import(/* turbopackIgnore: true */ /* webpackIgnore: true */ sourceFile("sync", "test-source.ts"));
}

export async function places(): Promise<typeof import("#lib/sync/survey/places.ts")> {
	return import(/* turbopackIgnore: true */ /* webpackIgnore: true */ sourceFile("sync", "survey", "places.ts"));
}

export async function quicklooks(): Promise<typeof import("#lib/quicklooks/quicklook.ts")> {
	return import(/* turbopackIgnore: true */ /* webpackIgnore: true */ sourceFile("quicklooks", "quicklook.ts"));
}

export async function stacFiles(): Promise<typeof import("#lib/stac/files/serve-file.ts")> {
	return import(/* turbopackIgnore: true */ /* webpackIgnore: true */ sourceFile("stac", "files", "serve-file.ts"));
}

export async function stacSigner(): Promise<typeof import("#lib/stac/files/sign-hrefs.ts")> {
	return import(/* turbopackIgnore: true */ /* webpackIgnore: true */ sourceFile("stac", "files", "sign-hrefs.ts"));
}

function sourceFile(...names: readonly string[]): string {
	return pathToFileURL(join(process.cwd(), "lib", ...names)).href;
}
