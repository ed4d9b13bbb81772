import type { Footprint } from "#lib/metadata/metadata.ts";

const polygonType = 3;
const multiPolygonType = 6;

/**
 * The polygons of a Polygon or MultiPolygon in well-known binary (OGC 06-103r4, little endian, two dimensions), digit by digit as they are
 * kept; null where there are none.
 */
export function polygonsOf(bytes: Uint8Array): Footprint | null {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	let offset = 0;
	const integer = () => {
		offset += 4;
		return view.getUint32(offset - 4, true);
	};
	const number = () => {
		offset += 8;
		return view.getFloat64(offset - 8, true);
	};
	const type = () => {
		if (view.getUint8(offset) !== 1) throw new Error("A footprint is not in the byte order that was asked for.");
		offset += 1;
		return integer();
	};
	const times = <Item>(read: () => Item) => Array.from({ length: integer() }, read);
	const rings = () => times(() => times(() => [number(), number()] as const));
	const polygon = () => {
		type();
		return rings();
	};
	const outer = type();
	if (outer !== polygonType && outer !== multiPolygonType) return null;
	const polygons = (outer === polygonType ? [rings()] : times(polygon)).filter((each) => each.length > 0);
	return polygons.length === 0 ? null : { type: "MultiPolygon", coordinates: polygons };
}
