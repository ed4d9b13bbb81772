import { z } from "zod";
import { type Condition, conditionOf, isToBeEvaluated } from "#lib/cql2/condition.ts";
import { about, Cql2Error, type Expression, expressionLimits, type Geometry } from "#lib/cql2/expression.ts";
import { type Stretch, stretchOf } from "#lib/cql2/instants.ts";
import { type Box, shapeOf } from "#lib/cql2/intersects.ts";
import { requireGeometry } from "#lib/cql2/operands.ts";
import { parseGeoJson } from "#lib/cql2/parse-json.ts";
import { parseCql2Text } from "#lib/cql2/parse-text.ts";
import { UsageError } from "#lib/errors.ts";
import { datasetProperty } from "./dataset-properties.ts";

/** What the catalogue can be asked for, as it stands in an address, a call of the API, and the options of the command line. */

export const datasetSorts = ["begin", "-begin", "end", "-end", "id", "-id", "updated", "-updated"] as const;

const text = (longest: number, description: string) => z.string().max(longest).optional().describe(description);

export const datasetSearchShape = {
	container: text(20_000, "EO IDs of containers, with commas between them: only what is in one of them."),
	storage: text(20_000, "Names of storages, with commas between them."),
	begin: text(60, "Only what ends then or later: a day such as 2026-10-01 (UTC), or an instant."),
	end: text(60, "Only what begins then or earlier; a day counts as a whole."),
	bbox: text(
		300,
		"west,south,east,north in degrees; across the antimeridian west is greater than east. Footprints count, not their boxes.",
	),
	intersects: text(200_000, "A geometry of GeoJSON that the footprint has a point in common with."),
	where: text(expressionLimits.characters, "A filter in CQL2 text: platform = 'Sentinel-2A' AND cloudCover < 10."),
	filter: text(expressionLimits.characters, "The same as where; both given, both count."),
	search: text(300, "Part of the EO ID or path."),
	sort: z
		.enum(datasetSorts)
		.optional()
		.describe("By begin (the latest first, if left out), end, EO ID or last change; with -: descending."),
};

const datasetSearch = z.object(datasetSearchShape);
export type DatasetSearchInput = z.output<typeof datasetSearch>;

/** What is asked for, understood. */
export interface DatasetQuery {
	readonly containers: readonly string[];
	readonly storages: readonly string[];
	/** The datasets' time touches it; infinite where it is open. */
	readonly time: Stretch;
	/** Lower case. */
	readonly search: string;
	/** null: everything. Place and filter together. */
	readonly condition: Condition | null;
	/** Boxes that hold the places asked for by bbox and intersects; null: anywhere. */
	readonly boxes: readonly Box[] | null;
	/** The condition is to be evaluated on each row that SQL finds. */
	readonly isEvaluated: boolean;
	readonly sort: { readonly by: "begin" | "end" | "id" | "updated"; readonly descending: boolean };
}

/** @throws UsageError that names the field and says what it must be */
export function readDatasetQuery(input: DatasetSearchInput): DatasetQuery {
	const { container, storage, begin, end, bbox, intersects, where, filter, search = "", sort = "-begin" } = input;
	const time = { from: instantIn("begin", begin)?.from ?? -Infinity, to: instantIn("end", end)?.to ?? Infinity };
	if (time.from > time.to) throw new UsageError(`begin: ${begin} is after end, ${end}.`);
	const places = [
		given(bbox) ? about("bbox", () => boxGeometry(bbox)) : null,
		given(intersects) ? about("intersects", () => geometryIn(intersects)) : null,
	].filter((place) => place !== null);
	const expressions: Expression[] = places.map((place) => ({
		op: "s_intersects",
		args: [{ property: "footprint" }, place],
	}));
	for (const [name, filterText] of [
		["where", where],
		["filter", filter],
	] as const)
		if (given(filterText)) expressions.push(about(name, () => parseCql2Text(filterText)));
	const condition =
		expressions.length === 0
			? null
			: about(given(where) ? "where" : "filter", () => conditionOf({ op: "and", args: expressions }, datasetProperty));
	const [first] = places.map((place) => shapeOf(place).boxes);
	return {
		containers: listOf(container),
		storages: listOf(storage),
		time,
		search: search.trim(),
		condition,
		boxes: first ?? null,
		isEvaluated: condition !== null && isToBeEvaluated(condition),
		sort: { by: sort.replace("-", "") as DatasetQuery["sort"]["by"], descending: sort.startsWith("-") },
	};
}

function given(value: string | undefined): value is string {
	return value !== undefined && value.trim() !== "";
}

function listOf(names: string | undefined): readonly string[] {
	const list = [...new Set((names ?? "").split(",").map((name) => name.trim()))].filter((name) => name !== "");
	if (list.length > 500) throw new UsageError("At most 500 names can be asked for at once.");
	return list;
}

function instantIn(field: string, value: string | undefined): Stretch | null {
	if (!given(value)) return null;
	const stretch = stretchOf(value.trim());
	if (stretch !== null) return stretch;
	throw new UsageError(
		`${field}: “${value.slice(0, 60)}” is no time: give a day such as 2026-10-31, or an instant such as 2026-10-31T12:00:00Z.`,
	);
}

function boxGeometry(bbox: string): Geometry {
	const parts = bbox.trim().split(/\s*,\s*|\s+/);
	return requireGeometry({ bbox: parts.map((part) => (part === "" ? Number.NaN : Number(part))) });
}

function geometryIn(json: string): Geometry {
	let value: unknown;
	try {
		value = JSON.parse(json);
	} catch {
		throw new Cql2Error("it is no JSON: give a geometry of GeoJSON.");
	}
	// A Feature is understood as its geometry.
	const { geometry = value } = typeof value === "object" && value !== null && "geometry" in value ? value : {};
	return parseGeoJson(geometry, "intersects");
}
