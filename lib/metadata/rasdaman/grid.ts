import { RejectedError } from "#lib/errors.ts";
import type { Gcp, Instant, Raster } from "#lib/metadata/metadata.ts";
import { instantOf, parseInstant } from "#lib/metadata/text/time.ts";
import type { CoverageAxis } from "./axes.ts";

type Place = Pick<Raster, "size"> & Partial<Pick<Raster, "kind" | "crs" | "extent" | "gcps">>;

/** A grid is as wide as its cells, up to rounding. */
const tolerance = 0.01;

/**
 * Size and place of a coverage by its two axes on Earth; one with an irregular axis is referenceable by its corners. A
 * coverage of cell numbers only has a size and no place.
 * @throws RejectedError `no-crs`, `unsupported`, `unreadable`.
 */
export function placeOfAxes(axes: readonly CoverageAxis[]): Place {
	const along = (direction: "x" | "y") => axes.find(({ crs }) => crs.kind === "space" && crs.direction === direction);
	const [x, y] = [along("x"), along("y")];
	if (x?.crs.kind !== "space" || y?.crs.kind !== "space") {
		const [columns, lines] = axes.filter(({ crs }) => crs.kind === "index").slice(-2);
		if (columns !== undefined && lines !== undefined) return { size: [countOf(columns), countOf(lines)] };
		throw new RejectedError("no-crs", "The coverage has no two axes on Earth; only maps and images become datasets.");
	}
	const { crs, name } = x.crs;
	if (crs === null) throw new RejectedError("no-crs", `The coverage's CRS ${name.slice(0, 200)} is not supported.`);
	const size = [countOf(x), countOf(y)] as const;
	const [[minx, maxx], [miny, maxy]] = [rangeOf(x), rangeOf(y)];
	if (x.resolution !== null && y.resolution !== null)
		return { kind: "rectified", crs, size, extent: [minx, miny, maxx, maxy], gcps: null };
	const corner = (pixel: number, line: number, cx: number, cy: number): Gcp => ({ pixel, line, x: cx, y: cy, z: 0 });
	const [w, h] = size;
	const gcps = [corner(0, 0, minx, maxy), corner(w, 0, maxx, maxy), corner(w, h, maxx, miny), corner(0, h, minx, miny)];
	return { kind: "referenceable", crs, size, extent: null, gcps };
}

/** From the first to the last instant of the time axis; null without one. */
export function periodOfAxes(
	axes: readonly CoverageAxis[],
	timeZone: string,
): { readonly begin: Instant | null; readonly end: Instant | null } {
	const axis = axes.find(({ crs }) => crs.kind === "time");
	if (axis?.crs.kind !== "time") return { begin: null, end: null };
	const { name } = axis.crs;
	const [begin, end] = [axis.lower, axis.upper].map((text) => instantAlong(name, text, timeZone));
	if (!begin || !end) throw unsound(`its time axis runs from ${axis.lower.slice(0, 60)} to ${axis.upper.slice(0, 60)}`);
	return Date.parse(begin) <= Date.parse(end) ? { begin, end } : { begin: end, end: begin };
}

/** Units in milliseconds and their origin, as OGC's registry has them. */
const clocks: readonly (readonly [name: RegExp, origin: number, unit: number])[] = [
	[/AnsiDate$/i, Date.parse("1600-12-31T00:00:00Z"), 86_400_000],
	[/UnixTime$/i, 0, 1000],
];

function instantAlong(crs: string, text: string, timeZone: string): Instant | null {
	const value = text.replaceAll('"', "").trim();
	const clock = clocks.find(([name]) => name.test(crs));
	if (/^-?\d+(\.\d+)?$/.test(value) && !text.startsWith('"') && clock !== undefined)
		return instantOf(clock[1] + Number(value) * clock[2]);
	return parseInstant(value, timeZone);
}

function rangeOf({ lower, upper, label }: CoverageAxis): readonly [number, number] {
	const [low, high] = [numberOf(lower), numberOf(upper)];
	if (!(low < high))
		throw unsound(`its axis ${label.slice(0, 60)} runs from ${lower.slice(0, 60)} to ${upper.slice(0, 60)}`);
	return [low, high];
}

function numberOf(text: string): number {
	return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
}

function countOf(axis: CoverageAxis): number {
	const { resolution, count, label } = axis;
	const [low, high] = rangeOf(axis);
	const cells = resolution === null ? (count ?? 0) : (high - low) / Math.abs(resolution);
	const whole = Math.round(cells);
	if (!(whole > 0 && whole < 2 ** 31) || Math.abs(cells - whole) > Math.max(tolerance, whole * 1e-6))
		throw unsound(`its axis ${label.slice(0, 60)} has ${cells} cells between ${low} and ${high}`);
	return whole;
}

function unsound(reason: string): RejectedError {
	return new RejectedError("unreadable", `The server's description of the coverage is invalid: ${reason}.`);
}
