import type { FileFingerprint } from "#lib/catalog/json-columns.ts";
import type { Band, DatasetState, Extent } from "#lib/metadata/metadata.ts";
import { baseName, stemOf } from "#lib/paths.ts";
import { formatOf } from "./media.ts";

/** A file of a dataset, and where it is: which storage of ours, and its path there. */
export interface PlacedFile extends Pick<FileFingerprint, "name" | "role"> {
	readonly storageId: number;
	readonly path: string;
}

/** A raster file, and which fields of its range type it has. */
export interface PartRaster {
	readonly file: PlacedFile;
	readonly format: string | null;
	readonly fieldIndex: number;
	readonly bandCount: number;
}

/** What is one coverage there: bands of one grid. */
export interface CoveragePart {
	/** After the dataset's EO ID and range type; `""` of the grid that the dataset has. */
	readonly suffix: string;
	readonly extent: Extent | null;
	readonly size: readonly [number, number];
	readonly bands: readonly Band[];
	readonly rasters: readonly PartRaster[];
}

type Parts = { readonly parts: readonly CoveragePart[]; readonly problem: string | null };

/** The coverages of a dataset: one of its data file, or of a product's members, a file for each band, by their grids. */
export function partsOf(state: DatasetState, files: readonly PlacedFile[]): Parts {
	const { extent, size, bands } = state;
	const data = files.find(({ role }) => role === "data");
	if (data === undefined) return unknown("Its data file is not known.");
	const whole = { suffix: "", extent, size, bands };
	const rasters = files.filter(({ name, role }) => role === "member" && isRaster(name));
	if (!isDocument(data.name)) {
		if (/\.(zip|tar|tgz|gz)$/i.test(data.name))
			return unknown(
				"It is a product in an archive (ZIP, tar), and only the archive's listing says which of its files holds which band, which a push does not read: unpack it, and the product is pushed, or leave its container out of the target.",
			);
		return { parts: [{ ...whole, rasters: [rasterOf(data, 0, bands.length)] }], problem: null };
	}
	const [only] = rasters;
	if (only !== undefined && rasters.length === 1)
		return { parts: [{ ...whole, rasters: [rasterOf(only, 0, bands.length)] }], problem: null };
	const held = bands.map((band) => ({ band, file: fileOf(band, rasters) }));
	const grids = Map.groupBy(held, ({ band }) => gridOf(band.name, data.name, held.length));
	const parts = [...grids].flatMap(([grid, members]): readonly CoveragePart[] => {
		// A grid that is not the dataset's is known of products whose grids share one extent.
		if (grid === null) return [];
		return [
			{
				suffix: grid.suffix,
				extent,
				size: [Math.round(size[0] / grid.factor), Math.round(size[1] / grid.factor)],
				bands: members.map(({ band }) => band),
				rasters: members.flatMap(({ file }, index) => (file === null ? [] : [rasterOf(file, index, 1)])),
			},
		];
	});
	if (parts.some((part) => part.rasters.length < part.bands.length) || parts.length === 0)
		return unknown(
			"Which of the product's files holds which band is not clear from their names, so EOxServer cannot be told.",
		);
	return { parts, problem: null };
}

function unknown(problem: string): Parts {
	return { parts: [], problem };
}

function rasterOf(file: PlacedFile, fieldIndex: number, bandCount: number): PartRaster {
	return { file, format: formatOf(file.name), fieldIndex, bandCount };
}

interface Grid {
	readonly suffix: string;
	/** How many pixels of the dataset's grid are one of this. */
	readonly factor: number;
}
const own: Grid = { suffix: "", factor: 1 };
const twenty: Grid = { suffix: "_20m", factor: 2 };
const sixty: Grid = { suffix: "_60m", factor: 6 };

/** null: another one, of which nothing is known: Landsat's panchromatic band begins half a pixel elsewhere. */
function gridOf(band: string, manifest: string, count: number): Grid | null {
	if (/^MTD_MSI|MTD_TL/i.test(manifest)) {
		if (/^(B0?[567]|B8A|B11|B12|SCL)$/i.test(band)) return twenty;
		return /^(B0?1|B0?9|B10)$/i.test(band) ? sixty : own;
	}
	return /_MTL\./i.test(manifest) && count > 1 && band === "B8" ? null : own;
}

/** Of a band that there are files of several resolutions of: that of its own one, which comes first. */
function fileOf({ name }: Band, rasters: readonly PlacedFile[]): PlacedFile | null {
	const named = rasters
		.filter((file) => isNamedIn(file.name, name))
		.toSorted((a, b) => resolutionIn(a.name) - resolutionIn(b.name));
	const [first, second] = named;
	if (first === undefined) return null;
	return second !== undefined && resolutionIn(second.name) === resolutionIn(first.name) ? null : first;
}

function resolutionIn(name: string): number {
	return Number(/_(\d+)m\.\w+$/.exec(name)?.[1] ?? 0);
}

/** `LC08_…_B4.TIF` holds the band B4, and not B, nor the band 4. */
function isNamedIn(file: string, band: string): boolean {
	const parts = (text: string) =>
		text
			.toLowerCase()
			.split(/[^a-z0-9]+/)
			.filter((part) => part !== "");
	const wanted = parts(band);
	const given = parts(stemOf(baseName(file)));
	return wanted.length > 0 && given.some((_, start) => wanted.every((part, i) => given[start + i] === part));
}

function isDocument(name: string): boolean {
	return /\.(xml|safe|dim|txt|json)$/i.test(name);
}

function isRaster(name: string): boolean {
	return (
		/\.(tiff?|jp2|j2k|nc|img|hdf|h5|bin|data)$/i.test(name) &&
		!/(quick-?look|[-_]ql|browse|preview|_pvi|_tci)\b/i.test(name)
	);
}
