import type { DemoFile } from "./demo-file.ts";
import { writeGeoTiff } from "./geotiff-writer.ts";
import { merisScenes, merisXml } from "./meris-scenes.ts";
import { shiftedTile } from "./mosaic-tiles.ts";
import { rangeTypeConf, sentinelScenes } from "./sentinel-scenes.ts";

/** One file of each kind that cannot become a dataset, named after what is wrong with it. */
export function troubles(): readonly DemoFile[] {
	const scene = sentinelScenes()[0]?.files[0];
	const duplicate = merisScenes()[0];
	const facts = { begin: "2010-01-01T10:00:00Z", end: "2010-01-01T10:03:17Z", footprint: null, seed: 3 };
	const withXml = (name: string, xml: string): readonly DemoFile[] => [
		{ path: `meris/incoming/${name}.tif`, content: smallTiff },
		{ path: `meris/incoming/${name}.xml`, content: () => xml },
	];
	return [
		{ path: "sentinel2/incoming/__default__.conf", content: () => rangeTypeConf },
		{ path: "sentinel2/incoming/cut_off.tif", content: () => truncated(scene?.content() ?? "") },
		{
			path: "sentinel2/incoming/no_crs.tif",
			content: () => writeGeoTiff({ size: [16, 16], bands: 3, dateTime: "2024:06:12 10:00:00" }),
		},
		{ path: "meris/incoming/no_time.tif", content: smallTiff },
		...withXml("invalid_eo_id", merisXml({ id: "2010:MER FRS", ...facts })),
		...withXml("duplicate_eo_id", merisXml({ id: duplicate?.id ?? "", ...facts })),
		...withXml(
			"doctype",
			merisXml({ id: "doctype", ...facts }).replace("?>\n", '?>\n<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>\n'),
		),
		...withXml("unreadable_xml", merisXml({ id: "unreadable_xml", ...facts }).slice(0, 900)),
		shiftedTile(),
	];
}

/** A file whose copy broke off. */
export function truncated(content: Uint8Array | string): Uint8Array {
	return Buffer.from(content).subarray(0, Math.floor(content.length * 0.6));
}

function smallTiff(): Uint8Array {
	return writeGeoTiff({
		size: [16, 16],
		bands: 3,
		crs: 4326,
		georeference: { origin: [14, 49], pixelSize: [0.1, 0.1] },
	});
}
