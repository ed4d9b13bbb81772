/** Documents as the formats' own specifications and published products have them, shortened; only for tests. */

export const gscText = `<gsc:report xmlns:gsc="http://earth.esa.int/gsc" xmlns:eop="http://earth.esa.int/eop" xmlns:opt="http://earth.esa.int/opt" xmlns:gml="http://www.opengis.net/gml">
	<gsc:responsibleOrgName>ESA</gsc:responsibleOrgName>
	<gsc:opt_metadata>
		<gml:metaDataProperty><gsc:EarthObservationMetaData><eop:identifier>DM_GSC_1</eop:identifier><eop:productType>MER_FR__1P</eop:productType></gsc:EarthObservationMetaData></gml:metaDataProperty>
		<gml:validTime><gml:TimePeriod><gml:beginPosition>2008-03-13T00:00:10.000</gml:beginPosition><gml:endPosition>2008-03-13T00:00:20.000</gml:endPosition></gml:TimePeriod></gml:validTime>
		<gml:using><eop:EarthObservationEquipment><eop:platform><eop:Platform><eop:shortName>ENVISAT</eop:shortName></eop:Platform></eop:platform></eop:EarthObservationEquipment></gml:using>
		<gml:target><eop:Footprint><gml:multiExtentOf><gml:MultiSurface srsName="EPSG:4326"><gml:surfaceMembers><gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>43.51 2.12 43.31 2.81
			42.78 2.55 42.97 1.88
			43.51 2.12</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></gml:surfaceMembers></gml:MultiSurface></gml:multiExtentOf></eop:Footprint></gml:target>
		<gml:resultOf><opt:EarthObservationResult><opt:cloudCoverPercentage uom="percentage">12</opt:cloudCoverPercentage></opt:EarthObservationResult></gml:resultOf>
	</gsc:opt_metadata>
</gsc:report>`;

/** SPOT 5 over the Comoros, the document that DIMAP 1.1's own descriptions show. */
export const dimap1Text = `<?xml version="1.0" encoding="ISO-8859-1"?>
<Dimap_Document name="METADATA.DIM">
	<Metadata_Id><METADATA_FORMAT version="1.1">DIMAP</METADATA_FORMAT><METADATA_PROFILE>SPOTSCENE_1A</METADATA_PROFILE></Metadata_Id>
	<Dataset_Id><DATASET_NAME>SCENE 5 157-373/3 05/12/08 07:23:52 1 T</DATASET_NAME></Dataset_Id>
	<Dataset_Frame>
		<Vertex><FRAME_LON>43.191744</FRAME_LON><FRAME_LAT>-11.353272</FRAME_LAT><FRAME_ROW>1</FRAME_ROW><FRAME_COL>1</FRAME_COL></Vertex>
		<Vertex><FRAME_LON>43.727661</FRAME_LON><FRAME_LAT>-11.473516</FRAME_LAT><FRAME_ROW>1</FRAME_ROW><FRAME_COL>60</FRAME_COL></Vertex>
		<Vertex><FRAME_LON>43.605659</FRAME_LON><FRAME_LAT>-12.003823</FRAME_LAT><FRAME_ROW>40</FRAME_ROW><FRAME_COL>60</FRAME_COL></Vertex>
		<Vertex><FRAME_LON>43.068656</FRAME_LON><FRAME_LAT>-11.883452</FRAME_LAT><FRAME_ROW>40</FRAME_ROW><FRAME_COL>1</FRAME_COL></Vertex>
		<Scene_Center><FRAME_LON>43.398434</FRAME_LON><FRAME_LAT>-11.678571</FRAME_LAT></Scene_Center>
	</Dataset_Frame>
	<Production><DATASET_PRODUCER_NAME>SPOT IMAGE</DATASET_PRODUCER_NAME><DATASET_PRODUCTION_DATE>2006-01-20</DATASET_PRODUCTION_DATE><Production_Facility><SOFTWARE_NAME>TERRA</SOFTWARE_NAME><SOFTWARE_VERSION>3.1</SOFTWARE_VERSION><PROCESSING_CENTER>SLS_TOULOUSE</PROCESSING_CENTER></Production_Facility></Production>
	<Raster_Dimensions><NCOLS>60</NCOLS><NROWS>40</NROWS><NBANDS>1</NBANDS></Raster_Dimensions>
	<Data_Access><DATA_FILE_FORMAT>GEOTIFF</DATA_FILE_FORMAT><Data_File><DATA_FILE_PATH href="IMAGERY.TIF"/></Data_File></Data_Access>
	<Image_Interpretation><Spectral_Band_Info><BAND_INDEX>1</BAND_INDEX><BAND_DESCRIPTION>PAN</BAND_DESCRIPTION></Spectral_Band_Info></Image_Interpretation>
	<Dataset_Sources><Source_Information><SOURCE_ID>51573730512080723521A</SOURCE_ID><SOURCE_TYPE>SCENE</SOURCE_TYPE>
		<Scene_Source><IMAGING_DATE>2005-12-08</IMAGING_DATE><IMAGING_TIME>07:23:52</IMAGING_TIME><MISSION>SPOT</MISSION><MISSION_INDEX>5</MISSION_INDEX><INSTRUMENT>HRG</INSTRUMENT><INSTRUMENT_INDEX>1</INSTRUMENT_INDEX><SENSOR_CODE>T</SENSOR_CODE><SCENE_PROCESSING_LEVEL>1A</SCENE_PROCESSING_LEVEL><INCIDENCE_ANGLE>-13.55</INCIDENCE_ANGLE><SUN_AZIMUTH>109.1</SUN_AZIMUTH><SUN_ELEVATION>67.08</SUN_ELEVATION></Scene_Source>
	</Source_Information></Dataset_Sources>
</Dimap_Document>`;

export const dimap2Text = `<?xml version="1.0" encoding="UTF-8"?>
<Dimap_Document>
	<Metadata_Identification><METADATA_FORMAT version="2.15">DIMAP</METADATA_FORMAT><METADATA_PROFILE>PHR_ORTHO</METADATA_PROFILE></Metadata_Identification>
	<Dataset_Identification><DATASET_TYPE>RASTER_ORTHO</DATASET_TYPE><DATASET_ID>DS_PHR1A_201208021021306_FR1_PX_E011N46_0304_01711</DATASET_ID></Dataset_Identification>
	<Dataset_Content><CLOUD_COVERAGE unit="percent">1.5</CLOUD_COVERAGE><SNOW_COVERAGE unit="percent">0</SNOW_COVERAGE>
		<Dataset_Extent><EXTENT_TYPE>Bounding_Polygon</EXTENT_TYPE>
			<Vertex><LON>11.30</LON><LAT>46.54</LAT><COL>1</COL><ROW>1</ROW></Vertex><Vertex><LON>11.42</LON><LAT>46.54</LAT><COL>60</COL><ROW>1</ROW></Vertex>
			<Vertex><LON>11.42</LON><LAT>46.42</LAT><COL>60</COL><ROW>40</ROW></Vertex><Vertex><LON>11.30</LON><LAT>46.42</LAT><COL>1</COL><ROW>40</ROW></Vertex>
			<Center><LON>11.36</LON><LAT>46.48</LAT></Center></Dataset_Extent></Dataset_Content>
	<Coordinate_Reference_System><Projected_CRS><PROJECTED_CRS_NAME>WGS 84 / UTM zone 32N</PROJECTED_CRS_NAME><PROJECTED_CRS_CODE>urn:ogc:def:crs:EPSG::32632</PROJECTED_CRS_CODE></Projected_CRS></Coordinate_Reference_System>
	<Processing_Information><Product_Settings><PROCESSING_LEVEL>ORTHO</PROCESSING_LEVEL></Product_Settings></Processing_Information>
	<Raster_Data>
		<Data_Access><DATA_FILE_FORMAT>image/tiff</DATA_FILE_FORMAT><Data_Files><Data_File tile_C="1" tile_R="1"><DATA_FILE_PATH href="IMG_PHR1A_MS_001_R1C1.TIF"/></Data_File></Data_Files></Data_Access>
		<Raster_Dimensions><NROWS>40</NROWS><NCOLS>60</NCOLS><NBANDS>2</NBANDS><Tile_Set><NTILES>1</NTILES></Tile_Set></Raster_Dimensions>
		<Raster_Encoding><DATA_TYPE>INTEGER</DATA_TYPE><NBITS>16</NBITS><SIGN>UNSIGNED</SIGN></Raster_Encoding>
		<Raster_Display><Band_Display_Order><RED_CHANNEL>B2</RED_CHANNEL></Band_Display_Order><Special_Value><SPECIAL_VALUE_COUNT>0</SPECIAL_VALUE_COUNT><SPECIAL_VALUE_TEXT>NODATA</SPECIAL_VALUE_TEXT></Special_Value></Raster_Display>
	</Raster_Data>
	<Geometric_Data><Use_Area>
		<Located_Geometric_Values><LOCATION_TYPE>Top Center</LOCATION_TYPE><TIME>2012-08-02T10:21:30.6640000Z</TIME><Acquisition_Angles><INCIDENCE_ANGLE unit="deg">8.05</INCIDENCE_ANGLE></Acquisition_Angles><Solar_Incidences><SUN_AZIMUTH unit="deg">150.9</SUN_AZIMUTH><SUN_ELEVATION unit="deg">57.6</SUN_ELEVATION></Solar_Incidences></Located_Geometric_Values>
		<Located_Geometric_Values><LOCATION_TYPE>Bottom Center</LOCATION_TYPE><TIME>2012-08-02T10:21:32.1230000Z</TIME></Located_Geometric_Values>
	</Use_Area></Geometric_Data>
	<Dataset_Sources><Source_Identification><SOURCE_ID>DS_PHR1A_201208021021306</SOURCE_ID><Strip_Source><MISSION>PHR</MISSION><MISSION_INDEX>1A</MISSION_INDEX><INSTRUMENT>PHR</INSTRUMENT><BAND_MODE>MS</BAND_MODE><IMAGING_DATE>2012-08-02</IMAGING_DATE><IMAGING_TIME>10:21:30.6Z</IMAGING_TIME></Strip_Source></Source_Identification></Dataset_Sources>
</Dimap_Document>`;

export const isoText = `<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco" xmlns:gml="http://www.opengis.net/gml">
	<gmd:fileIdentifier><gco:CharacterString>urn:eop:S2A_1</gco:CharacterString></gmd:fileIdentifier>
	<gmd:dateStamp><gco:Date>2013-01-22</gco:Date></gmd:dateStamp>
	<gmd:identificationInfo><gmd:MD_DataIdentification><gmd:extent><gmd:EX_Extent>
		<gmd:geographicElement><gmd:EX_GeographicBoundingBox>
			<gmd:westBoundLongitude><gco:Decimal>3.93</gco:Decimal></gmd:westBoundLongitude><gmd:eastBoundLongitude><gco:Decimal>7.57</gco:Decimal></gmd:eastBoundLongitude>
			<gmd:southBoundLatitude><gco:Decimal>52.10</gco:Decimal></gmd:southBoundLatitude><gmd:northBoundLatitude><gco:Decimal>54.10</gco:Decimal></gmd:northBoundLatitude>
		</gmd:EX_GeographicBoundingBox></gmd:geographicElement>
		<gmd:temporalElement><gmd:EX_TemporalExtent><gmd:extent><gml:TimePeriod gml:id="t"><gml:beginPosition>1977-03-10T11:45:30</gml:beginPosition><gml:endPosition>2005-01-15T09:10:00</gml:endPosition></gml:TimePeriod></gmd:extent></gmd:EX_TemporalExtent></gmd:temporalElement>
	</gmd:EX_Extent></gmd:extent></gmd:MD_DataIdentification></gmd:identificationInfo>
	<gmd:contentInfo><gmd:MD_ImageDescription><gmd:cloudCoverPercentage><gco:Real>3.5</gco:Real></gmd:cloudCoverPercentage></gmd:MD_ImageDescription></gmd:contentInfo>
</gmd:MD_Metadata>`;

/** Landsat 8, Collection 2 Level 1. */
export const mtlSampleGroups: Readonly<Record<string, Readonly<Record<string, string>>>> = {
	PRODUCT_CONTENTS: {
		ORIGIN: "Image courtesy of the U.S. Geological Survey",
		LANDSAT_PRODUCT_ID: "LC08_L1TP_224064_20200518_20200820_02_T1",
		PROCESSING_LEVEL: "L1TP",
		COLLECTION_NUMBER: "02",
		COLLECTION_CATEGORY: "T1",
		FILE_NAME_BAND_1: "LC08_L1TP_224064_20200518_20200820_02_T1_B1.TIF",
		FILE_NAME_BAND_8: "LC08_L1TP_224064_20200518_20200820_02_T1_B8.TIF",
		FILE_NAME_BAND_2: "LC08_L1TP_224064_20200518_20200820_02_T1_B2.TIF",
		FILE_NAME_QUALITY_L1_PIXEL: "LC08_L1TP_224064_20200518_20200820_02_T1_QA_PIXEL.TIF",
		DATA_TYPE_BAND_1: "UINT16",
		DATA_TYPE_BAND_2: "UINT16",
		DATA_TYPE_BAND_8: "UINT16",
	},
	IMAGE_ATTRIBUTES: {
		SPACECRAFT_ID: "LANDSAT_8",
		SENSOR_ID: "OLI_TIRS",
		WRS_PATH: "224",
		WRS_ROW: "64",
		DATE_ACQUIRED: "2020-05-18",
		SCENE_CENTER_TIME: "13:34:29.3680000Z",
		STATION_ID: "LGN",
		CLOUD_COVER: "19.93",
		SUN_AZIMUTH: "43.26451870",
		SUN_ELEVATION: "46.78106725",
	},
	PROJECTION_ATTRIBUTES: {
		MAP_PROJECTION: "UTM",
		DATUM: "WGS84",
		UTM_ZONE: "22",
		GRID_CELL_SIZE_REFLECTIVE: "30.00",
		REFLECTIVE_LINES: "40",
		REFLECTIVE_SAMPLES: "60",
		CORNER_UL_LAT_PRODUCT: "-4.75154",
		CORNER_UL_LON_PRODUCT: "-50.84660",
		CORNER_UR_LAT_PRODUCT: "-4.75088",
		CORNER_UR_LON_PRODUCT: "-48.79540",
		CORNER_LL_LAT_PRODUCT: "-6.85262",
		CORNER_LL_LON_PRODUCT: "-50.85065",
		CORNER_LR_LAT_PRODUCT: "-6.85166",
		CORNER_LR_LON_PRODUCT: "-48.79241",
	},
	LEVEL1_PROCESSING_RECORD: {
		DATE_PRODUCT_GENERATED: "2020-08-20T15:23:12Z",
		LANDSAT_SCENE_ID: "LC82240642020139LGN00",
		PROCESSING_SOFTWARE_VERSION: "LPGS_15.3.1c",
	},
};

export function mtlText(groups = mtlSampleGroups, root = "LANDSAT_METADATA_FILE"): string {
	const quoted = (value: string) => (/^[A-Z]|_|:/.test(value) ? `"${value}"` : value);
	const lines = Object.entries(groups).flatMap(([name, values]) => [
		`  GROUP = ${name}`,
		...Object.entries(values).map(([key, value]) => `    ${key} = ${quoted(value)}`),
		`  END_GROUP = ${name}`,
	]);
	return [`GROUP = ${root}`, ...lines, `END_GROUP = ${root}`, "END", ""].join("\n");
}

export const safeText = `<?xml version="1.0" encoding="UTF-8"?>
<xfdu:XFDU xmlns:xfdu="urn:ccsds:schema:xfdu:1" xmlns:gml="http://www.opengis.net/gml" xmlns:s1="http://www.esa.int/safe/sentinel-1.0/sentinel-1" xmlns:s1sar="http://www.esa.int/safe/sentinel-1.0/sentinel-1/sar" xmlns:s1sarl1="http://www.esa.int/safe/sentinel-1.0/sentinel-1/sar/level-1" xmlns:safe="http://www.esa.int/safe/sentinel-1.0" version="esa/safe/sentinel-1.0/sentinel-1/sar/level-1/grd/standard/iwdp">
<metadataSection>
	<metadataObject ID="processing"><metadataWrap><xmlData><safe:processing name="GRD Post Processing" start="2014-10-03T20:16:00Z"><safe:facility country="Germany" name="Copernicus S1 Core Ground Segment - DPA" organisation="ESA" site="DLR-Oberpfaffenhofen"><safe:software name="Sentinel-1 IPF" version="002.34"/></safe:facility></safe:processing></xmlData></metadataWrap></metadataObject>
	<metadataObject ID="platform"><metadataWrap><xmlData><safe:platform><safe:nssdcIdentifier>2014-016A</safe:nssdcIdentifier><safe:familyName>SENTINEL-1</safe:familyName><safe:number>A</safe:number><safe:instrument><safe:familyName abbreviation="SAR">Synthetic Aperture Radar</safe:familyName><safe:extension><s1sarl1:instrumentMode><s1sarl1:mode>IW</s1sarl1:mode><s1sarl1:swath>IW</s1sarl1:swath></s1sarl1:instrumentMode></safe:extension></safe:instrument></safe:platform></xmlData></metadataWrap></metadataObject>
	<metadataObject ID="measurementOrbitReference"><metadataWrap><xmlData><safe:orbitReference><safe:orbitNumber type="start">2669</safe:orbitNumber><safe:orbitNumber type="stop">2669</safe:orbitNumber><safe:relativeOrbitNumber type="start">22</safe:relativeOrbitNumber><safe:cycleNumber>25</safe:cycleNumber><safe:extension><s1:orbitProperties><s1:pass>DESCENDING</s1:pass></s1:orbitProperties></safe:extension></safe:orbitReference></xmlData></metadataWrap></metadataObject>
	<metadataObject ID="generalProductInformation"><metadataWrap><xmlData><s1sarl1:standAloneProductInformation><s1sarl1:missionDataTakeID>12258</s1sarl1:missionDataTakeID><s1sarl1:transmitterReceiverPolarisation>VV</s1sarl1:transmitterReceiverPolarisation><s1sarl1:transmitterReceiverPolarisation>VH</s1sarl1:transmitterReceiverPolarisation><s1sarl1:productClass>S</s1sarl1:productClass><s1sarl1:productType>GRD</s1sarl1:productType></s1sarl1:standAloneProductInformation></xmlData></metadataWrap></metadataObject>
	<metadataObject ID="acquisitionPeriod"><metadataWrap><xmlData><safe:acquisitionPeriod><safe:startTime>2014-10-03T05:33:04.164001</safe:startTime><safe:stopTime>2014-10-03T05:33:29.163250</safe:stopTime></safe:acquisitionPeriod></xmlData></metadataWrap></metadataObject>
	<metadataObject ID="measurementFrameSet"><metadataWrap><xmlData><safe:frameSet><safe:frame><safe:footPrint srsName="http://www.opengis.net/gml/srs/epsg.xml#4326"><gml:coordinates>44.84,12.97 45.25,9.69 46.75,10.03
		46.34,13.40</gml:coordinates></safe:footPrint></safe:frame></safe:frameSet></xmlData></metadataWrap></metadataObject>
</metadataSection>
<dataObjectSection>
	<dataObject ID="productannotation" repID="s1Level1ProductSchema"><byteStream mimeType="text/xml" size="10"><fileLocation locatorType="URL" href="./annotation/s1a-iw-grd-vv-001.xml"/></byteStream></dataObject>
	<dataObject ID="measurementvv" repID="s1Level1MeasurementSchema"><byteStream mimeType="application/octet-stream" size="1"><fileLocation locatorType="URL" href="./measurement/s1a-iw-grd-vv-20141003t053304-001.tiff"/></byteStream></dataObject>
	<dataObject ID="measurementvh" repID="s1Level1MeasurementSchema"><byteStream mimeType="application/octet-stream" size="1"><fileLocation locatorType="URL" href="./measurement/s1a-iw-grd-vh-20141003t053304-002.tiff"/></byteStream></dataObject>
</dataObjectSection>
</xfdu:XFDU>`;

export const sentinel2Text = `<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<n1:Level-1C_User_Product xmlns:n1="https://psd-14.sentinel2.eo.esa.int/PSD/User_Product_Level-1C.xsd">
	<n1:General_Info><Product_Info>
		<PRODUCT_START_TIME>2020-08-04T10:10:31.024Z</PRODUCT_START_TIME><PRODUCT_STOP_TIME>2020-08-04T10:10:31.024Z</PRODUCT_STOP_TIME>
		<PRODUCT_URI>S2A_MSIL1C_20200804T101031_N0209_R022_T32TPS_20200804T121212.SAFE</PRODUCT_URI><PROCESSING_LEVEL>Level-1C</PROCESSING_LEVEL><PRODUCT_TYPE>S2MSI1C</PRODUCT_TYPE><PROCESSING_BASELINE>02.09</PROCESSING_BASELINE><GENERATION_TIME>2020-08-04T12:12:12.000000Z</GENERATION_TIME>
		<Datatake datatakeIdentifier="GS2A_20200804T101031_026732_N02.09"><SPACECRAFT_NAME>Sentinel-2A</SPACECRAFT_NAME><DATATAKE_TYPE>INS-NOBS</DATATAKE_TYPE><SENSING_ORBIT_NUMBER>22</SENSING_ORBIT_NUMBER><SENSING_ORBIT_DIRECTION>DESCENDING</SENSING_ORBIT_DIRECTION></Datatake>
		<Product_Organisation><Granule_List><Granule datastripIdentifier="D" granuleIdentifier="S2A_OPER_MSI_L1C_TL_EPAE_20200804T121212_A026732_T32TPS_N02.09" imageFormat="JPEG2000"><IMAGE_FILE>GRANULE/L1C_T32TPS_A026732_20200804T101031/IMG_DATA/T32TPS_20200804T101031_B01</IMAGE_FILE><IMAGE_FILE>GRANULE/L1C_T32TPS_A026732_20200804T101031/IMG_DATA/T32TPS_20200804T101031_B02</IMAGE_FILE><IMAGE_FILE>GRANULE/L1C_T32TPS_A026732_20200804T101031/IMG_DATA/T32TPS_20200804T101031_TCI</IMAGE_FILE></Granule></Granule_List></Product_Organisation>
	</Product_Info>
	<Product_Image_Characteristics><Special_Values><SPECIAL_VALUE_TEXT>NODATA</SPECIAL_VALUE_TEXT><SPECIAL_VALUE_INDEX>0</SPECIAL_VALUE_INDEX></Special_Values></Product_Image_Characteristics></n1:General_Info>
	<n1:Geometric_Info><Product_Footprint><Product_Footprint><Global_Footprint><EXT_POS_LIST>46.86 10.31 46.84 11.75 45.85 11.71 45.88 10.29 46.86 10.31 </EXT_POS_LIST></Global_Footprint></Product_Footprint></Product_Footprint></n1:Geometric_Info>
	<n1:Quality_Indicators_Info><Cloud_Coverage_Assessment>7.5258</Cloud_Coverage_Assessment></n1:Quality_Indicators_Info>
</n1:Level-1C_User_Product>`;

/** The core example of the STAC specification 1.1, with fields of its extensions. */
export const stacText = JSON.stringify({
	stac_version: "1.1.0",
	stac_extensions: [],
	type: "Feature",
	id: "20201211_223832_CS2",
	bbox: [172.91, 1.34, 172.95, 1.36],
	geometry: {
		type: "Polygon",
		coordinates: [
			[
				[172.91173669923782, 1.3438851951615003],
				[172.95469614953714, 1.3438851951615003],
				[172.95469614953714, 1.3690476620161975],
				[172.91173669923782, 1.3690476620161975],
				[172.91173669923782, 1.3438851951615003],
			],
		],
	},
	properties: {
		datetime: "2020-12-14T18:02:31.437000Z",
		start_datetime: "2020-12-14T18:02:31Z",
		end_datetime: "2020-12-14T18:02:32Z",
		created: "2020-12-15T01:48:13.725Z",
		platform: "cool_sat2",
		instruments: ["cool_sensor_v1", "b"],
		gsd: 0.512,
		"eo:cloud_cover": 1.2,
		"sat:orbit_state": "ascending",
		"sat:absolute_orbit": 4711,
		"sat:relative_orbit": 12,
		"view:sun_elevation": 54.9,
		"view:sun_azimuth": 135.7,
		"view:incidence_angle": 3.8,
		"proj:epsg": 32659,
	},
	links: [],
	assets: {},
});

export const planetText = JSON.stringify({
	_links: {},
	_permissions: [],
	geometry: {
		type: "Polygon",
		coordinates: [
			[
				[15, 47],
				[15.3, 47],
				[15.3, 47.2],
				[15, 47.2],
				[15, 47],
			],
		],
	},
	id: "20230508_155304_44_2480",
	properties: {
		acquired: "2023-05-08T15:53:04.441956Z",
		cloud_cover: 0.07,
		gsd: 3.9,
		instrument: "PSB.SD",
		item_type: "PSScene",
		provider: "planetscope",
		satellite_id: "2480",
		sun_azimuth: 131.5,
		sun_elevation: 58.9,
		updated: "2023-05-09T02:16:20Z",
		view_angle: 3.1,
	},
	type: "Feature",
});

export const espaText = `<?xml version="1.0" encoding="UTF-8"?>
<espa_metadata version="2.0" xmlns="http://espa.cr.usgs.gov/v2" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
	<global_metadata>
		<data_provider>USGS/EROS</data_provider><satellite>LANDSAT_8</satellite><instrument>OLI_TIRS</instrument>
		<acquisition_date>2018-11-02</acquisition_date><scene_center_time>17:23:57.201686Z</scene_center_time><level1_production_date>2018-11-15T22:26:23Z</level1_production_date>
		<solar_angles zenith="52.5" azimuth="160.2" units="degrees"/><wrs system="2" path="33" row="33"/>
		<product_id>LC08_L1TP_033033_20181102_20181115_01_T1</product_id>
		<bounding_coordinates><west>-106.2</west><east>-103.4</east><north>39.9</north><south>37.8</south></bounding_coordinates>
	</global_metadata>
	<bands/>
</espa_metadata>`;

export const pamText = `<PAMDataset>
	<SRS dataAxisToSRSAxisMapping="2,1">GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]</SRS>
	<GeoTransform>  1.0000000000000000e+01,  1.0000000000000001e-01,  0.0,  2.2000000000000000e+01,  0.0, -1.0000000000000001e-01</GeoTransform>
	<Metadata><MDI key="ACQUISITION_START_TIME">2006-08-16T09:09:29Z</MDI><MDI key="ACQUISITION_STOP_TIME">2006-08-16T09:12:46Z</MDI><MDI key="SATELLITE">ENVISAT</MDI></Metadata>
	<Metadata domain="IMAGE_STRUCTURE"><MDI key="INTERLEAVE">PIXEL</MDI></Metadata>
	<PAMRasterBand band="1"><Metadata><MDI key="STATISTICS_MAXIMUM">255</MDI></Metadata></PAMRasterBand>
</PAMDataset>`;

const secondItem = { ...JSON.parse(stacText), id: "other", assets: { red: { href: "./b/r%20ed.tif?token=1" } } };

export const stacCollectionText = JSON.stringify({
	type: "FeatureCollection",
	features: [{ ...JSON.parse(stacText), assets: { red: { href: "s3://archive/a/red.tif" } } }, secondItem],
});

/** ISO/TS 19115-3, version 2.0 of its schemas. */
export const iso3Text = `<mdb:MD_Metadata xmlns:mdb="http://standards.iso.org/iso/19115/-3/mdb/2.0" xmlns:mcc="http://standards.iso.org/iso/19115/-3/mcc/1.0" xmlns:mri="http://standards.iso.org/iso/19115/-3/mri/1.0" xmlns:gex="http://standards.iso.org/iso/19115/-3/gex/1.0" xmlns:cit="http://standards.iso.org/iso/19115/-3/cit/2.0" xmlns:gco="http://standards.iso.org/iso/19115/-3/gco/1.0" xmlns:gml="http://www.opengis.net/gml/3.2">
	<mdb:metadataIdentifier><mcc:MD_Identifier><mcc:code><gco:CharacterString>urn:eop:S2A_1</gco:CharacterString></mcc:code></mcc:MD_Identifier></mdb:metadataIdentifier>
	<mdb:dateInfo><cit:CI_Date><cit:date><gco:DateTime>2013-01-22T00:00:00</gco:DateTime></cit:date></cit:CI_Date></mdb:dateInfo>
	<mdb:identificationInfo><mri:MD_DataIdentification><mri:extent><gex:EX_Extent>
		<gex:geographicElement><gex:EX_GeographicBoundingBox>
			<gex:westBoundLongitude><gco:Decimal>3.93</gco:Decimal></gex:westBoundLongitude><gex:eastBoundLongitude><gco:Decimal>7.57</gco:Decimal></gex:eastBoundLongitude>
			<gex:southBoundLatitude><gco:Decimal>52.10</gco:Decimal></gex:southBoundLatitude><gex:northBoundLatitude><gco:Decimal>54.10</gco:Decimal></gex:northBoundLatitude>
		</gex:EX_GeographicBoundingBox></gex:geographicElement>
		<gex:temporalElement><gex:EX_TemporalExtent><gex:extent><gml:TimePeriod gml:id="t"><gml:beginPosition>1977-03-10T11:45:30</gml:beginPosition><gml:endPosition>2005-01-15T09:10:00</gml:endPosition></gml:TimePeriod></gex:extent></gex:EX_TemporalExtent></gex:temporalElement>
	</gex:EX_Extent></mri:extent></mri:MD_DataIdentification></mdb:identificationInfo>
</mdb:MD_Metadata>`;

export const ecsText = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE GranuleMetaDataFile SYSTEM "http://ecsinfo.gsfc.nasa.gov/ECSInfo/ecsmetadata/dtds/DPL/ECS/ScienceGranuleMetadata.dtd">
<GranuleMetaDataFile><DTDVersion>1.0</DTDVersion><GranuleURMetaData><GranuleUR>SC:MOD11A1.061:2001</GranuleUR><InsertTime>2022-03-04 10:00:00.000</InsertTime>
	<CollectionMetaData><ShortName>MOD11A1</ShortName><VersionID>61</VersionID></CollectionMetaData>
	<ECSDataGranule><DayNightFlag>Both</DayNightFlag><LocalGranuleID>MOD11A1.A2017001.h18v04.061.2021243210515.hdf</LocalGranuleID><ProductionDateTime>2021-08-31 21:05:15.000</ProductionDateTime></ECSDataGranule>
	<RangeDateTime><RangeEndingTime>23:59:59</RangeEndingTime><RangeEndingDate>2017-01-01</RangeEndingDate><RangeBeginningTime>00:00:00.0</RangeBeginningTime><RangeBeginningDate>2017-01-01</RangeBeginningDate></RangeDateTime>
	<SpatialDomainContainer><HorizontalSpatialDomainContainer><GPolygon><Boundary>
		<Point><PointLongitude>-0.0166</PointLongitude><PointLatitude>39.9987</PointLatitude></Point><Point><PointLongitude>-0.0194</PointLongitude><PointLatitude>49.9957</PointLatitude></Point>
		<Point><PointLongitude>15.5546</PointLongitude><PointLatitude>49.9957</PointLatitude></Point><Point><PointLongitude>13.0539</PointLongitude><PointLatitude>39.9987</PointLatitude></Point>
	</Boundary></GPolygon></HorizontalSpatialDomainContainer></SpatialDomainContainer>
	<Platform><PlatformShortName>Terra</PlatformShortName><Instrument><InstrumentShortName>MODIS</InstrumentShortName></Instrument></Platform>
</GranuleURMetaData></GranuleMetaDataFile>`;

export const tileInfoText = JSON.stringify({
	path: "tiles/32/T/PS/2020/8/4/0",
	timestamp: "2020-08-04T10:20:15.123Z",
	utmZone: 32,
	latitudeBand: "T",
	gridSquare: "PS",
	datastrip: { id: "S2A_OPER_MSI_L1C_DS", path: "products/2020" },
	tileDataGeometry: {
		type: "Polygon",
		crs: { type: "name", properties: { name: "urn:ogc:def:crs:EPSG:8.8.1:32632" } },
		coordinates: [
			[
				[600000, 5200020],
				[709800, 5200020],
				[709800, 5090220],
				[600000, 5090220],
				[600000, 5200020],
			],
		],
	},
	cloudyPixelPercentage: 12.5,
	productName: "S2A_MSIL1C_20200804T101031_N0209_R022_T32TPS_20200804T121212",
});
