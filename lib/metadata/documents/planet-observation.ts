import { toNcName } from "#lib/metadata/eo-id.ts";
import type {
	EoMetadata,
	Footprint,
	Position,
	ReadOptions,
	XmlElement,
	XmlMetadataReader,
} from "#lib/metadata/metadata.ts";
import { footprintOrReject } from "#lib/metadata/text/gml.ts";
import { elementsAt, numberAt } from "#lib/metadata/text/xml-path.ts";
import { readObservation } from "./eo-om.ts";

/**
 * PlanetScope's and RapidEye's `…_metadata.xml`: EO-O&M 1.x by profiles of their own. Source: Planet's schema
 * `planet_product_metadata_geocorrected_level` and RapidEye's `productMetadataGeocorrected`. Unlike GML's, positions are longitude, latitude,
 * whatever `srsName` says; the box of `geographicLocation` shows it.
 */
export const planetObservation: XmlMetadataReader = {
	format: "Planet",
	kind: "xml",
	recognises: ({ namespace, name }) =>
		name === "EarthObservation" && /^https?:\/\/schemas\.(planet\.com|rapideye\.de)\//.test(namespace),
	read: (observation, options) => readPlanet(observation, options),
};

const target = "target|featureOfInterest/Footprint";

function readPlanet(observation: XmlElement, options: Pick<ReadOptions, "timeZone">): EoMetadata {
	const withoutPlace = {
		...observation,
		children: observation.children.filter(({ name }) => !/^(target|featureOfInterest)$/.test(name)),
	};
	const { eoId, ...described } = readObservation(withoutPlace, options);
	// Planet's identifiers begin with the date.
	return { ...described, eoId: eoId === null ? null : toNcName(eoId), footprint: footprintOf(observation) };
}

function footprintOf(observation: XmlElement): Footprint | null {
	const corners = cornersOf(observation);
	const rings = elementsAt(observation, `${target}/multiExtentOf`).flatMap(ringsBelow);
	if (rings.length > 0) return footprintOrReject(rings.map((ring) => [inOrder(ring, corners)]));
	return corners.length < 4 ? null : footprintOrReject([[corners]]);
}

function cornersOf(observation: XmlElement): readonly Position[] {
	return ["topLeft", "topRight", "bottomRight", "bottomLeft"].flatMap((corner) => {
		const [place] = elementsAt(observation, `${target}/geographicLocation/${corner}`);
		const [lon, lat] = place === undefined ? [null, null] : [numberAt(place, "longitude"), numberAt(place, "latitude")];
		return lon === null || lat === null ? [] : [[lon, lat] as const];
	});
}

/** Of all polygons below; holes are none of a scene's. */
function ringsBelow(element: XmlElement): readonly (readonly Position[])[] {
	if (/^(innerBoundaryIs|interior)$/.test(element.name)) return [];
	if (!/^(coordinates|posList)$/.test(element.name)) return element.children.flatMap(ringsBelow);
	const numbers = element.text
		.trim()
		.split(/[\s,]+/)
		.map((word) => (word === "" ? Number.NaN : Number(word)));
	const positions: Position[] = [];
	for (let i = 0; i + 1 < numbers.length; i += 2)
		positions.push([numbers[i] ?? Number.NaN, numbers[i + 1] ?? Number.NaN]);
	return [positions];
}

/** Swapped where only so the ring lies at the corners. */
function inOrder(ring: readonly Position[], corners: readonly Position[]): readonly Position[] {
	const [first] = corners;
	if (first === undefined) return ring;
	const distance = ([lon, lat]: Position) => Math.hypot(lon - first[0], lat - first[1]);
	const [start] = ring;
	if (start === undefined || distance(start) <= distance([start[1], start[0]])) return ring;
	return ring.map(([a, b]) => [b, a]);
}
