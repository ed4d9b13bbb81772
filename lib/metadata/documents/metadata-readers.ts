import type { MetadataReader } from "#lib/metadata/metadata.ts";
import { alosSummary } from "./alos-summary.ts";
import { dimap } from "./dimap.ts";
import { ecs } from "./ecs.ts";
import { eoOm, gscReport } from "./eo-om.ts";
import { eoxserverNative } from "./eoxserver-native.ts";
import { espa } from "./espa.ts";
import { gdalPam } from "./gdal-pam.ts";
import { iso19139 } from "./iso19139.ts";
import { landsatMtlJson, landsatMtlText, landsatMtlXml } from "./landsat-mtl.ts";
import { maxarImd, maxarXml } from "./maxar-isd.ts";
import { planetItem } from "./planet-item.ts";
import { planetObservation } from "./planet-observation.ts";
import { radarsat2 } from "./radarsat2.ts";
import { safeManifest } from "./safe-manifest.ts";
import { sentinel2 } from "./sentinel2.ts";
import { sentinel2TileInfo } from "./sentinel2-tile-info.ts";
import { stacCollection } from "./stac-collection.ts";
import { stacItem } from "./stac-item.ts";
import { terraSarX } from "./terrasar-x.ts";

/** Every format of metadata files. */
export const metadataReaders: readonly MetadataReader[] = [
	eoOm,
	eoxserverNative,
	gscReport,
	dimap,
	iso19139,
	landsatMtlText,
	landsatMtlJson,
	landsatMtlXml,
	safeManifest,
	sentinel2,
	sentinel2TileInfo,
	stacItem,
	stacCollection,
	planetItem,
	espa,
	ecs,
	maxarXml,
	maxarImd,
	terraSarX,
	radarsat2,
	alosSummary,
	planetObservation,
	gdalPam,
];
