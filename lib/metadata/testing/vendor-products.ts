// biome-ignore lint/style/noRestrictedImports: only tests reach for the writer of the demonstration's files
import { type GeoTiffOptions, writeGeoTiff } from "#lib/demo/geotiff-writer.ts";
import type { ProductFiles } from "./products.ts";

/* For tests: products of vendors by path, the manifest first. Their documents have the fields that readers look at, with values of their own. */

const bytes = (text: string) => new TextEncoder().encode(text);
const plain = (options: Partial<GeoTiffOptions> = {}) =>
	writeGeoTiff({ size: [60, 40], dataType: "UInt16", ...options });
const onMap = (options: Partial<GeoTiffOptions> = {}) =>
	plain({ crs: 32633, georeference: { origin: [516_000, 6_507_000], pixelSize: [10, 10] }, ...options });

const scene = "16AUG31104614-S3DS-056956784010_01_P001";
const corners =
	"ULLon = 15.27;\n\tULLat = 58.70;\n\tURLon = 15.29;\n\tURLat = 58.70;\n\tLRLon = 15.29;\n\tLRLat = 58.69;\n\tLLLon = 15.27;\n\tLLLat = 58.69;";
const band = (name: string) => `BEGIN_GROUP = BAND_${name}\n\t${corners}\n\tTDILevel = 10;\nEND_GROUP = BAND_${name}\n`;
const isdImage = `BEGIN_GROUP = IMAGE_1
	satId = "WV02";
	mode = "FullSwath";
	CatId = "10300100841CB500";
	TLCList = (
	(0,  0.000000),
	(6775,  1.355000)	);
	firstLineTime = 2016-08-31T10:46:08.484783Z;
	meanSunAz =  176.0;
	meanSunEl =  39.9;
	cloudCover = 0.018;
	revNumber = 42671;
END_GROUP = IMAGE_1
`;
const map = `BEGIN_GROUP = MAP_PROJECTED_PRODUCT
	earliestAcqTime = 2016-08-31T10:46:14.025591Z;
	latestAcqTime = 2016-08-31T10:46:15.125591Z;
END_GROUP = MAP_PROJECTED_PRODUCT
`;
const imd = (rows: number, more: string) => `version = "28.3";
generationTime = 2017-08-30T08:04:32.000000Z;
productOrderId = "056956784010_01_P001";
bandId = "RG";
numRows = ${rows};
numColumns = 60;
productLevel = "LV3D";
productType = "Ortho";
${band("R")}${band("G")}${isdImage}${more}END;
`;
const tile = (number: number, name: string, row: number) =>
	`BEGIN_GROUP = TILE_${number}\n\tfilename = "${name}";\n\tULColOffset = 0;\n\tULRowOffset = ${row};\nEND_GROUP = TILE_${number}\n`;
const til = (...tiles: readonly string[]) => `bandId = "RG";\nnumTiles = ${tiles.length};\n${tiles.join("")}END;\n`;

export const maxarOrtho: ProductFiles = {
	[`${scene}.IMD`]: bytes(imd(80, map)),
	[`${scene}.TIL`]: bytes(til(tile(1, "R1C1.TIF", 0), tile(2, "R2C1.TIF", 40))),
	"R1C1.TIF": onMap({ bands: 2 }),
	"R2C1.TIF": onMap({ bands: 2, georeference: { origin: [516_000, 6_506_600], pixelSize: [10, 10] } }),
};

export const maxarBasic: ProductFiles = {
	[`${scene}.TIL`]: bytes(til(tile(1, `${scene}.TIF`, 0))),
	[`${scene}.IMD`]: bytes(imd(40, "")),
	[`${scene}.TIF`]: plain({ bands: 2 }),
};

const isdXml = `<?xml version="1.0"?>\n<isd><IMD><PRODUCTORDERID>056956784010_01_P001</PRODUCTORDERID><BANDID>P</BANDID><NUMROWS>40</NUMROWS><NUMCOLUMNS>60</NUMCOLUMNS>
<BAND_P><ULLON>1.527e+01</ULLON><ULLAT>58.7</ULLAT><URLON>15.29</URLON><URLAT>58.7</URLAT><LRLON>15.29</LRLON><LRLAT>58.69</LRLAT><LLLON>15.27</LLLON><LLLAT>58.69</LLLAT></BAND_P>
<IMAGE><SATID>WV03</SATID><FIRSTLINETIME>2018-10-01T02:26:04.585850Z</FIRSTLINETIME><CLOUDCOVER>-999</CLOUDCOVER></IMAGE></IMD>
<TIL><TILE><FILENAME>${scene}.TIF</FILENAME></TILE></TIL></isd>`;

export const maxarXmlFiles: ProductFiles = { [`${scene}.XML`]: bytes(isdXml), [`${scene}.TIF`]: plain() };

const tsx = "TSX1_SAR__EEC_RE___SM_D_SRA_20210922T205440_20210922T205448";
const sarCorner = (row: number, column: number, lat: number, lon: number) =>
	`<sceneCornerCoord><refRow>${row}</refRow><refColumn>${column}</refColumn><lat>${lat}</lat><lon>${lon}</lon></sceneCornerCoord>`;
const tsxImage = (polarisation: string, ending: string) =>
	`<imageData><polLayer>${polarisation}</polLayer><file><location><host>.</host><path>IMAGEDATA</path><filename>IMAGE_${polarisation}_SRA_strip.${ending}</filename></location></file></imageData>`;
const tsxXml = (
	ending: string,
) => `<?xml version="1.0"?>\n<level1Product><generalHeader><itemName>LEVEL 1B PRODUCT</itemName><generationTime>2021-09-23T01:00:00.000000Z</generationTime></generalHeader>
<productComponents>${tsxImage("HH", ending)}${tsxImage("VV", ending)}</productComponents>
<productInfo><missionInfo><mission>TSX-1</mission><absOrbit>79054</absOrbit><orbitDirection>DESCENDING</orbitDirection></missionInfo>
<acquisitionInfo><sensor>SAR</sensor><imagingMode>SM</imagingMode><lookDirection>RIGHT</lookDirection><polarisationMode>DUAL</polarisationMode></acquisitionInfo>
<imageDataInfo><imageRaster><numberOfRows>40</numberOfRows><numberOfColumns>60</numberOfColumns><rowSpacing units="m">1.25</rowSpacing></imageRaster></imageDataInfo>
<sceneInfo><start><timeUTC>2021-09-22T20:54:40.512345Z</timeUTC></start><stop><timeUTC>2021-09-22T20:54:48.512345Z</timeUTC></stop>
${sarCorner(1, 1, 48.5, 11)}${sarCorner(1, 60, 48.6, 11.5)}${sarCorner(40, 1, 48, 11.1)}${sarCorner(40, 60, 48.1, 11.6)}</sceneInfo></productInfo></level1Product>`;

export const terraSarMap: ProductFiles = {
	[`${tsx}.xml`]: bytes(tsxXml("tif")),
	"IMAGEDATA/IMAGE_HH_SRA_strip.tif": onMap(),
	"IMAGEDATA/IMAGE_VV_SRA_strip.tif": onMap(),
};

const cosar = new Uint8Array(40 * (60 + 2) * 4 + 4 * 62 * 4);
export const terraSarComplex: ProductFiles = {
	[`${tsx.replace("EEC_RE", "SSC___")}.xml`]: bytes(tsxXml("cos")),
	"IMAGEDATA/IMAGE_HH_SRA_strip.cos": cosar,
	"IMAGEDATA/IMAGE_VV_SRA_strip.cos": cosar,
};

/** Multi-look, ground range: corners without their place in the image. */
export const terraSarGround: ProductFiles = {
	[`${tsx.replace("EEC_RE", "MGD_RE")}.xml`]: bytes(
		tsxXml("tif").replace(/<ref(Row|Column)>\d+<\/ref(Row|Column)>/g, ""),
	),
	"IMAGEDATA/IMAGE_HH_SRA_strip.tif": plain(),
	"IMAGEDATA/IMAGE_VV_SRA_strip.tif": plain(),
};

const tiePoint = (line: number, pixel: number, lat: number, lon: number) =>
	`<imageTiePoint><imageCoordinate><line>${line}</line><pixel>${pixel}</pixel></imageCoordinate><geodeticCoordinate><latitude>${lat}</latitude><longitude>${lon}</longitude><height>10</height></geodeticCoordinate></imageTiePoint>`;
const rs2Xml = `<?xml version="1.0"?>\n<product xmlns="http://www.rsi.ca/rs2/prod/xml/schemas"><productId>PDS_00058900</productId>
<sourceAttributes><satellite>RADARSAT-2</satellite><sensor>SAR</sensor><beamModeMnemonic>FQ12</beamModeMnemonic><rawDataStartTime>2008-12-15T14:29:17.500000Z</rawDataStartTime>
<radarParameters><polarizations>HH HV</polarizations><antennaPointing>Right</antennaPointing></radarParameters><orbitAndAttitude><orbitInformation><passDirection>Ascending</passDirection></orbitInformation></orbitAndAttitude></sourceAttributes>
<imageGenerationParameters><generalProcessingInformation><productType>SLC</productType></generalProcessingInformation><sarProcessingInformation><zeroDopplerTimeFirstLine>2008-12-15T14:29:22.100000Z</zeroDopplerTimeFirstLine><zeroDopplerTimeLastLine>2008-12-15T14:29:18.900000Z</zeroDopplerTimeLastLine></sarProcessingInformation></imageGenerationParameters>
<imageAttributes><productFormat>GeoTIFF</productFormat><rasterAttributes><dataType>Complex</dataType><numberOfSamplesPerLine>60</numberOfSamplesPerLine><numberOfLines>40</numberOfLines></rasterAttributes>
<geographicInformation><geolocationGrid>${tiePoint(0, 0, 52, 6)}${tiePoint(0, 59, 52.1, 6.4)}${tiePoint(39, 0, 51.8, 6.1)}${tiePoint(39, 59, 51.9, 6.5)}</geolocationGrid></geographicInformation>
<fullResolutionImageData pole="HH">imagery_HH.tif</fullResolutionImageData><fullResolutionImageData pole="HV">imagery_HV.tif</fullResolutionImageData></imageAttributes></product>`;

export const radarsat2Files: ProductFiles = {
	"product.xml": bytes(rs2Xml),
	"imagery_HH.tif": plain({ bands: 2, dataType: "Int16" }),
	"imagery_HV.tif": plain({ bands: 2, dataType: "Int16" }),
};

const alosCorner = (name: string, lat: number, lon: number) =>
	`Img_ImageScene${name}Latitude="${lat}"\nImg_ImageScene${name}Longitude="${lon}"\n`;
const summary = (id: string, files: readonly string[], more: string) => `Odi_ProductManagementNo="A0700702"
Scs_SceneID="ALPSRP066490900"
Pds_ProductID="${id}"
${more}${alosCorner("LeftTop", 45.619, 11.973)}${alosCorner("RightTop", 45.683, 12.417)}${alosCorner("LeftBottom", 45.048, 12.149)}${alosCorner("RightBottom", 45.111, 12.587)}Img_OffNadirAngle="21.5"
${files.map((name, i) => `Pdi_L15ProductFileName0${i + 1}="${name}"\n`).join("")}Pdi_NoOfPixels="60"
Pdi_NoOfLines="40"
Lbi_Satellite="ALOS"
Lbi_Sensor="PALSAR"
Lbi_ProcessLevel="1.5"
Lbi_ObservationDate="20070424"
`;
const alosTimes = `Img_SceneCenterDateTime="20070424 21:21:59.974"\nImg_SceneStartDateTime="20070424 21:21:55.200"\nImg_SceneEndDateTime="20070424 21:22:04.748"\nPdi_BitPixel="16"\n`;
const alosNames = ["VOL", "LED", "IMG-HH", "IMG-HV", "TRL"].map((part) => `${part}-ALPSRP066490900-P1.5GUA`);

export const alosCeos: ProductFiles = {
	"summary.txt": bytes(summary("P1.5GUA", alosNames, alosTimes)),
	...Object.fromEntries(alosNames.map((name) => [name, new Uint8Array(name.startsWith("IMG") ? 5520 : 720)])),
};

const alosTiff = "IMG-HH-ALPSRP066490900-P1.5GUA.tif";
export const alosTiffFiles: ProductFiles = {
	"summary.txt": bytes(summary("P1.5GUA", [alosTiff], `Pdi_BitPixel="16"\n`)),
	[alosTiff]: onMap(),
};

export const planetText = `<?xml version="1.0"?>
<ps:EarthObservation xmlns:ps="http://schemas.planet.com/ps/v1/planet_product_metadata_geocorrected_level" xmlns:gml="http://www.opengis.net/gml" xmlns:eop="http://earth.esa.int/eop" xmlns:opt="http://earth.esa.int/opt">
<gml:metaDataProperty><ps:EarthObservationMetaData><eop:identifier>20160831_212705_0c43_3B_AnalyticMS</eop:identifier><eop:productType>L3B</eop:productType></ps:EarthObservationMetaData></gml:metaDataProperty>
<gml:validTime><gml:TimePeriod><gml:beginPosition>2016-08-31T21:27:05+00:00</gml:beginPosition><gml:endPosition>2016-08-31T21:27:06+00:00</gml:endPosition></gml:TimePeriod></gml:validTime>
<gml:using><eop:EarthObservationEquipment><eop:platform><eop:Platform><eop:shortName>PlanetScope</eop:shortName><eop:serialIdentifier>0c43</eop:serialIdentifier></eop:Platform></eop:platform>
<eop:acquisitionParameters><ps:Acquisition><opt:illuminationElevationAngle uom="deg">5.495e+01</opt:illuminationElevationAngle></ps:Acquisition></eop:acquisitionParameters></eop:EarthObservationEquipment></gml:using>
<gml:target><ps:Footprint><gml:multiExtentOf><gml:MultiSurface srsName="EPSG:4326"><gml:surfaceMembers><gml:Polygon srsName="EPSG:4326"><gml:outerBoundaryIs><gml:LinearRing>
<gml:coordinates>-121.39,37.95 -121.45,37.98 -121.31,38.13 -121.25,38.10 -121.39,37.95</gml:coordinates></gml:LinearRing></gml:outerBoundaryIs></gml:Polygon></gml:surfaceMembers></gml:MultiSurface></gml:multiExtentOf>
<ps:geographicLocation><ps:topLeft><ps:latitude>38.13</ps:latitude><ps:longitude>-121.45</ps:longitude></ps:topLeft></ps:geographicLocation></ps:Footprint></gml:target>
<gml:resultOf><ps:EarthObservationResult><opt:cloudCoverPercentage uom="percentage">3.5</opt:cloudCoverPercentage></ps:EarthObservationResult></gml:resultOf></ps:EarthObservation>`;
