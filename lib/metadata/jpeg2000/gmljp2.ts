import { RejectedError } from "#lib/errors.ts";
import { type BoundedBytes, malformed } from "#lib/metadata/bounded-bytes.ts";
import { parseSrsName } from "#lib/metadata/crs/srs-name.ts";
import { eoOm } from "#lib/metadata/documents/eo-om.ts";
import { fromCentre, gridOfAffine, type PlacedGrid } from "#lib/metadata/geometry/affine-grid.ts";
import type { EoMetadata, Raster, XmlElement } from "#lib/metadata/metadata.ts";
import { parseXml } from "#lib/metadata/text/xml.ts";
import { type Jp2Box, readBoxes } from "./boxes.ts";

/**
 * Where a JPEG 2000 lies by its GML (GMLJP2, OGC 05-047r3 and 08-085r5): the first RectifiedGrid, whose origin is the
 * centre of the upper left pixel; null if there is none. Axes follow the authority's order unless the grid's own
 * `axisName`s begin with the easting, as Pléiades writes it.
 * @throws RejectedError `no-crs` for a CRS that is not supported; `unreadable` for invalid numbers.
 */
export function placeOfGml(root: XmlElement, size: Raster["size"]): PlacedGrid | null {
	const grid = first(root, "RectifiedGrid") ?? first(root, "ReferenceableGrid");
	if (grid?.name !== "RectifiedGrid") return null;
	const origin = first(grid, "origin");
	const position = origin === undefined ? undefined : (first(origin, "pos") ?? first(origin, "coordinates"));
	const vectors = grid.children.filter(({ name }) => name === "offsetVector");
	const [x, y] = numbersOf(position);
	const [right, down] = vectors.map(numbersOf);
	if (x === undefined || y === undefined || right?.length !== 2 || down?.length !== 2) {
		throw new RejectedError("unreadable", "Its GML (GMLJP2) has a grid without origin or offset vectors.");
	}
	const { crs, latitudeFirst } = srsOf(root, grid, origin);
	const firstAxis = grid.children.find(({ name }) => name === "axisName")?.text.trim() ?? "";
	const isSwapped = latitudeFirst && !/^(easting|e$|lon)/i.test(firstAxis);
	const order = ([one = 0, other = 0]: readonly number[]) => (isSwapped ? [other, one] : [one, other]);
	const [[left = 0, top = 0], [a = 0, d = 0], [b = 0, e = 0]] = [order([x, y]), order(right), order(down)];
	return { crs, ...gridOfAffine(fromCentre([left, a, b, top, d, e]), size) };
}

/** What an EO-O&M document within the GML (GMLJP2 2, `eopMetadata`) says; null if there is none. */
export function metadataOfGml(root: XmlElement, options: { readonly timeZone: string }): EoMetadata | null {
	const document = first(root, "EarthObservation");
	return document !== undefined && eoOm.recognises(document) ? eoOm.read(document, options) : null;
}

function srsOf(root: XmlElement, grid: XmlElement, origin: XmlElement | undefined) {
	const point = origin === undefined ? undefined : first(origin, "Point");
	const vector = first(grid, "offsetVector");
	const envelope = first(root, "Envelope");
	const names = [grid, point, vector, envelope].map((element) => element?.attributes.srsName ?? "");
	const name = names.find((candidate) => candidate !== "") ?? "";
	const srs = parseSrsName(name);
	if (srs !== null) return srs;
	const what = name === "" ? "names no CRS" : `has the CRS ${name.slice(0, 100)}, which is not supported`;
	throw new RejectedError("no-crs", `Its GML (GMLJP2) ${what}. Assign an EPSG code (gdal_edit.py -a_srs EPSG:4326).`);
}

/** The first element of that name, depth first. */
function first(element: XmlElement, name: string): XmlElement | undefined {
	if (element.name === name) return element;
	for (const child of element.children) {
		const found = first(child, name);
		if (found !== undefined) return found;
	}
	return undefined;
}

function numbersOf(element: XmlElement | undefined): readonly number[] {
	const words = (element?.text ?? "")
		.trim()
		.split(/[\s,]+/)
		.slice(0, 3);
	const numbers = words.filter((word) => word !== "").map(Number);
	if (numbers.every(Number.isFinite)) return numbers.slice(0, 2);
	throw new RejectedError("unreadable", "Its GML (GMLJP2) has invalid numbers.");
}

const maxGmlBytes = 4 * 1024 * 1024;

/**
 * The document of a JPEG 2000's GML (GMLJP2): the XML beside the label `gml.root-instance` within the association
 * labelled `gml.data`, or straight in that one, as some writers put it; null if there is none.
 */
export async function readGml(bytes: BoundedBytes, boxes: readonly Jp2Box[]): Promise<XmlElement | null> {
	for (const outer of boxes.filter(({ type }) => type === "asoc")) {
		const inside = await associated(bytes, outer);
		if (inside.label !== "gml.data") continue;
		for (const { type, start, length } of inside.boxes) {
			const within =
				type === "asoc" ? await associated(bytes, { type, start, length }) : { label: "", boxes: inside.boxes };
			const xml = within.boxes.find((box) => box.type === "xml ");
			if (xml === undefined || (type === "asoc" && within.label !== "gml.root-instance")) continue;
			if (xml.length > maxGmlBytes) throw malformed("JPEG 2000", `its GML has ${xml.length} bytes`);
			const view = await bytes.view(xml.start, xml.length, "the GML");
			return parseXml(withoutPadding(new Uint8Array(view.buffer, view.byteOffset, view.byteLength)));
		}
	}
	return null;
}

async function associated(bytes: BoundedBytes, { start, length }: Jp2Box) {
	const boxes = await readBoxes(bytes, start, start + length);
	const label = boxes.find(({ type }) => type === "lbl ");
	if (label === undefined || label.length > 1000) return { label: "", boxes };
	const view = await bytes.view(label.start, label.length, "a label");
	return {
		label: new TextDecoder().decode(withoutPadding(new Uint8Array(view.buffer, view.byteOffset, view.byteLength))),
		boxes,
	};
}

/** Some writers end texts with a NUL. */
function withoutPadding(text: Uint8Array): Uint8Array {
	let end = text.length;
	while (end > 0 && text[end - 1] === 0) end -= 1;
	return text.subarray(0, end);
}
