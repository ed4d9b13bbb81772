import { RejectedError } from "#lib/errors.ts";
import { envisatN1 } from "#lib/metadata/envisat/n1.ts";
import { gdalReaders } from "#lib/metadata/gdal/gdal-formats.ts";
import { grib } from "#lib/metadata/gdal/grib.ts";
import { geotiff } from "#lib/metadata/geotiff/geotiff.ts";
import { hdf4 } from "#lib/metadata/hdf4/hdf4.ts";
import { asciiGrid } from "#lib/metadata/images/ascii-grid.ts";
import { envi } from "#lib/metadata/images/envi.ts";
import { jpeg } from "#lib/metadata/images/jpeg.ts";
import { png } from "#lib/metadata/images/png.ts";
import { srtmHgt } from "#lib/metadata/images/srtm-hgt.ts";
import { vrt } from "#lib/metadata/images/vrt.ts";
import { jpeg2000 } from "#lib/metadata/jpeg2000/jpeg2000.ts";
import { netcdf3 } from "#lib/metadata/netcdf/netcdf.ts";
import { netcdf4 } from "#lib/metadata/netcdf/netcdf4.ts";
import { archivedProducts, folderProducts } from "#lib/metadata/products/product-readers.ts";
import { rasdaman } from "#lib/metadata/rasdaman/rasdaman.ts";
import { seviriNative } from "#lib/metadata/seviri/native.ts";
import { zarr } from "#lib/metadata/zarr/zarr.ts";
import type { ByteSource, RasterReader } from "./metadata.ts";

/** Every format of single raster files. */
const fileReaders: readonly RasterReader[] = [
	geotiff,
	jpeg2000,
	netcdf3,
	netcdf4,
	hdf4,
	png,
	jpeg,
	envisatN1,
	seviriNative,
	envi,
	asciiGrid,
	vrt,
	srtmHgt,
	rasdaman,
	zarr,
	grib,
	...gdalReaders,
];
/** Archives first: what lies in one is not the file. */
const rasterReaders: readonly RasterReader[] = [
	...archivedProducts(fileReaders),
	...fileReaders,
	...folderProducts(fileReaders),
];

/**
 * The one that knows the first bytes; where none does, one that knows what stands beside the file.
 * @throws RejectedError `unsupported`.
 */
export async function rasterReaderOf(
	head: Uint8Array,
	source: ByteSource,
	options: { readonly signal: AbortSignal },
): Promise<RasterReader> {
	const reader = rasterReaders.find((candidate) => candidate.recognises(head));
	if (reader !== undefined) return reader;
	for (const candidate of rasterReaders) if (await candidate.recognisesBeside?.(source, options)) return candidate;
	throw new RejectedError(
		"unsupported",
		`no reader for ${source.name}: ${whatElse(head)} (docs/formats.md lists what is read)`,
	);
}

/** What a file is that no reader knows, as far as its first bytes say. */
function whatElse(head: Uint8Array): string {
	const begin = new TextDecoder("latin1").decode(head.subarray(0, 64));
	if (/^\s*<(!doctype html|html)/i.test(begin)) return "it is a web page (HTML), as servers send in place of a file";
	if (/^(CCSD3ZF|PDS_VERSION_ID|ODL_VERSION_ID)/.test(begin))
		return "it is an image of the Planetary Data System, which has those of other bodies than the Earth";
	return /^[\t\n\r -~]+$/.test(begin) ? "it is text" : "its first bytes are those of no known format";
}
