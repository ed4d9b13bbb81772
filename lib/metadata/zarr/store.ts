import { RejectedError } from "#lib/errors.ts";
import { readFirst } from "#lib/metadata/head-source.ts";
import type { ByteSource, JsonObject } from "#lib/metadata/metadata.ts";
import { asObject, jsonLimits, member, parseJsonObject } from "#lib/metadata/text/json.ts";
import { arrayOfVersion2, arrayOfVersion3, malformedZarr, type ZarrArray } from "./array.ts";

/** What a store holds, by its metadata alone. */
export interface ZarrStore {
	readonly attributes: JsonObject;
	/** By path, `""` for an array that is the whole store. */
	readonly arrays: ReadonlyMap<string, ZarrArray>;
	/** Attributes of the groups below the root. */
	readonly groups: ReadonlyMap<string, JsonObject>;
}

/** Arrays and groups. */
const maxNodes = 2000;

/**
 * By the file that stands at the store's top: `.zmetadata` or `zarr.json` with all metadata, else `.zgroup` or `zarr.json` and what of
 * the folders below was listed with it.
 */
export async function readStore(source: ByteSource, options: { readonly signal: AbortSignal }): Promise<ZarrStore> {
	const root = await documentOf(source, options);
	const consolidated = asObject(member(root, "metadata"));
	if (consolidated !== null && member(root, "zarr_consolidated_format") !== undefined)
		return storeOfVersion2(objectsOf(consolidated));
	const version = member(root, "zarr_format");
	if (version === 3) return storeOfVersion3(root, await nodesOfVersion3(root, source, options));
	if (version !== 2)
		throw new RejectedError(
			"unsupported",
			`it is of version ${JSON.stringify(version ?? null).slice(0, 20)} of Zarr; 2 and 3 are read`,
		);
	const documents = new Map([[member(root, "shape") === undefined ? ".zgroup" : ".zarray", root]]);
	for (const [path, file] of await listedWith(source, /(^|\/)\.z(array|attrs|group)$/))
		documents.set(path, await documentOf(file, options));
	return storeOfVersion2(documents);
}

function storeOfVersion2(documents: ReadonlyMap<string, JsonObject>): ZarrStore {
	if (documents.size > 3 * maxNodes) throw tooMany();
	const attributesAt = (prefix: string) => documents.get(`${prefix}.zattrs`) ?? {};
	const arrays = new Map<string, ZarrArray>();
	const groups = new Map<string, JsonObject>();
	for (const [path, document] of documents) {
		const [, prefix = "", kind] = /^(.*\/)?\.z(array|group)$/s.exec(path) ?? [];
		const node = prefix.slice(0, -1);
		if (kind === "array") arrays.set(node, arrayOfVersion2(node, document, attributesAt(prefix)));
		else if (kind === "group" && node !== "") groups.set(node, attributesAt(prefix));
	}
	return { attributes: attributesAt(""), arrays, groups };
}

/** Its own consolidated metadata, else the `zarr.json` of the folders below. */
async function nodesOfVersion3(
	root: JsonObject,
	source: ByteSource,
	options: { readonly signal: AbortSignal },
): Promise<ReadonlyMap<string, JsonObject>> {
	const consolidated = asObject(member(root, "consolidated_metadata"));
	if (consolidated !== null) return objectsOf(asObject(member(consolidated, "metadata")) ?? {});
	const nodes = new Map<string, JsonObject>();
	for (const [path, file] of await listedWith(source, /.\/zarr\.json$/))
		nodes.set(path.slice(0, -"/zarr.json".length), await documentOf(file, options));
	return nodes;
}

function storeOfVersion3(root: JsonObject, nodes: ReadonlyMap<string, JsonObject>): ZarrStore {
	if (nodes.size > maxNodes) throw tooMany();
	const arrays = new Map<string, ZarrArray>();
	const groups = new Map<string, JsonObject>();
	for (const [path, node] of [["", root] as const, ...nodes]) {
		if (member(node, "node_type") === "array") arrays.set(path, arrayOfVersion3(path, node));
		else if (path !== "") groups.set(path, asObject(member(node, "attributes")) ?? {});
	}
	return { attributes: asObject(member(root, "attributes")) ?? {}, arrays, groups };
}

async function listedWith(source: ByteSource, names: RegExp): Promise<ReadonlyMap<string, ByteSource>> {
	const files = new Map<string, ByteSource>();
	for (const path of source.listedWith ?? []) {
		if (!names.test(path)) continue;
		if (files.size === 3 * maxNodes) throw tooMany();
		const file = await source.sibling?.(path);
		if (file) files.set(path, file);
	}
	return files;
}

async function documentOf(file: ByteSource, options: { readonly signal: AbortSignal }): Promise<JsonObject> {
	if (file.size > jsonLimits.bytes) throw malformedZarr("", `${file.name} has ${file.size} bytes`);
	return parseJsonObject(await readFirst(file, jsonLimits.bytes, options));
}

function objectsOf(documents: JsonObject): ReadonlyMap<string, JsonObject> {
	return new Map(
		Object.keys(documents).flatMap((path) => {
			const document = asObject(member(documents, path));
			return document === null ? [] : [[path, document] as const];
		}),
	);
}

function tooMany(): RejectedError {
	return malformedZarr("", `it has more than ${maxNodes} arrays and groups`);
}
