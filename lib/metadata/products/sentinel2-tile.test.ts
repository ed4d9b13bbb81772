import { expect, test } from "vitest";
import { readHead } from "#lib/metadata/head-source.ts";
import type { ByteSource } from "#lib/metadata/metadata.ts";
import { rasterReaderOf } from "#lib/metadata/raster-readers.ts";
import { expectDamageIsRejected, fileWith } from "#lib/metadata/testing/files.ts";

const { signal } = new AbortController();

async function read(file: ByteSource) {
	const { head, source } = await readHead(file, { signal });
	return (await rasterReaderOf(head, source, { signal })).read(source, { timeZone: "Europe/Vienna", signal });
}

const text = (level: "1C" | "2A") => `<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<n1:Level-${level}_Tile_ID xmlns:n1="https://psd-14.sentinel2.eo.esa.int/PSD/S2_PDI_Level-${level}_Tile_Metadata.xsd"><n1:General_Info>
<TILE_ID metadataLevel="Brief">S2A_OPER_MSI_L${level}_TL_EPAE_20200804T121212_A026732_T32TPS_N02.09</TILE_ID><SENSING_TIME metadataLevel="Standard">2020-08-04T10:18:03.531Z</SENSING_TIME></n1:General_Info>
<n1:Geometric_Info><Tile_Geocoding metadataLevel="Brief"><HORIZONTAL_CS_NAME>WGS84 / UTM zone 32N</HORIZONTAL_CS_NAME><HORIZONTAL_CS_CODE>EPSG:32632</HORIZONTAL_CS_CODE>
<Size resolution="10"><NROWS>10980</NROWS><NCOLS>10980</NCOLS></Size><Size resolution="20"><NROWS>5490</NROWS><NCOLS>5490</NCOLS></Size>
<Geoposition resolution="10"><ULX>600000</ULX><ULY>5200020</ULY><XDIM>10</XDIM><YDIM>-10</YDIM></Geoposition></Tile_Geocoding></n1:Geometric_Info>
<n1:Quality_Indicators_Info><Image_Content_QI><CLOUDY_PIXEL_PERCENTAGE>7.5</CLOUDY_PIXEL_PERCENTAGE></Image_Content_QI></n1:Quality_Indicators_Info></n1:Level-${level}_Tile_ID>`;

const bands = ["B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B10", "B11", "B12"];
const images = Object.fromEntries(bands.map((name) => [`${name}.jp2`, "jp2"]));
const tile = (content: string, files: Readonly<Record<string, string>>) =>
	fileWith(new TextEncoder().encode(content), "metadata.xml", files);

test("Level 1C: its grid, its bands, its time", async () => {
	const { raster, metadata } = await read(tile(text("1C"), images));
	expect(raster).toMatchObject({
		kind: "rectified",
		size: [10980, 10980],
		crs: "EPSG:32632",
		extent: [600000, 5090220, 709800, 5200020],
	});
	expect(raster.bands.map(({ name }) => name)).toEqual([...bands].sort());
	expect(metadata).toMatchObject({
		eoId: "S2A_OPER_MSI_L1C_TL_EPAE_20200804T121212_A026732_T32TPS_N02.09",
		begin: "2020-08-04T10:18:03.531Z",
		properties: { cloudCover: 7.5 },
	});
});

test("Level 2A: each band from its finest folder", async () => {
	const finest = {
		R10m: ["B02", "B03", "B04", "B08", "AOT", "WVP"],
		R20m: ["B05", "B06", "B07", "B8A", "B11", "B12", "SCL"],
		R60m: ["B01", "B09"],
	};
	const files = Object.entries(finest).flatMap(([folder, names]) =>
		names.map((name) => [`${folder}/${name}.jp2`, "jp2"]),
	);
	const { raster } = await read(tile(text("2A"), Object.fromEntries(files)));
	expect(raster.bands).toHaveLength(15);
	expect(raster.bands.find(({ name }) => name === "SCL")?.dataType).toBe("Byte");
	await expect(read(tile(text("2A"), images))).rejects.toThrow(/R10m\/B02\.jp2 is missing/);
});

test("a band that is missing is named", async () => {
	const { "B11.jp2": _, ...others } = images;
	await expect(read(tile(text("1C"), others))).rejects.toThrow(/not complete: B11\.jp2 is missing/);
});

test("damaged metadata are read or rejected", async () => {
	const long = text("1C").replace("<n1:General_Info>", `<!-- ${"x".repeat(20_000)} --><n1:General_Info>`);
	await expectDamageIsRejected([new TextEncoder().encode(long)], {
		read,
		maxBytes: 256 * 1024,
		name: "metadata.xml",
		siblings: images,
	});
});
