import { RejectedError } from "#lib/errors.ts";
import { isEoId } from "#lib/metadata/eo-id.ts";
import type { EoMetadata, JsonObject, JsonValue, Raster, RasterReader, XmlElement } from "#lib/metadata/metadata.ts";
import { asObject, member, parseJsonObject } from "#lib/metadata/text/json.ts";
import { readWhole } from "#lib/metadata/text/metadata-document.ts";
import { axesOf } from "./axes.ts";
import { bandsOfBaseType, bandsOfRangeType } from "./bands.ts";
import { embeddedMetadata } from "./embedded-metadata.ts";
import { periodOfAxes, placeOfAxes } from "./grid.ts";

/**
 * Reads a rasdaman server's description of an array or a coverage, which `lib/storage/rasdaman/rasdaman.ts` makes a file of.
 *
 * An array by itself lies nowhere: it is referenceable, without ground control points, and becomes a dataset only with EO
 * metadata that gives its footprint. That is how EOxServer registered arrays: size and bands from rasdaman, the place
 * from the operator who registers it. A coverage has grid, CRS, bands and, along a time axis, its times from DescribeCoverage.
 */
export const rasdaman: RasterReader = {
	format: "rasdaman",
	recognises: (head) => String.fromCharCode(...head.subarray(0, signature.length)) === signature,
	async read(source, { timeZone, signal }) {
		const json = parseJsonObject(await readWhole(source, { signal }));
		if (member(json, "rasdaman") === "array") return readArray(json);
		if (member(json, "rasdaman") === "coverage") return readCoverage(json, timeZone);
		throw unsound("it is neither an array nor a coverage");
	},
};

const signature = '{"rasdaman":"';

/** Where nothing is known but the footprint, which is in WGS 84. */
const nowhere = { kind: "referenceable", crs: "EPSG:4326", extent: null, gcps: [] } as const;

function readArray(json: JsonObject): { readonly raster: Raster; readonly metadata: EoMetadata } {
	const [collection, oid] = [textOf(json, "collection"), textOf(json, "oid")];
	if (collection === null || oid === null) throw unsound("it names no collection and number");
	const size = sizeOfDomain(textOf(json, "domain") ?? "");
	const bands = bandsOfBaseType(textOf(json, "baseType"));
	const properties = { collection, oid };
	const metadata = { eoId: `${collection}_${oid}`, begin: null, end: null, footprint: null, properties };
	return { raster: { ...nowhere, size, bands }, metadata };
}

/** `[0:255,0:210]` is 256 columns and 211 lines: rasdaman keeps images so. Of more dimensions the last two count. */
function sizeOfDomain(domain: string): readonly [number, number] {
	const ranges = [...domain.matchAll(/(-?\d{1,16}):(-?\d{1,16})/g)].map(
		([, low, high]) => Number(high) - Number(low) + 1,
	);
	const [columns, lines] = ranges.slice(-2);
	if (columns === undefined || lines === undefined)
		throw new RejectedError("unsupported", `The array ${domain} has fewer than two dimensions.`);
	if (![columns, lines].every((count) => count > 0 && count < 2 ** 31)) throw unsound(`its domain is ${domain}`);
	return [columns, lines];
}

function readCoverage(json: JsonObject, timeZone: string): { readonly raster: Raster; readonly metadata: EoMetadata } {
	const description = elementOf(member(json, "description"));
	const axes = axesOf(description);
	const place = placeOfAxes(axes);
	const bands = bandsOfRangeType(description, baseTypeOf(json));
	const embedded = embeddedMetadata(description, timeZone);
	const period = embedded?.begin ? { begin: embedded.begin, end: embedded.end } : periodOfAxes(axes, timeZone);
	const id = textOf(json, "id") ?? "";
	const properties: Record<string, string | number> = { coverageAxes: axes.map(({ label }) => label).join(" ") };
	for (const name of ["subtype", "sizeInBytes"] as const) {
		const text = textOf(json, name);
		if (text !== null) properties[names[name]] = String(Number(text)) === text ? Number(text) : text;
	}
	return {
		raster: { ...nowhere, ...place, bands },
		metadata: {
			eoId: embedded?.eoId ?? (isEoId(id) ? id : null),
			...period,
			footprint: embedded?.footprint ?? null,
			properties: { ...properties, ...embedded?.properties },
		},
	};
}

const names = { subtype: "coverageSubtype", sizeInBytes: "sizeInBytes" };

/** Of the coverage's array, where the storage asked for it. */
function baseTypeOf(json: JsonObject): string | null {
	const arrays = member(json, "array");
	const array = Array.isArray(arrays) && arrays.length === 1 ? asObject(arrays[0] as JsonValue) : null;
	return array === null ? null : textOf(array, "baseType");
}

/** `[name, namespace, attributes, children, text]` */
function elementOf(value: JsonValue | undefined): XmlElement {
	if (!Array.isArray(value)) throw unsound("it has no description");
	const [name, namespace, attributes, children, text] = value as readonly JsonValue[];
	const given = asObject(attributes);
	if (typeof name !== "string" || typeof namespace !== "string" || typeof text !== "string" || !given)
		throw unsound("its description is malformed");
	if (!Array.isArray(children)) throw unsound("its description is malformed");
	const texts = Object.entries(given).filter((pair): pair is [string, string] => typeof pair[1] === "string");
	return { name, namespace, attributes: Object.fromEntries(texts), children: children.map(elementOf), text };
}

function textOf(object: JsonObject, name: string): string | null {
	const value = member(object, name);
	return typeof value === "string" && value !== "" ? value : null;
}

function unsound(reason: string): RejectedError {
	return new RejectedError("unreadable", `Not a valid description from rasdaman: ${reason}.`);
}
