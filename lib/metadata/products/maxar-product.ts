import { RejectedError } from "#lib/errors.ts";
import {
	groupsOf,
	type IsdGroup,
	isdBands,
	isdCorners,
	isdMap,
	isdNumber,
	isdOfOdl,
	isdOfXml,
	isdText,
	readMaxar,
} from "#lib/metadata/documents/maxar-isd.ts";
import { toNcName } from "#lib/metadata/eo-id.ts";
import { gridOfAffine } from "#lib/metadata/geometry/affine-grid.ts";
import { readFirst } from "#lib/metadata/head-source.ts";
import type { Band, Gcp, Position, Raster, ReadOptions } from "#lib/metadata/metadata.ts";
import { parseOdl } from "#lib/metadata/text/odl.ts";
import { parseXml, xmlLimits, xmlRootName } from "#lib/metadata/text/xml.ts";
import { type Product, type ProductReader, requireMember } from "./product.ts";

/**
 * A product of Maxar's satellites by its `.XML`, or by its `.IMD` or `.TIL`, which then belong together (source: see `maxar-isd.ts`). The
 * tiles that the product names must all be there; what is in several is as large as the product says. A product without a grid lies where
 * its corners are. Its EO ID is its name, that of its files.
 */
export const maxarProduct: ProductReader = {
	format: "Maxar",
	manifestName: /^\d{2}[A-Z]{3}\d{6,10}[^/]*-\d{12}_\d{2}_P\d{3}\.(XML|IMD|TIL)$/i,
	recognises: (head) => xmlRootName(head) === "isd" || /^\s*(version|bandId)\s*=\s*"[^"\n]*";/.test(textOf(head)),
	read: async (product, options) => {
		const { imd, til } = await partsOf(product, options);
		const tiles = groupsOf(til, /^TILE(_\d+)?$/i);
		if (tiles.length === 0 || tiles.length > maxTiles)
			throw new RejectedError("unreadable", `it names ${tiles.length} tiles; 1 to ${maxTiles} are possible`);
		const members = [];
		for (const tile of tiles) {
			const name = isdText(tile, "filename");
			if (name === null) throw new RejectedError("unreadable", `its ${tile.name} has no filename`);
			members.push(await requireMember(product, name));
		}
		const [first] = members;
		const corners = isdCorners(groupsOf(imd, isdBands)[0]);
		const told = sizeOf(imd);
		if (first === undefined) throw new RejectedError("unreadable", "it names no tiles");
		const gcps = corners === null || told === null ? [] : cornerGcps(corners, told);
		const georeference = { crs: "EPSG:4326", geoTransform: null, gcps };
		const { raster } = await product.readRaster(first, { ...options, georeference });
		const whole = members.length === 1 ? raster : tiled(imd, tiles[0], { told, tile: raster, gcps });
		const eoId = toNcName(product.name.replace(/\.[^.]*$/, ""));
		return {
			raster: { ...raster, ...whole, bands: named(raster.bands, imd) },
			metadata: { ...readMaxar(imd), eoId },
		};
	},
};

const maxTiles = 2000;
const textOf = (bytes: Uint8Array) => new TextDecoder("windows-1252").decode(bytes.subarray(0, 1024));

/** Of the manifest, and of the file of the same name that has the rest. */
async function partsOf(
	product: Product,
	options: ReadOptions,
): Promise<{ readonly imd: IsdGroup; readonly til: IsdGroup }> {
	if (xmlRootName(product.manifest) === "isd") {
		const { imd, til } = isdOfXml(parseXml(product.manifest));
		return { imd, til: til ?? (await partBeside(product, "TIL", options)) };
	}
	const own = isdOfOdl(parseOdl(product.manifest));
	return groupsOf(own, /^TILE(_\d+)?$/i).length > 0
		? { imd: await partBeside(product, "IMD", options), til: own }
		: { imd: own, til: await partBeside(product, "TIL", options) };
}

async function partBeside(product: Product, ending: "IMD" | "TIL", options: ReadOptions): Promise<IsdGroup> {
	const stem = product.name.replace(/\.[^.]*$/, "");
	const found =
		(await product.member(`${stem}.${ending.toLowerCase()}`)) ?? (await requireMember(product, `${stem}.${ending}`));
	if (found.size > xmlLimits.bytes) throw new RejectedError("unreadable", `its ${found.name} has ${found.size} bytes`);
	return isdOfOdl(parseOdl(await readFirst(found, xmlLimits.bytes, options)));
}

function sizeOf(imd: IsdGroup): Raster["size"] | null {
	const [columns, rows] = [isdNumber(imd, "numColumns"), isdNumber(imd, "numRows")];
	const isSize = (count: number | null): count is number => count !== null && Number.isInteger(count) && count > 0;
	return isSize(columns) && isSize(rows) && columns < 2 ** 31 && rows < 2 ** 31 ? [columns, rows] : null;
}

function cornerGcps(corners: readonly Position[], [width, height]: Raster["size"]): readonly Gcp[] {
	const places = [
		[0, 0],
		[width, 0],
		[width, height],
		[0, height],
	] as const;
	return corners.map(([x, y], i) => ({ pixel: places[i]?.[0] ?? 0, line: places[i]?.[1] ?? 0, x, y, z: 0 }));
}

interface Tiled {
	readonly told: Raster["size"] | null;
	readonly tile: Raster;
	readonly gcps: readonly Gcp[];
}

/** The grid goes on from the first tile, which lies where the product says. */
function tiled(
	imd: IsdGroup,
	first: IsdGroup | undefined,
	{ told, tile, gcps }: Tiled,
): Pick<Raster, "size" | "crs"> & ReturnType<typeof gridOfAffine> {
	if (told === null)
		throw new RejectedError("unreadable", "it does not give the size of its image, which is in several tiles");
	if (tile.extent !== null && groupsOf(imd, isdMap).length > 0) {
		const [west, south, east, north] = tile.extent;
		const [dx, dy] = [(east - west) / tile.size[0], (north - south) / tile.size[1]];
		const [column, row] = [isdNumber(first, "ULColOffset") ?? 0, isdNumber(first, "ULRowOffset") ?? 0];
		return { size: told, crs: tile.crs, ...gridOfAffine([west - column * dx, dx, 0, north + row * dy, 0, -dy], told) };
	}
	if (gcps.length === 0)
		throw new RejectedError("no-crs", "it does not say where its image lies, which is in several tiles");
	return { size: told, crs: "EPSG:4326", kind: "referenceable", extent: null, gcps };
}

/** `BAND_B`, `BAND_G` …, if there is one for each band. */
function named(bands: readonly Band[], imd: IsdGroup): readonly Band[] {
	const names = groupsOf(imd, isdBands).map(({ name }) => name.slice("BAND_".length).slice(0, 40));
	const fit = names.length === bands.length && new Set(names).size === names.length && !names.includes("");
	return fit ? bands.map((band, i) => ({ ...band, name: names[i] ?? band.name })) : bands;
}
