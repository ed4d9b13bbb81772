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

const littleEndian = 1;
/** Of a type: its reference system follows (PostGIS's extended form). */
const hasReferenceSystem = 0x20000000;
const wgs84 = 4326;

/** A footprint in PostGIS's extended well-known binary, as hexadecimal text: it takes that many times faster than GeoJSON. */
export function geometryOf({ coordinates }: Footprint): string {
	const corners = coordinates.reduce((sum, rings) => sum + rings.reduce((all, ring) => all + ring.length, 0), 0);
	const rings = coordinates.reduce((sum, polygon) => sum + polygon.length, 0);
	const bytes = Buffer.alloc(13 + 9 * coordinates.length + 4 * rings + 16 * corners);
	let offset = bytes.writeUInt8(littleEndian, 0);
	const integer = (value: number) => {
		offset = bytes.writeUInt32LE(value, offset);
	};
	integer(multiPolygonType | hasReferenceSystem);
	integer(wgs84);
	integer(coordinates.length);
	for (const polygon of coordinates) {
		offset = bytes.writeUInt8(littleEndian, offset);
		integer(polygonType);
		integer(polygon.length);
		for (const ring of polygon) {
			integer(ring.length);
			for (const [x, y] of ring) offset = bytes.writeDoubleLE(y, bytes.writeDoubleLE(x, offset));
		}
	}
	return bytes.toString("hex");
}
