import { RejectedError } from "#lib/errors.ts";
import { toNcName } from "#lib/metadata/eo-id.ts";
import type { JsonMetadataReader, JsonObject, ReadOptions } from "#lib/metadata/metadata.ts";
import { asObject, member } from "#lib/metadata/text/json.ts";
import { stacItem } from "./stac-item.ts";

/**
 * Many STAC Items in one file (an ItemCollection, what a search of a STAC API answers): a GeoJSON FeatureCollection. The one item is
 * read that is about the data file: an asset of it has the file's name (of several the one whose asset also lies in a folder called
 * alike), else its `id` is the name without its ending or that of the folder. A collection of one item is about whatever it
 * lies beside.
 */
export const stacCollection: JsonMetadataReader = {
	format: "STAC ItemCollection",
	kind: "json",
	recognises: (root) => member(root, "type") === "FeatureCollection" && itemsOf(root).length > 0,
	read: (root, options) => stacItem.read(itemFor(itemsOf(root), options), options),
};

function itemsOf(root: JsonObject): readonly JsonObject[] {
	const features = member(root, "features");
	if (!Array.isArray(features)) return [];
	return features.flatMap((feature) => {
		const item = asObject(feature);
		return item !== null && stacItem.recognises(item) ? [item] : [];
	});
}

function itemFor(items: readonly JsonObject[], { data }: Pick<ReadOptions, "data">): JsonObject {
	const [only] = items;
	if (only !== undefined && items.length === 1) return only;
	const name = data?.name ?? "";
	const stem = name.replace(/(?<=.)\.[^.]*$/, "");
	const folder = data?.folder;
	const paths = items.map(pathsOf);
	const withPath = (end: string) => items.filter((_, index) => paths[index]?.some((path) => path.endsWith(end)));
	const withId = (wanted: string) => items.filter((item) => toNcName(String(member(item, "id"))) === toNcName(wanted));
	const choices = [
		...(folder === undefined ? [] : [withPath(`/${folder}/${name}`)]),
		withPath(`/${name}`),
		...[stem, ...(folder === undefined ? [] : [folder])].map(withId),
	];
	const found = choices.find(({ length }) => length === 1)?.[0];
	if (found !== undefined) return found;
	const count = Math.max(...choices.map(({ length }) => length));
	const shown = JSON.stringify(name.slice(0, 200));
	const which = count === 0 ? "none is" : `${count} may be`;
	throw new RejectedError(
		"invalid-metadata",
		`of its ${items.length} items ${which} about ${shown}: one of them must have an asset of that name, or the ID ${JSON.stringify(stem.slice(0, 200))}`,
	);
}

/** Of its assets, with `/` before them. */
function pathsOf(item: JsonObject): readonly string[] {
	return Object.values(asObject(member(item, "assets")) ?? {}).flatMap((asset) => {
		const href = member(asObject(asset) ?? {}, "href");
		return typeof href === "string" ? [`/${decoded(href.replace(/[?#].*$/s, ""))}`] : [];
	});
}

/** `%20` and the like; what is no UTF-8 stays as it is. */
function decoded(path: string): string {
	return path.replace(/(?:%[0-9a-f]{2})+/gi, (codes) => {
		const text = Buffer.from(codes.replaceAll("%", ""), "hex").toString("utf8");
		return text.includes("\uFFFD") ? codes : text;
	});
}
