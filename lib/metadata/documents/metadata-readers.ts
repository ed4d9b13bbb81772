import type { MetadataReader } from "#lib/metadata/metadata.ts";
import { dimap } from "./dimap.ts";
import { ecs } from "./ecs.ts";
import { eoOm, gscReport } from "./eo-om.ts";
import { eoxserverNative } from "./eoxserver-native.ts";
import { espa } from "./espa.ts";
import { gdalPam } from "./gdal-pam.ts";
import { iso19139 } from "./iso19139.ts";
import { landsatMtlJson, landsatMtlText, landsatMtlXml } from "./landsat-mtl.ts";
import { planetItem } from "./planet-item.ts";
import { safeManifest } from "./safe-manifest.ts";
import { sentinel2 } from "./sentinel2.ts";
import { stacCollection } from "./stac-collection.ts";
import { stacItem } from "./stac-item.ts";

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
	stacItem,
	stacCollection,
	planetItem,
	espa,
	ecs,
	gdalPam,
];
