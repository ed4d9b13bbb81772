import type {
	EoMetadata,
	OdlGroup,
	OdlMetadataReader,
	Position,
	XmlElement,
	XmlMetadataReader,
} from "#lib/metadata/metadata.ts";
import { footprintOrReject } from "#lib/metadata/text/gml.ts";
import { instantOrReject } from "#lib/metadata/text/time.ts";

/*
 * Image support data of Maxar's satellites (QuickBird, WorldView, GeoEye-1; "DigitalGlobe Core Imagery Products Guide", "ISD documentation"):
 * the same groups and keys as text (`.IMD`, `.TIL`), and all in one XML file, where they are capitals. All times are UTC.
 */

export const maxarXml: XmlMetadataReader = {
	format: "Maxar ISD",
	kind: "xml",
	recognises: ({ namespace, name }) => namespace === "" && name === "isd",
	read: (root) => readMaxar(isdOfXml(root).imd),
};

export const maxarImd: OdlMetadataReader = {
	format: "Maxar IMD",
	kind: "odl",
	recognises: isImd,
	read: (root) => readMaxar(isdOfOdl(root)),
};

/** Each has `IMAGE_1`, whatever else it has. */
export function isImd(root: OdlGroup): boolean {
	return typeof root.IMAGE_1 === "object" && "bandId" in root;
}

/** A part of it: texts by their keys in small letters, and groups in their order. */
export interface IsdGroup {
	readonly name: string;
	readonly texts: ReadonlyMap<string, string>;
	readonly groups: readonly IsdGroup[];
}

export function isdOfOdl(root: OdlGroup, name = ""): IsdGroup {
	const entries = Object.entries(root);
	return {
		name,
		texts: new Map(entries.flatMap(([key, value]) => (typeof value === "string" ? [[key.toLowerCase(), value]] : []))),
		groups: entries.flatMap(([key, value]) => (typeof value === "object" ? [isdOfOdl(value, key)] : [])),
	};
}

export function isdOfXml(root: XmlElement): { readonly imd: IsdGroup; readonly til: IsdGroup | null } {
	const part = (name: string) => root.children.find((child) => child.name === name);
	const til = part("TIL");
	return { imd: groupOfXml(part("IMD") ?? root), til: til === undefined ? null : groupOfXml(til) };
}

function groupOfXml({ name, children }: XmlElement): IsdGroup {
	return {
		name,
		texts: new Map(
			children.flatMap((child) =>
				child.children.length === 0 ? [[child.name.toLowerCase(), child.text.trim()] as const] : [],
			),
		),
		groups: children.filter((child) => child.children.length > 0).map(groupOfXml),
	};
}

export function groupsOf(group: IsdGroup, name: RegExp): readonly IsdGroup[] {
	return group.groups.filter((one) => name.test(one.name));
}

export function isdText(group: IsdGroup | undefined, key: string): string | null {
	const text = group?.texts.get(key.toLowerCase())?.trim() ?? "";
	return text === "" ? null : text;
}

export function isdNumber(group: IsdGroup | undefined, key: string): number | null {
	const text = isdText(group, key);
	return text === null || !Number.isFinite(Number(text)) ? null : Number(text);
}

export const isdImages = /^IMAGE(_\d+)?$/i;
export const isdBands = /^BAND_/i;
export const isdMap = /^MAP_PROJECTED_PRODUCT$/i;

/** Upper left, upper right, lower right, lower left; null unless all are told. */
export function isdCorners(group: IsdGroup | undefined): readonly Position[] | null {
	const corners = ["UL", "UR", "LR", "LL"].map((corner) => [
		isdNumber(group, `${corner}Lon`),
		isdNumber(group, `${corner}Lat`),
	]);
	const told = corners.flatMap(([lon, lat]) => (lon == null || lat == null ? [] : [[lon, lat] as const]));
	return told.length === 4 ? told : null;
}

/** Products on a map tell the times of what they show, others when their first line was taken. */
export function readMaxar(imd: IsdGroup): EoMetadata {
	const images = groupsOf(imd, isdImages);
	const [map] = groupsOf(imd, isdMap);
	const times = ["earliestAcqTime", "latestAcqTime"].flatMap((key) => isdText(map, key) ?? []);
	const lines = images.flatMap((image) => isdText(image, "firstLineTime") ?? isdText(image, "TLCTime") ?? []);
	const instants = (times.length > 0 ? times : lines)
		.map((text) => instantOrReject(text, "UTC", times.length > 0 ? "acquisition time" : "firstLineTime"))
		.sort();
	const [band] = groupsOf(imd, isdBands);
	const corners = isdCorners(band);
	return {
		// The images of an order, panchromatic and multispectral, have one number.
		eoId: null,
		begin: instants[0] ?? null,
		end: instants.at(-1) ?? null,
		footprint: corners === null ? null : footprintOrReject([[corners]]),
		properties: propertiesOf(imd, images),
	};
}

const imageTexts = { platform: "satId", operationalMode: "mode", parentIdentifier: "CatId" };
const productTexts = { productType: "productType", processingLevel: "productLevel", creationDate: "generationTime" };
const imageNumbers = {
	orbitNumber: "revNumber",
	illuminationAzimuthAngle: "meanSunAz",
	illuminationElevationAngle: "meanSunEl",
	incidenceAngle: "meanOffNadirViewAngle",
	resolution: "meanCollectedGSD",
};

/** The share of clouds is a part of one, -999 where nobody looked; EO-O&M has it in percent. */
function propertiesOf(imd: IsdGroup, images: readonly IsdGroup[]): EoMetadata["properties"] {
	const [image] = images;
	const properties: Record<string, string | number> = { sensorType: "OPTICAL" };
	const put = (name: string, value: string | number | null) => {
		if (value !== null) properties[name] = typeof value === "string" ? value.slice(0, 1000) : value;
	};
	for (const [name, key] of Object.entries(imageTexts)) put(name, isdText(image, key));
	for (const [name, key] of Object.entries(productTexts)) put(name, isdText(imd, key));
	for (const [name, key] of Object.entries(imageNumbers)) put(name, isdNumber(image, key));
	const clouds = isdNumber(image, "cloudCover");
	if (clouds !== null && clouds >= 0) put("cloudCover", Number((clouds * 100).toPrecision(12)));
	return properties;
}
