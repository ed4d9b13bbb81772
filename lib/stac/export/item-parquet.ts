import { createReadStream } from "node:fs";
import { geoParquet, type ParquetColumn } from "#lib/catalog/search/geoparquet.ts";
import type { Footprint } from "#lib/metadata/metadata.ts";
import type { StacItem } from "#lib/stac/item.ts";
import { writeStream } from "./export-folder.ts";
import { columnValue, elementsOf, FieldCount, SeenField } from "./parquet-fields.ts";

/**
 * Items of one collection as stac-geoparquet 1.1 (https://github.com/radiantearth/stac-geoparquet-spec): a row each, its properties as
 * columns. Which columns there are is known once all items were read. So they are read twice, from a file of JSON lines that is written first.
 */

/** Items with more fields do not make a table; this happens where each item has other names for its assets. */
export const mostFields = 2000;

/** Columns of these are timestamps, not text. */
const instants = ["datetime", "start_datetime", "end_datetime", "created", "updated"];
/** `geometry` and `bbox` are written by `geoParquet`, properties as columns of their own, and `type` is the same for all items. */
const left = ["type", "geometry", "bbox", "properties"];
const rowsAtOnce = 500;

/** A collection without items has the columns that every collection has. */
const ofNothing = {
	id: "",
	stac_version: "",
	stac_extensions: [""],
	collection: "",
	datetime: "",
	links: [{ href: "", rel: "", type: "", title: "" }],
	assets: { data: { href: "", type: "", roles: [""] } },
};

interface ItemParquetOptions {
	/** Of JSON, an item each. */
	readonly lines: string;
	readonly path: string;
	/** The collection's document. */
	readonly collection: { readonly id: string };
	readonly signal: AbortSignal;
}

/** @throws TooManyFieldsError before it writes anything */
export async function writeItemParquet({ lines, path, collection, signal }: ItemParquetOptions): Promise<void> {
	const columns = await columnsOf(lines, signal);
	const metadata = { version: "1.1.0", collections: { [collection.id]: collection } };
	const bytes = geoParquet(portionsOf(lines, signal), {
		columns,
		footprint: footprintOf,
		weight: (item) => JSON.stringify(item.assets).length,
		isSimplified: true,
		metadata: [{ key: "stac-geoparquet", value: JSON.stringify(metadata) }],
	});
	await writeStream(path, bytes, { signal });
}

async function columnsOf(lines: string, signal: AbortSignal): Promise<readonly ParquetColumn<StacItem>[]> {
	const seen = new SeenField(new FieldCount(mostFields));
	for await (const portion of portionsOf(lines, signal)) for (const item of portion) seen.look(rowOf(item));
	if (seen.members.size === 0) seen.look(ofNothing);
	return [...seen.members].map(([name, field]): ParquetColumn<StacItem> => {
		const type = instants.includes(name) ? ({ is: "instant" } as const) : field.type;
		return { name, elements: elementsOf(name, type), value: (item) => columnValue(rowOf(item)[name], type) };
	});
}

/** The values of an item's columns: its own members, and its properties beside them. */
function rowOf(item: StacItem): Readonly<Record<string, unknown>> {
	const own = Object.entries(item).filter(([name]) => !left.includes(name));
	return { ...item.properties, ...Object.fromEntries(own) };
}

function footprintOf({ geometry }: StacItem): Footprint {
	const { type, coordinates } = geometry as
		| { readonly type: "Polygon"; readonly coordinates: Footprint["coordinates"][number] }
		| { readonly type: "MultiPolygon"; readonly coordinates: Footprint["coordinates"] };
	return { type: "MultiPolygon", coordinates: type === "Polygon" ? [coordinates] : coordinates };
}

async function* portionsOf(lines: string, signal: AbortSignal): AsyncGenerator<readonly StacItem[]> {
	let portion: StacItem[] = [];
	for await (const line of linesOf(lines, signal)) {
		portion.push(JSON.parse(line));
		if (portion.length < rowsAtOnce) continue;
		yield portion;
		portion = [];
	}
	if (portion.length > 0) yield portion;
}

/** Ended by a line feed and nothing else: Node's own reader takes other characters for ends of lines as well. */
async function* linesOf(path: string, signal: AbortSignal): AsyncGenerator<string> {
	let rest = "";
	for await (const piece of createReadStream(path, { encoding: "utf8", signal })) {
		const parts = `${rest}${piece}`.split("\n");
		rest = parts.pop() ?? "";
		yield* parts;
	}
}
