import { moduleUrl } from "#lib/installation.ts";

/**
 * The code that reads storages, imported from its own file and not from the pages' bundle: it starts threads from files, and
 * that bundle has none.
 */
export async function storageTests(): Promise<typeof import("#lib/sync/test-source.ts")> {
	return import(/* turbopackIgnore: true */ /* webpackIgnore: true */ moduleUrl("sync/test-source.ts").href);
}

export async function places(): Promise<typeof import("#lib/sync/survey/places.ts")> {
	return import(/* turbopackIgnore: true */ /* webpackIgnore: true */ moduleUrl("sync/survey/places.ts").href);
}

export async function quicklooks(): Promise<typeof import("#lib/quicklooks/quicklook.ts")> {
	return import(/* turbopackIgnore: true */ /* webpackIgnore: true */ moduleUrl("quicklooks/quicklook.ts").href);
}

export async function stacFiles(): Promise<typeof import("#lib/stac/files/serve-file.ts")> {
	return import(/* turbopackIgnore: true */ /* webpackIgnore: true */ moduleUrl("stac/files/serve-file.ts").href);
}

export async function stacSigner(): Promise<typeof import("#lib/stac/files/sign-hrefs.ts")> {
	return import(/* turbopackIgnore: true */ /* webpackIgnore: true */ moduleUrl("stac/files/sign-hrefs.ts").href);
}
