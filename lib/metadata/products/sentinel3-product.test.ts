import { expect, test } from "vitest";
import { readHead } from "#lib/metadata/head-source.ts";
import type { ByteSource } from "#lib/metadata/metadata.ts";
import { rasterReaderOf } from "#lib/metadata/raster-readers.ts";
import { expectDamageIsRejected, fileWith } from "#lib/metadata/testing/files.ts";
import {
	sentinel3File as file,
	sentinel3Name as name,
	olciProduct as olci,
	sentinel3Place as place,
	sentinel3Product as product,
	sentinel3Samples as samples,
} from "#lib/metadata/testing/sentinel3.ts";
import { writeZip } from "#lib/metadata/testing/zip.ts";

const { signal } = new AbortController();
async function read(source: ByteSource) {
	const { head, source: whole } = await readHead(source, { signal });
	const reader = await rasterReaderOf(head, whole, { signal });
	return { format: reader.format, ...(await reader.read(whole, { timeZone: "UTC", signal })) };
}

const inFolder = ({ manifest, members }: ReturnType<typeof product>) =>
	read(fileWith(manifest, "xfdumanifest.xml", members));

test("OLCI: placed by another file, a band for each measurement, times and footprint of the manifest", async () => {
	const { format, raster, metadata } = await inFolder(olci);
	expect(format).toBe("Sentinel-3");
	expect(raster).toMatchObject({ kind: "referenceable", crs: "EPSG:4326", size: [12, 8] });
	// One numbered file is read, the others are like it.
	expect(raster.bands).toEqual(
		["Oa01_radiance", "Oa02_radiance"].map((band) => ({ name: band, dataType: "Int16", nodata: -1 })),
	);
	expect(metadata).toMatchObject({
		eoId: name,
		begin: "2023-06-15T10:30:45.123Z",
		footprint: { type: "MultiPolygon" },
	});
});

test("SLSTR: the finest grid", async () => {
	const slstr = product({
		"*S1_radiance_an.nc": file({ S1_radiance_an: samples, S1_exception_an: { ...samples, type: "byte" } }),
		"*S7_BT_in.nc": file({ S7_BT_in: samples }, [6, 4]),
		"geodetic_in.nc": file({}, [6, 4]),
		"geodetic_an.nc": file(place("_an")),
	});
	const { raster } = await inFolder(slstr);
	expect(raster.size).toEqual([12, 8]);
	expect(raster.bands.map((band) => band.name)).toEqual(["S1_radiance_an", "S1_exception_an"]);
});

test("files that say themselves where they lie", async () => {
	const vgt = product({ "*B0.nc": file({ ...place(), B0: samples }), "*B2.nc": file({ ...place(), B2: samples }) });
	expect((await inFolder(vgt)).raster.bands.map((band) => band.name)).toEqual(expect.arrayContaining(["B0", "B2"]));
});

test("in a ZIP archive", async () => {
	const files = Object.entries({ "xfdumanifest.xml": olci.manifest, ...olci.members });
	const zip = writeZip(Object.fromEntries(files.map(([path, bytes]) => [`${name}.SEN3/${path}`, bytes])));
	expect((await read(fileWith(zip, "p.zip"))).metadata.eoId).toBe(name);
});

test("a band that is missing or cut off is named", async () => {
	const { "Oa02_radiance.nc": band = new Uint8Array(), ...members } = olci.members;
	await expect(inFolder({ ...olci, members })).rejects.toThrow(
		"the product is not complete: Oa02_radiance.nc is missing",
	);
	const cut = { ...members, "Oa02_radiance.nc": band.subarray(1) };
	await expect(inFolder({ ...olci, members: cut })).rejects.toThrow(
		/Oa02_radiance.nc has \d+ bytes where the manifest says/,
	);
});

test("damaged manifests", async () => {
	const manifest = Buffer.concat([olci.manifest, Buffer.from(`<!--${" ".repeat(8000)}-->`)]);
	await expectDamageIsRejected([manifest], {
		read: async (source) => {
			const members = fileWith(new Uint8Array(), "xfdumanifest.xml", olci.members);
			return read(Object.assign(source, { sibling: members.sibling }));
		},
		maxBytes: 256 * 1024,
		name: "xfdumanifest.xml",
	});
}, 60_000);
