import { RejectedError } from "#lib/errors.ts";
import { parseSrsName } from "#lib/metadata/crs/srs-name.ts";
import type { XmlElement } from "#lib/metadata/metadata.ts";
import { elementsAt, textAt } from "#lib/metadata/text/xml-path.ts";

/** An axis of a coverage, in the order of its CRS. */
export interface CoverageAxis {
	readonly label: string;
	readonly crs: AxisCrs;
	/** As the server writes it: a number, or a time in quotation marks. Outer edges of the outer cells. */
	readonly lower: string;
	readonly upper: string;
	/** CRS units per cell, negative where cells count down; null for an irregular axis. */
	readonly resolution: number | null;
	/** Cells; null where the number only follows from the resolution. */
	readonly count: number | null;
}

type AxisCrs =
	/** `x`: easting or longitude. `crs`: `EPSG:n`; null for one that is not known here. */
	| { readonly kind: "space"; readonly direction: "x" | "y"; readonly crs: string | null; readonly name: string }
	| { readonly kind: "time"; readonly name: string }
	/** Of no CRS on Earth: cell numbers, elevation, … */
	| { readonly kind: "index" | "other" };

const maxAxes = 20;

/**
 * The axes of a `CoverageDescription`, as CIS 1.0 (a GML envelope and grid) or CIS 1.1 (a GeneralGrid).
 * @throws RejectedError `unreadable` when they do not fit each other, `unsupported` for rotated axes.
 */
export function axesOf(description: XmlElement): readonly CoverageAxis[] {
	const [general] = elementsAt(description, "domainSet|DomainSet/generalGrid|GeneralGrid");
	return general === undefined ? axesOfGml(description) : axesOfGeneralGrid(general);
}

function axesOfGml(description: XmlElement): readonly CoverageAxis[] {
	const [envelope] = elementsAt(description, "boundedBy/Envelope|EnvelopeWithTimePeriod");
	const [grid] = elementsAt(description, "domainSet/RectifiedGrid|ReferenceableGridByVectors|Grid");
	if (envelope === undefined || grid === undefined) throw unsound("it has no envelope and grid");
	const labels = (envelope.attributes.axisLabels ?? "").split(/\s+/).filter((label) => label !== "");
	const lower = positionOf(textAt(envelope, "lowerCorner"));
	const upper = positionOf(textAt(envelope, "upperCorner"));
	const crs = crsOfAxes(envelope.attributes.srsName ?? "", labels.length);
	if (
		labels.length === 0 ||
		labels.length > maxAxes ||
		lower.length !== labels.length ||
		upper.length !== labels.length
	)
		throw unsound("the corners of its envelope do not have a value for each axis");
	const steps = stepsOf(grid, labels.length);
	return labels.map((label, i) => ({
		label,
		crs: crs[i] ?? { kind: "other" },
		lower: lower[i] as string,
		upper: upper[i] as string,
		resolution: steps.get(i)?.resolution ?? null,
		count: steps.get(i)?.count ?? null,
	}));
}

interface Step {
	readonly resolution: number | null;
	readonly count: number | null;
}

/** By the number of the CRS axis that each grid axis runs along. */
function stepsOf(grid: XmlElement, dimensions: number): ReadonlyMap<number, Step> {
	const steps = new Map<number, Step>();
	const add = (vector: string | null, coefficients: string | null) => {
		const values = positionOf(vector).map(Number);
		const along = values.flatMap((value, i) => (value === 0 ? [] : [i]));
		const [axis] = along;
		if (values.length !== dimensions || axis === undefined) throw unsound("an axis of its grid has no direction");
		if (along.length > 1) throw new RejectedError("unsupported", "The coverage's grid is rotated against its CRS.");
		const irregular = positionOf(coefficients).length;
		const resolution = values[axis] as number;
		steps.set(
			axis,
			irregular > 0 || !Number.isFinite(resolution)
				? { resolution: null, count: irregular || null }
				: { resolution, count: null },
		);
	};
	for (const vector of elementsAt(grid, "offsetVector")) add(vector.text, null);
	for (const axis of elementsAt(grid, "generalGridAxis/GeneralGridAxis"))
		add(textAt(axis, "offsetVector"), textAt(axis, "coefficients"));
	return steps;
}

function axesOfGeneralGrid(grid: XmlElement): readonly CoverageAxis[] {
	const labels = (grid.attributes.axisLabels ?? "").split(/\s+/).filter((label) => label !== "");
	if (labels.length === 0 || labels.length > maxAxes) throw unsound("its grid does not name its axes");
	const crs = crsOfAxes(grid.attributes.srsName ?? "", labels.length);
	return labels.map((label, i): CoverageAxis => {
		const own = grid.children.find(
			({ attributes, name }) => attributes.axisLabel === label && /^(ir)?regularAxis$/i.test(name),
		);
		if (own === undefined) throw unsound(`its grid does not describe the axis ${label}`);
		const base = { label, crs: crs[i] ?? ({ kind: "other" } as const) };
		const { lowerBound = "", upperBound = "", resolution = "" } = own.attributes;
		if (/^regular/i.test(own.name)) {
			const step = Number(resolution.replaceAll('"', ""));
			return {
				...base,
				lower: lowerBound,
				upper: upperBound,
				resolution: Number.isFinite(step) && step !== 0 ? step : null,
				count: null,
			};
		}
		const positions = elementsAt(own, "C").map(({ text }) => text.trim());
		return {
			...base,
			lower: positions[0] ?? "",
			upper: positions.at(-1) ?? "",
			resolution: null,
			count: positions.length,
		};
	});
}

/** Values between white space; one in quotation marks may hold some. */
function positionOf(text: string | null): readonly string[] {
	return text?.match(/"[^"]*"|[^\s"]+/g) ?? [];
}

/**
 * The CRS of each axis: `…/crs-compound?1=…/OGC/0/AnsiDate&2=…/EPSG/0/4326` has three, in the order of the authorities
 * (for EPSG:4326 latitude first). Petascope writes its own host where the registry's is meant.
 */
function crsOfAxes(srsName: string, dimensions: number): readonly AxisCrs[] {
	const compound = /crs-compound\?(.*)$/s.exec(srsName)?.[1];
	const names =
		compound === undefined
			? [srsName]
			: compound
					.split("&")
					.map((part) => /^\s*(\d+)=(.*)$/s.exec(part))
					.filter((match) => match !== null)
					.sort((a, b) => Number(a[1]) - Number(b[1]))
					.map((match) => (match[2] ?? "").trim());
	const axes = names.flatMap((name): readonly AxisCrs[] => {
		const index = /\/OGC\/[^/]*\/Index(\d{1,2})D$/i.exec(name)?.[1];
		if (index !== undefined) return Array(Math.min(Number(index), maxAxes)).fill({ kind: "index" });
		if (/\/OGC\/[^/]*\/[^/]*(date|time)[^/]*$/i.test(name)) return [{ kind: "time", name }];
		if (!/EPSG|CRS84/i.test(name)) return [{ kind: "other" }];
		const srs = parseSrsName(name.replace(/^.*\/def\/crs\//, "http://www.opengis.net/def/crs/"));
		const space = (direction: "x" | "y"): AxisCrs => ({ kind: "space", direction, crs: srs?.crs ?? null, name });
		return srs?.latitudeFirst ? [space("y"), space("x")] : [space("x"), space("y")];
	});
	if (axes.length !== dimensions)
		throw unsound(`its CRS ${srsName.slice(0, 200)} has ${axes.length} axes, it has ${dimensions}`);
	return axes;
}

function unsound(reason: string): RejectedError {
	return new RejectedError("unreadable", `The server's description of the coverage is invalid: ${reason}.`);
}
