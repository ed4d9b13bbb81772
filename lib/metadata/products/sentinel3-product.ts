import { RejectedError } from "#lib/errors.ts";
import { readSafeManifest } from "#lib/metadata/documents/safe-manifest.ts";
import { toNcName } from "#lib/metadata/eo-id.ts";
import type { Band, ByteSource, Raster, ReadOptions, XmlElement } from "#lib/metadata/metadata.ts";
import { bandsOfSize, pixelPlaceOf } from "#lib/metadata/netcdf/product-members.ts";
import { parseXml, xmlRootName } from "#lib/metadata/text/xml.ts";
import { elementsAt } from "#lib/metadata/text/xml-path.ts";
import { type Product, type ProductReader, requireMember } from "./product.ts";
import { filesOf, type SafeFile } from "./safe-product.ts";

/**
 * A Sentinel-3 product by the `xfdumanifest.xml` of its `.SEN3` folder (source: "Sentinel-3 PDGS File Naming Convention" and the product
 * data format specifications of OLCI, SLSTR and SYN). Its grid is that of the file with the longitudes and latitudes of every
 * pixel (SLSTR: the finest of the nadir view), its bands the variables on it of all files that the manifest calls measurements; one
 * by one numbered files (`Oa01_radiance.nc`) are alike. Every netCDF file of the manifest must be there with its size.
 */
export const sentinel3Product: ProductReader = {
	format: "Sentinel-3",
	manifestName: /^xfdumanifest\.xml$/i,
	alone: "as a rule",
	recognises: (head) =>
		xmlRootName(head) === "XFDU" && /sentinel-?3/i.test(new TextDecoder("latin1").decode(head.subarray(0, 8192))),
	read: async (product, options) => {
		const manifest = parseXml(product.manifest);
		const members = new Map<string, ByteSource>();
		const files = filesOf(manifest);
		for (const { path, size } of files) {
			if (/\.nc$/i.test(path)) members.set(path, await requireMember(product, path, size));
			else await product.also(path);
		}
		const measurements = idsOfMeasurements(manifest);
		const measured = files.filter(({ id, path }) => members.has(path) && measurements.has(id));
		const grid = await gridOf(product, members, measured, options);
		const metadata = readSafeManifest(manifest);
		const folder = product.folder?.replace(/\.SEN3$/i, "");
		return {
			raster: grid,
			metadata: { ...metadata, eoId: metadata.eoId ?? (folder === undefined ? null : toNcName(folder)) },
		};
	},
};

function idsOfMeasurements(manifest: XmlElement): ReadonlySet<string> {
	const units = elementsAt(manifest, "informationPackageMap/contentUnit/contentUnit");
	const pointers = units
		.filter(({ attributes }) => attributes.unitType === "Measurement Data Unit")
		.flatMap((unit) => elementsAt(unit, "dataObjectPointer"));
	return new Set(pointers.flatMap(({ attributes }) => attributes.dataObjectID ?? []));
}

/** Longitudes and latitudes of every pixel: OLCI; SLSTR at 500 m and 1 km; SYN. */
const places = ["geo_coordinates.nc", "geodetic_an.nc", "geodetic_in.nc", "geolocation.nc"];

async function gridOf(
	product: Product,
	members: ReadonlyMap<string, ByteSource>,
	measured: readonly SafeFile[],
	options: ReadOptions,
): Promise<Raster> {
	const sources = measured.flatMap(({ path }) => members.get(path) ?? []);
	for (const name of places) {
		const place = members.get(name);
		if (place === undefined) continue;
		const pixels = await pixelPlaceOf(place, options);
		const bands = pixels === null ? [] : await bandsOf(sources, pixels.size, options);
		if (pixels !== null && bands.length > 0) return { ...pixels, bands };
	}
	// Each file says itself where it lies (SYN VGT, SLSTR sea surface temperature).
	const [first, ...rest] = sources;
	if (first === undefined) throw new RejectedError("unsupported", "its manifest names no measurements in netCDF");
	const { raster } = await product.readRaster(first, options);
	return { ...raster, bands: distinct([...raster.bands, ...(await bandsOf(rest, raster.size, options))]) };
}

async function bandsOf(
	files: readonly ByteSource[],
	size: Raster["size"],
	options: ReadOptions,
): Promise<readonly Band[]> {
	const bands: Band[] = [];
	/** Of the first file of a family, whose others differ by their number only. */
	const families = new Map<string, { readonly token: string; readonly bands: readonly Band[] }>();
	for (const file of files) {
		const token = /^[A-Za-z]+\d+/.exec(file.name)?.[0] ?? "";
		const family = token === "" ? file.name : file.name.replace(/\d+/, "#");
		const known = families.get(family);
		const own = known === undefined ? await bandsOfSize(file, size, options) : null;
		if (own !== null && token !== "" && own.every(({ name }) => name.includes(token)))
			families.set(family, { token, bands: own });
		const renamed = known?.bands.map((band) => ({ ...band, name: band.name.replace(known.token, token) }));
		bands.push(...(own ?? renamed ?? []));
	}
	return distinct(bands);
}

function distinct(bands: readonly Band[]): readonly Band[] {
	const names = new Set<string>();
	return bands.map((band) => {
		let name = band.name;
		for (let count = 2; names.has(name); count++) name = `${band.name}_${count}`;
		names.add(name);
		return { ...band, name };
	});
}
