import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv, type AnySchemaObject, type ValidateFunction } from "ajv";
import formats from "ajv-formats";

/**
 * Validates documents as `stac-node-validator` does, by the schemas of the core and of each extension that a document names, without a
 * network: the published schemas lie beside the checkout, and are no part of it.
 */

const folder = join(import.meta.dirname, "../../../../shared/data/stac-schemas");
export const hasStacSchemas = existsSync(folder);

const places: readonly (readonly [string, string])[] = [
	["https://schemas.stacspec.org/", "stacspec/"],
	["https://stac-extensions.github.io/", "ext/"],
	["https://geojson.org/schema/", "geojson/"],
	["https://proj.org/schemas/", "proj/"],
];

async function loadSchema(url: string): Promise<AnySchemaObject> {
	// The folder lacks the storage extension's schemas of single providers.
	if (/\/storage\/v2\.0\.0\/platforms\//.test(url)) return {};
	const [prefix = "", below = ""] = places.find(([start]) => url.startsWith(start)) ?? [];
	if (prefix === "") throw new Error(`There is no schema ${url} here.`);
	return JSON.parse(await readFile(join(folder, below, url.slice(prefix.length).replace(/#$/, "")), "utf8"));
}

const ajv = new Ajv({ strict: false, allErrors: true, loadSchema, logger: false });
formats.default(ajv);
const compiled = new Map<string, Promise<ValidateFunction>>();

function validatorOf(url: string): Promise<ValidateFunction> {
	const known = compiled.get(url) ?? compile(url);
	compiled.set(url, known);
	return known;
}

/** One that another schema refers to is there already. */
async function compile(url: string): Promise<ValidateFunction> {
	return ajv.getSchema(url) ?? ajv.compileAsync({ ...(await loadSchema(url)), $id: url });
}

const corePaths: Readonly<Record<string, string>> = {
	Feature: "item-spec/json-schema/item.json",
	Collection: "collection-spec/json-schema/collection.json",
	Catalog: "catalog-spec/json-schema/catalog.json",
};

/** What is wrong with an item, a collection or a catalogue, a line each; []: nothing. */
export async function stacErrors(document: object): Promise<readonly string[]> {
	// As it goes out: without what is undefined.
	const sent: Record<string, unknown> = JSON.parse(JSON.stringify(document));
	const extensions = Array.isArray(sent.stac_extensions) ? sent.stac_extensions.map(String) : [];
	const core = `https://schemas.stacspec.org/v${sent.stac_version}/${corePaths[String(sent.type)]}`;
	const errors: string[] = [];
	for (const url of [core, ...extensions]) {
		const validate = await validatorOf(url);
		if (validate(sent)) continue;
		for (const { instancePath, message } of validate.errors ?? []) errors.push(`${url} ${instancePath}: ${message}`);
	}
	return errors;
}
