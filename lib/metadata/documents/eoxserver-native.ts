import type { Footprint, XmlElement, XmlMetadataReader } from "#lib/metadata/metadata.ts";
import { footprintOrReject, positionsOf } from "#lib/metadata/text/gml.ts";
import { instantOrReject } from "#lib/metadata/text/time.ts";
import { elementsAt, textAt } from "#lib/metadata/text/xml-path.ts";

/**
 * EOxServer's own format: `<Metadata>` with `EOID`, `BeginTime`, `EndTime` and in `Footprint` one or more `Polygon`s of
 * an `Exterior` and any `Interior`s, each a list of latitude and longitude pairs (WGS 84).
 */
export const eoxserverNative: XmlMetadataReader = {
	format: "EOxServer native",
	kind: "xml",
	recognises: ({ namespace, name }) => name === "Metadata" && namespace === "",
	read: (document, { timeZone }) => {
		const begin = textAt(document, "BeginTime");
		const end = textAt(document, "EndTime");
		return {
			eoId: textAt(document, "EOID"),
			begin: begin === null ? null : instantOrReject(begin, timeZone, "BeginTime"),
			end: end === null ? null : instantOrReject(end, timeZone, "EndTime"),
			footprint: footprintOf(document),
			properties: {},
		};
	},
};

function footprintOf(document: XmlElement): Footprint | null {
	const polygons = elementsAt(document, "Footprint/Polygon");
	if (polygons.length === 0) return null;
	const rings = (polygon: XmlElement, name: string) =>
		elementsAt(polygon, name).map(({ text }) => positionsOf(text, { latitudeFirst: true }));
	return footprintOrReject(
		polygons.map((polygon) => [...rings(polygon, "Exterior").slice(0, 1), ...rings(polygon, "Interior")]),
	);
}
