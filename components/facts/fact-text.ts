import type { DatasetField } from "#lib/catalog/json-columns.ts";
import type { Extent, Instant } from "#lib/metadata/metadata.ts";
import { formatCount } from "#lib/numbers.ts";

/** For reading, and exactly, for the title. */
export interface FactText {
	readonly text: string;
	readonly exact: string;
}

export const factLabels: Readonly<Record<DatasetField, string>> = {
	eoId: "EO ID",
	kind: "Kind",
	path: "Path",
	metadataPaths: "Metadata files",
	members: "Members",
	begin: "Begin",
	end: "End",
	footprint: "Footprint",
	crs: "CRS",
	size: "Size",
	extent: "Extent",
	gcps: "Ground control points",
	rangeType: "Range type",
	bands: "Bands",
	properties: "Properties",
	checksum: "Checksum",
};

/** In the order people ask: which, when, where, what. */
export const factOrder = Object.keys(factLabels) as readonly DatasetField[];

export function sizeText([x, y]: readonly [number, number]): FactText {
	return { text: `${formatCount(x)} × ${formatCount(y)} px`, exact: `${formatCount(x * y)} pixels` };
}

/** Degrees with their letters for a geographic CRS; else its own units, with the width and height; `""`: not known. */
export function extentText(extent: Extent, crs: string): FactText {
	const exact = extent.join(", ");
	const [minX, minY, maxX, maxY] = extent;
	if (isGeographic(crs)) {
		const x = `${degrees(minX, "E", "W")} … ${degrees(maxX, "E", "W")}`;
		return { text: `${x}, ${degrees(minY, "N", "S")} … ${degrees(maxY, "N", "S")}`, exact };
	}
	if (crs === "") return { text: extent.map((value) => formatCount(round(value, 4))).join(", "), exact };
	const side = (length: number) =>
		length >= 10_000 ? `${(length / 1000).toFixed(1)} km` : `${formatCount(round(length, 2))} m`;
	const range = (from: number, to: number) => `${formatCount(round(from, 1))} … ${formatCount(round(to, 1))}`;
	return { text: `${range(minX, maxX)}, ${range(minY, maxY)} (${side(maxX - minX)} × ${side(maxY - minY)})`, exact };
}

/** `3 s later`, `2 d 4 h earlier`; nothing when they are the same. */
export function timeShift(before: Instant, after: Instant): string {
	const seconds = (Date.parse(after) - Date.parse(before)) / 1000;
	if (!Number.isFinite(seconds) || seconds === 0) return "";
	return `${spanText(Math.abs(seconds))} ${seconds > 0 ? "later" : "earlier"}`;
}

/** The two largest units: `250 ms`, `1 min 3 s`, `2 d 4 h`. */
export function spanText(seconds: number): string {
	if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
	let rest = Math.round(seconds);
	const parts = spanUnits.flatMap(({ name, of }) => {
		const count = Math.floor(rest / of);
		rest -= count * of;
		return count === 0 ? [] : [`${formatCount(count)} ${name}`];
	});
	return parts.slice(0, 2).join(" ");
}

const spanUnits = [
	{ name: "d", of: 86_400 },
	{ name: "h", of: 3600 },
	{ name: "min", of: 60 },
	{ name: "s", of: 1 },
] as const;

/** The CRS whose units are degrees, as far as they occur with EO data. */
function isGeographic(crs: string): boolean {
	return (
		/^EPSG:(4326|4258|4269|4267|4230|4277|4283|4314|4322|4612|4674|4979|4490)$/.test(crs) ||
		/\+proj=(longlat|latlong)\b/.test(crs)
	);
}

function degrees(value: number, positive: string, negative: string): string {
	return value === 0 ? "0°" : `${round(Math.abs(value), 4)}° ${value < 0 ? negative : positive}`;
}

function round(value: number, digits: number): number {
	return Number(value.toFixed(digits));
}
