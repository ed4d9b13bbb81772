import { toNcName } from "#lib/metadata/eo-id.ts";
import type { EoMetadata, Instant } from "#lib/metadata/metadata.ts";
import { parseInstant } from "#lib/metadata/text/time.ts";

/**
 * The main and specific product headers of an Envisat product (`MPH_…`, `SPH_…`), which GDAL keeps as metadata items when it
 * turns one into a TIFF. Source: "ENVISAT-1 Products Specifications", volume 5, PO-RS-MDA-GS-2009, and GDAL's
 * `envisatdataset.cpp` for the names. All times are UTC. The EO ID is `MPH_PRODUCT` without its ending, as EOxServer has it.
 * @returns null where there is no such header.
 */
export function envisatMetadata(textsByName: ReadonlyMap<string, string>): EoMetadata | null {
	const product = textsByName.get("MPH_PRODUCT")?.trim();
	if (!product) return null;
	const begin = envisatInstant(textsByName.get("MPH_SENSING_START"));
	return {
		eoId: toNcName(product.replace(/\.[A-Za-z0-9]+$/, "")),
		begin,
		end: begin === null ? null : envisatInstant(textsByName.get("MPH_SENSING_STOP")),
		footprint: null,
		properties: propertiesOf(product, textsByName),
	};
}

const texts = {
	operationalMode: "SPH_SPH_DESCRIPTOR",
	orbitDirection: "SPH_PASS",
	swathIdentifier: "SPH_SWATH",
	polarisationChannels: "SPH_MDS1_TX_RX_POLAR",
	acquisitionStation: "MPH_ACQUISITION_STATION",
	processingCenter: "MPH_PROC_CENTER",
	processorVersion: "MPH_SOFTWARE_VER",
} satisfies Readonly<Record<string, string>>;

/** Whole numbers with a sign and leading zeros: `+23322`. */
const numbers = {
	orbitNumber: "MPH_ABS_ORBIT",
	cycleNumber: "MPH_CYCLE",
} satisfies Readonly<Record<string, string>>;

function propertiesOf(product: string, textsByName: ReadonlyMap<string, string>): Record<string, string | number> {
	const properties: Record<string, string | number> = { platform: "ENVISAT", instrument: product.slice(0, 3) };
	properties.productType = product.slice(0, 10);
	for (const [property, name] of Object.entries(texts)) {
		const text = textsByName.get(name)?.trim();
		if (text) properties[property] = text;
	}
	for (const [property, name] of Object.entries(numbers)) {
		const text = textsByName.get(name)?.trim() ?? "";
		if (/^[+-]?\d+$/.test(text)) properties[property] = Number(text);
	}
	const relativeOrbit = textsByName.get("MPH_REL_ORBIT")?.trim() ?? "";
	if (/^[+-]?\d+$/.test(relativeOrbit)) properties.wrsLongitudeGrid = String(Number(relativeOrbit));
	const processed = envisatInstant(textsByName.get("MPH_PROC_TIME"));
	if (processed !== null) properties.processingDate = processed;
	return properties;
}

const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/** `16-AUG-2006 09:09:29.012345`, UTC; null for anything else. */
export function envisatInstant(text: string | undefined): Instant | null {
	const parts = /^(\d{2})-([A-Z]{3})-(\d{4})[ T](\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)$/.exec(text?.trim() ?? "");
	if (parts === null) return null;
	const [, day, month = "", year, time] = parts;
	return parseInstant(`${year}-${String(months.indexOf(month) + 1).padStart(2, "0")}-${day}T${time}Z`, "UTC");
}
