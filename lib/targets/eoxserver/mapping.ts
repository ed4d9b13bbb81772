import type { MosaicGrid } from "#lib/catalog/json-columns.ts";
import type { TargetSettings } from "#lib/catalog/targets/target-records.ts";
import type { Band, DatasetState, Footprint, Instant } from "#lib/metadata/metadata.ts";
import type { Wanted } from "#lib/targets/compare/sides.ts";
import type { TargetGrid, TargetMetadata, TargetObject } from "#lib/targets/compare/target-object.ts";
import { identifierProblem, rangeTypeProblem } from "./identifiers.ts";
import { isEoMetadata } from "./media.ts";
import { placeIn, type SeenStorage } from "./places.ts";
import { type CoveragePart, type PlacedFile, partsOf } from "./product-parts.ts";
import { propertiesOf } from "./properties.ts";
import type { RangeTypeRow } from "./write-range-types.ts";

/** What a dataset or container of ours is in an EOxServer instance. Pure; what cannot be pushed says why. */

/** The fields of a range type that is not there yet. */
export interface WantedFields {
	readonly coverageType: string;
	readonly bands: readonly Band[];
	/** Files that may say more of them: `{stem}.conf`, then `__default__.conf`, those that exist. */
	readonly conf?: readonly PlacedFile[];
	/** The range type as those files name it. */
	readonly rangeType?: string;
	readonly descriptions?: RangeTypeRow["descriptions"];
}

/** A coverage, and what a range type of its name would be made of. */
export interface WantedCoverage extends Wanted {
	readonly fields: WantedFields | null;
}

export interface DatasetRow {
	readonly id: number;
	readonly state: DatasetState;
	readonly files: readonly PlacedFile[];
	/** The EO IDs of those of the target's containers that it is in. */
	readonly containers: readonly string[];
}

export interface MappingContext {
	readonly settings: TargetSettings;
	/** Our storages as the target sees them, by their numbers. */
	readonly seen: ReadonlyMap<number, SeenStorage>;
	/** What is said of a storage that it cannot reach, by the storage's number. */
	readonly unseen: ReadonlyMap<number, string>;
}

/** One coverage, or of a product whose bands have several grids one for each. */
export function coveragesOf(row: DatasetRow, context: MappingContext): readonly WantedCoverage[] {
	const { parts, problem } = partsOf(row.state, row.files);
	if (problem !== null)
		return [
			coverageOf(
				row,
				{ suffix: "", extent: row.state.extent, size: row.state.size, bands: row.state.bands, rasters: [] },
				{ context, problem },
			),
		];
	return parts.map((part) => coverageOf(row, part, { context, problem: null }));
}

function coverageOf(
	{ id, state, files, containers }: DatasetRow,
	part: CoveragePart,
	{ context, problem }: { readonly context: MappingContext; readonly problem: string | null },
): WantedCoverage {
	const { settings, seen, unseen } = context;
	const identifier = `${state.eoId}${part.suffix}`;
	const rangeType = `${state.rangeType}${part.suffix}`;
	const coverageType = calledThere(rangeType, settings);
	const placeOf = ({ storageId, path }: PlacedFile) => {
		const storage = seen.get(storageId);
		return storage === undefined ? null : placeIn(storage, path);
	};
	const [lost] = part.rasters.filter(({ file }) => placeOf(file) === null);
	const object: TargetObject = {
		kind: "coverage",
		identifier,
		beginTime: state.begin,
		endTime: state.end,
		footprint: state.footprint,
		coverageType,
		grid: gridOf(state.crs, part),
		origin: part.extent === null ? [] : [String(part.extent[0]), String(part.extent[3])],
		size: part.size,
		files: part.rasters.map(({ file, format, fieldIndex, bandCount }) => ({
			place: placeOf(file) ?? file.path,
			format,
			fieldIndex,
			bandCount,
		})),
		metadata: metadataOf(files, placeOf),
		collections: containers.toSorted(),
		visibility: { wcs: settings.visible.wcs.includes("coverages") },
		properties: settings.asProduct ? propertiesOf(state.properties) : {},
	};
	return {
		eoId: state.eoId,
		datasetId: id,
		containerId: null,
		part: part.suffix,
		object,
		fields: {
			coverageType,
			bands: part.bands,
			rangeType: state.rangeType,
			// They speak of all its bands.
			conf: part.suffix === "" ? files.filter(({ role }) => role === "conf") : [],
		},
		nameProblem: identifierProblem(identifier),
		problem:
			problem ??
			rangeTypeProblem(rangeType, coverageType) ??
			crsProblem(state.crs) ??
			timeProblem(state) ??
			footprintProblem(state.footprint) ??
			(lost === undefined ? null : (unseen.get(lost.file.storageId) ?? "Its storage is not known.")) ??
			longProblem(object),
	};
}

/** What a range type is called there. */
function calledThere(rangeType: string, { rangeTypes }: Pick<TargetSettings, "rangeTypes">): string {
	return (Object.hasOwn(rangeTypes, rangeType) ? rangeTypes[rangeType] : undefined) ?? rangeType;
}

export interface ContainerRow {
	readonly id: number;
	readonly eoId: string;
	readonly kind: "dataset-series" | "rectified-stitched-mosaic";
	readonly begin: Instant | null;
	readonly end: Instant | null;
	readonly footprint: Footprint | null;
	readonly grid: MosaicGrid | null;
	readonly rangeType: string | null;
	readonly bands: readonly Band[] | null;
	readonly formerIds: readonly string[];
}

export function containerOf(row: ContainerRow, { settings }: Pick<MappingContext, "settings">): WantedCoverage {
	const { id, eoId, begin, end, footprint, formerIds } = row;
	const isSeries = row.kind === "dataset-series";
	const { wcs, wms } = settings.visible;
	const { grid, rangeType } = row;
	const coverageType = isSeries || rangeType === null ? null : calledThere(rangeType, settings);
	const isEmpty = !isSeries && (grid === null || coverageType === null);
	const object: TargetObject = {
		kind: isSeries ? "series" : "mosaic",
		identifier: eoId,
		beginTime: begin,
		endTime: end,
		footprint,
		coverageType,
		grid:
			isSeries || grid === null
				? null
				: { crs: grid.crs, offsets: [rounded(grid.resolution[0]), rounded(-grid.resolution[1])] },
		origin: isSeries || grid === null ? [] : [String(grid.origin[0]), String(grid.origin[1])],
		size: isSeries || grid === null ? [] : grid.size.map(Math.round),
		files: [],
		metadata: [],
		collections: [],
		// A series that its WCS listed would have GetCapabilities fail for everybody; one without a row is seen by all other services.
		visibility: isSeries
			? { wcs: null, wms: wms === "none" ? false : null, os: wms === "none" ? false : null }
			: { wcs: wcs.includes("mosaics") },
		properties: {},
	};
	return {
		eoId,
		datasetId: null,
		containerId: id,
		part: "",
		object,
		fields: coverageType === null || row.bands === null ? null : { coverageType, bands: row.bands },
		formerIds,
		nameProblem: identifierProblem(eoId),
		problem:
			(isEmpty ? "The mosaic has no grid and no range type yet: its first dataset sets them." : null) ??
			(grid === null ? null : crsProblem(grid.crs)),
	};
}

/** Rounded, or each file would have a grid of its own, and none would fit a mosaic. */
function gridOf(crs: string, { extent, size }: Pick<CoveragePart, "extent" | "size">): TargetGrid {
	if (extent === null) return { crs, offsets: [null, null] };
	const [minx, miny, maxx, maxy] = extent;
	return { crs, offsets: [rounded((maxx - minx) / size[0]), rounded(-(maxy - miny) / size[1])] };
}

/** To 14 digits. */
export function rounded(value: number): string {
	return String(Number(value.toPrecision(14)));
}

/** Only what EOxServer can open: a metadata file that it cannot turns the answer for all coverages into an error. */
function metadataOf(
	files: readonly PlacedFile[],
	placeOf: (file: PlacedFile) => string | null,
): readonly TargetMetadata[] {
	return files
		.filter(({ name, role }) => role === "metadata" && isEoMetadata(name))
		.flatMap((file) => {
			const place = placeOf(file);
			return place === null || place.startsWith("/vsi") ? [] : [{ place, format: null }];
		});
}

function crsProblem(crs: string): string | null {
	if (/^EPSG:\d+$/.test(crs)) return null;
	return `Its CRS has no EPSG code (${crs.slice(0, 200)}): EOxServer names CRSs by it, and would answer nobody who asks for all coverages with one that has none. Give the file the code that its CRS has (gdal_edit.py -a_srs EPSG:n FILE), warp it to one that has a code (gdalwarp -t_srs), or leave its container out of the target.`;
}

/** Python has no other years: every answer of EOxServer that lists such a coverage would fail. */
function timeProblem({ begin, end }: Pick<DatasetState, "begin" | "end">): string | null {
	const strange = [begin, end].find((instant) => !/^(?!0000)\d{4}-/.test(instant));
	return strange === undefined
		? null
		: `Its time ${strange} is in no year from 1 to 9999, and EOxServer knows no other.`;
}

function footprintProblem({ coordinates }: Footprint): string | null {
	const isSound =
		coordinates.length > 0 && coordinates.every((rings) => rings.length > 0 && rings.every((ring) => ring.length >= 4));
	return isSound ? null : "Its footprint is empty or has a ring of less than three corners.";
}

/** How long a location may be there. */
const longest = 1024;

function longProblem({ files, metadata }: TargetObject): string | null {
	const all = [...files, ...metadata];
	return all.some(({ place }) => place.length > longest)
		? `The path of a file has more than ${longest} characters, which EOxServer cannot keep.`
		: null;
}
