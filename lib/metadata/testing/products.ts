// biome-ignore lint/style/noRestrictedImports: only tests reach for the writer of the demonstration's files
import { type GeoTiffOptions, writeGeoTiff } from "#lib/demo/geotiff-writer.ts";
import { dimap1Text, dimap2Text, mtlSampleGroups, mtlText, safeText, sentinel2Text } from "./documents.ts";

/** For tests: the files of a product by path. */
export type ProductFiles = Readonly<Record<string, Uint8Array>>;

const bytes = (text: string) => new TextEncoder().encode(text);
const utm: GeoTiffOptions = {
	size: [60, 40],
	bands: 1,
	dataType: "UInt16",
	crs: 32632,
	georeference: { origin: [600_000, 5_200_000], pixelSize: [30, 30] },
};
const tiff = (options: Partial<GeoTiffOptions> = {}) => writeGeoTiff({ ...utm, ...options });

const landsat = (suffix: string) => `${mtlSampleGroups.PRODUCT_CONTENTS?.LANDSAT_PRODUCT_ID}_${suffix}`;

export const landsatFiles: ProductFiles = {
	[landsat("MTL.txt")]: bytes(mtlText()),
	[landsat("B1.TIF")]: tiff({ nodata: "0" }),
	[landsat("B2.TIF")]: tiff(),
	[landsat("B8.TIF")]: tiff({ size: [120, 80] }),
};

const measurement = (name: string) => `measurement/s1a-iw-grd-${name}.tiff`;
const corners = [
	[0, 0, 12.97, 44.84],
	[60, 0, 9.69, 45.25],
	[60, 40, 10.03, 46.75],
	[0, 40, 13.4, 46.34],
] as const;
const gcps = corners.map(([pixel, line, x, y]) => ({ pixel, line, x, y, z: 0 }));
const radar = tiff({ crs: 4326, georeference: { gcps } });

export const sentinel1Files: ProductFiles = {
	"manifest.safe": bytes(safeText.replaceAll('size="1"', `size="${radar.length}"`)),
	"annotation/s1a-iw-grd-vv-001.xml": bytes("<product/>\n").subarray(0, 10),
	[measurement("vv-20141003t053304-001")]: radar,
	[measurement("vh-20141003t053304-002")]: radar,
};

const granule = "GRANULE/L1C_T32TPS_A026732_20200804T101031";
const image = (band: string) => `${granule}/IMG_DATA/T32TPS_20200804T101031_${band}.jp2`;

export const sentinel2Files: ProductFiles = {
	"MTD_MSIL1C.xml": bytes(sentinel2Text),
	[`${granule}/MTD_TL.xml`]:
		bytes(`<n1:Level-1C_Tile_ID xmlns:n1="urn:t"><n1:Geometric_Info><Tile_Geocoding metadataLevel="Brief"><HORIZONTAL_CS_NAME>WGS84 / UTM zone 32N</HORIZONTAL_CS_NAME><HORIZONTAL_CS_CODE>EPSG:32632</HORIZONTAL_CS_CODE>
		<Size resolution="10"><NROWS>10980</NROWS><NCOLS>10980</NCOLS></Size><Size resolution="20"><NROWS>5490</NROWS><NCOLS>5490</NCOLS></Size>
		<Geoposition resolution="10"><ULX>600000</ULX><ULY>5200020</ULY><XDIM>10</XDIM><YDIM>-10</YDIM></Geoposition></Tile_Geocoding></n1:Geometric_Info></n1:Level-1C_Tile_ID>`),
	[image("B01")]: bytes("jp2"),
	[image("B02")]: bytes("jp2"),
	[image("TCI")]: bytes("jp2"),
};

const oldGranule = "S2A_OPER_MSI_L1C_TL_EPA__20160408T105423_A000734_T32TPS_N02.01";

/** Until baseline 02.04 (December 2016). */
export const oldSentinel2Files: ProductFiles = {
	"S2A_OPER_MTD_SAFL1C_PDMC_20160408T105423_R022_V20160408T101031.xml": bytes(
		sentinel2Text.replace(
			/<Granule_List>.*<\/Granule_List>/s,
			`<Granule_List><Granules granuleIdentifier="${oldGranule}" imageFormat="JPEG2000">${["B01", "B02"].map((band) => `<IMAGE_ID>S2A_OPER_MSI_L1C_TL_EPA__20160408T105423_A000734_T32TPS_${band}</IMAGE_ID>`).join("")}</Granules></Granule_List>`,
		),
	),
	[`GRANULE/${oldGranule}/S2A_OPER_MTD_L1C_TL_EPA__20160408T105423_A000734_T32TPS.xml`]:
		sentinel2Files[`${granule}/MTD_TL.xml`] ?? new Uint8Array(),
	...Object.fromEntries(
		["B01", "B02"].map((band) => [
			`GRANULE/${oldGranule}/IMG_DATA/S2A_OPER_MSI_L1C_TL_EPA__20160408T105423_A000734_T32TPS_${band}.jp2`,
			bytes("jp2"),
		]),
	),
};

export const dimap1Files: ProductFiles = {
	"METADATA.DIM": bytes(dimap1Text),
	"IMAGERY.TIF": writeGeoTiff({ size: [60, 40] }),
};

export const dimap2Files: ProductFiles = {
	"DIM_PHR1A_MS_001.XML": bytes(dimap2Text),
	"IMG_PHR1A_MS_001_R1C1.TIF": tiff({ bands: 2 }),
};
