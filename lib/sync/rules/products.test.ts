import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { dimap2Files, landsatFiles, type ProductFiles, sentinel1Files } from "#lib/metadata/testing/products.ts";
import { olciProduct, sentinel3Name } from "#lib/metadata/testing/sentinel3.ts";
import { asFiles, chunks2, consolidated, version2 } from "#lib/metadata/testing/zarr.ts";
import { writeZip } from "#lib/metadata/testing/zip.ts";
import { type Bench, emptyBench, makeBench } from "#lib/sync/testing/testing.ts";

let bench: Bench;

beforeAll(async () => {
	bench = await makeBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => emptyBench(bench));

const write = async (folder: string, files: ProductFiles) => {
	for (const [path, bytes] of Object.entries(files)) await bench.archive.write(`${folder}/${path}`, bytes);
};
const members = async () => {
	const rows = await bench.database.sql<{ files: readonly { name: string; role: string }[] }[]>`
		select v.files from datasets d join dataset_versions v on v.id = d.version_id where d.archived_at is null`;
	return rows.flatMap(({ files }) => files.filter(({ role }) => role === "member").map(({ name }) => name));
};

const safe = "in/S1A_IW_GRDH_1SDV_20141003T053304_1234.SAFE";
const vv = "measurement/s1a-iw-grd-vv-20141003t053304-001.tiff";
const vh = "measurement/s1a-iw-grd-vh-20141003t053304-002.tiff";
const radar = sentinel1Files[vv] ?? new Uint8Array();
/** The same length, other pixels. */
const repainted = Uint8Array.from(radar, (byte, i) => (i === radar.length - 1 ? 1 - byte : byte));

test("a .SEN3 folder is one dataset, rejected while a band is missing", async () => {
	const folder = `in/${sentinel3Name}.SEN3`;
	const { "Oa02_radiance.nc": band = new Uint8Array(), ...others } = olciProduct.members;
	await write(folder, { "xfdumanifest.xml": olciProduct.manifest, ...others });
	await bench.container("S3", [{ include: ["xfdumanifest.xml", "*.nc"] }]);
	expect((await bench.run("S3")).summary).toEqual([`rejected ${folder}/xfdumanifest.xml`]);
	await write(folder, { "Oa02_radiance.nc": band });
	expect((await bench.run("S3")).summary).toEqual([`added ${folder}/xfdumanifest.xml`]);
	expect(await bench.registered()).toEqual([`${folder}/xfdumanifest.xml: ${sentinel3Name} in S3`]);
	expect(await members()).toHaveLength(5);
});

describe("a SAFE folder", () => {
	beforeEach(async () => {
		await write(safe, sentinel1Files);
		await bench.container("S", [{ include: ["manifest.safe", "*.tiff", "*.tif"] }]);
		const { summary } = await bench.run("S");
		expect(summary).toEqual([`added ${safe}/manifest.safe`]);
	});

	test("is one dataset with all its files, none of which is another one", async () => {
		expect(await bench.registered()).toEqual([`${safe}/manifest.safe: S1A_IW_GRDH_1SDV_20141003T053304_1234 in S`]);
		expect(await members()).toEqual(["annotation/s1a-iw-grd-vv-001.xml", vh, vv]);
	});

	test("that does not change is not looked at again", async () => {
		const { summary, view } = await bench.run("S");
		expect(summary).toEqual([]);
		expect(view.progress?.files ?? 0).toBe(0);
	});

	test("a member of a sub-folder that changes makes it updated, and is named", async () => {
		await bench.archive.write(`${safe}/${vv}`, repainted);
		const { summary, changes } = await bench.run("S");
		expect(summary).toEqual([`updated ${safe}/manifest.safe`]);
		expect(changes[0]?.fields).toEqual({
			members: {
				before: [expect.stringMatching(`^${vv}, ${radar.length} bytes, `)],
				after: [expect.stringMatching(`^${vv}`)],
			},
		});
	});

	test("a member more", async () => {
		await bench.archive.write(`${safe}/preview/map-overlay.kml`, "<kml/>");
		const { changes } = await bench.run("S");
		expect(changes[0]?.fields).toEqual({
			members: { before: [], after: [expect.stringMatching(/^preview\/map-overlay\.kml, 6 bytes/)] },
		});
		expect(await members()).toHaveLength(4);
	});

	test("a member that is missing: the dataset stays as it was, and is rejected until it comes back", async () => {
		await bench.archive.remove(`${safe}/${vh}`);
		const { summary, changes } = await bench.run("S");
		expect(summary).toEqual([`rejected ${safe}/manifest.safe`]);
		expect(changes[0]?.reason).toMatch(/not complete: .*-vh-.* is missing/);
		expect((await bench.run("S")).summary).toEqual([]);
		await bench.archive.write(`${safe}/${vh}`, radar);
		expect((await bench.run("S")).summary).toEqual([`updated ${safe}/manifest.safe`]);
	});

	test("without its manifest it is removed, and what is left of it is no dataset", async () => {
		await bench.archive.remove(`${safe}/manifest.safe`);
		const { summary } = await bench.run("S");
		expect(summary).toEqual([`removed ${safe}/manifest.safe`]);
	});
});

describe("a Landsat scene", () => {
	const scene = "LC08_L1TP_224064_20200518_20200820_02_T1";

	beforeEach(async () => {
		await write("in", landsatFiles);
		await bench.archive.scene("in/other.tif");
		await bench.container("S", [{ include: ["*_MTL.txt", "*.TIF", "*.tif"] }]);
		expect((await bench.run("S")).summary).toEqual([`added in/${scene}_MTL.txt`, "added in/other.tif"]);
	});

	test("has the files of its name, and no others of the folder", async () => {
		expect(await members()).toEqual(["B1", "B2", "B8"].map((band) => `${scene}_${band}.TIF`));
	});

	test("a band that changes makes it updated, another file does not", async () => {
		await bench.archive.scene("in/other.tif", { begin: "2001-01-01T00:00:00Z" });
		expect((await bench.run("S")).summary).toEqual(["updated in/other.tif"]);
		const band = landsatFiles[`${scene}_B2.TIF`] ?? new Uint8Array();
		await bench.archive.write(`in/${scene}_B2.TIF`, Uint8Array.from([...band, 0]));
		const { summary, changes } = await bench.run("S");
		expect(summary).toEqual([`updated in/${scene}_MTL.txt`]);
		expect(Object.keys(changes[0]?.fields ?? {})).toEqual(["members"]);
	});

	test("removed and back again it is restored unread, with its members", async () => {
		const restored = async () =>
			(await bench.run("S", { approve: "test" } as object)).changes.map(({ reason }) => reason);
		await bench.archive.rename(`in/${scene}_MTL.txt`, `in/${scene}_MTL.old`);
		await bench.run("S");
		await bench.archive.rename(`in/${scene}_MTL.old`, `in/${scene}_MTL.txt`);
		expect(await restored()).toContain("came back unchanged");
	});
});

test("an image that only the manifest names belongs to it too, once it was read", async () => {
	const { "DIM_PHR1A_MS_001.XML": manifest, "IMG_PHR1A_MS_001_R1C1.TIF": image } = dimap2Files;
	const text = new TextDecoder().decode(manifest).replace("IMG_PHR1A_MS_001_R1C1.TIF", "picture.tif");
	await bench.archive.write("in/DIM_1.XML", text);
	await bench.archive.write("in/picture.tif", image ?? "");
	await bench.container("S", [{ include: ["DIM_*.XML"] }]);
	expect((await bench.run("S")).summary).toEqual(["added in/DIM_1.XML"]);
	expect(await members()).toEqual(["picture.tif"]);
	await bench.archive.write("in/unrelated.txt", "");
	expect((await bench.run("S")).summary).toEqual([]);
	await bench.archive.touch("in/picture.tif");
	expect((await bench.run("S")).summary).toEqual(["updated in/DIM_1.XML"]);
	await bench.archive.remove("in/picture.tif");
	expect((await bench.run("S")).summary).toEqual(["rejected in/DIM_1.XML"]);
});

test("a product in a ZIP archive is a dataset of one file", async () => {
	const packed = Object.fromEntries(
		Object.entries(sentinel1Files).map(([path, bytes]) => [`S1A_X.SAFE/${path}`, bytes]),
	);
	await bench.archive.write("in/whatever.zip", writeZip(packed));
	await bench.container("S", [{ include: ["*.zip"] }]);
	await bench.run("S");
	expect(await bench.registered()).toEqual(["in/whatever.zip: S1A_X in S"]);
	expect(await members()).toEqual([]);
});

describe("a Zarr store", () => {
	const store = "in/sst.zarr";
	const writeStore = async (files: Readonly<Record<string, string | Uint8Array>>) => {
		for (const [path, content] of Object.entries(files)) await bench.archive.write(`${store}/${path}`, content);
	};

	test("is one dataset, of which no chunk is listed, until its metadata changes or is gone", async () => {
		await writeStore(consolidated(version2));
		// Were the folders of chunks listed, these would be datasets or rejected.
		await writeStore({ "sst/0.0.0": "x", "sst/other.zarr/.zmetadata": "x" });
		await bench.container("Z", [{ include: ["*.zarr"] }]);
		expect((await bench.run("Z")).summary).toEqual([`added ${store}/.zmetadata`]);
		expect(await bench.registered()).toEqual([`${store}/.zmetadata: sst in Z`]);
		const { summary, view } = await bench.run("Z");
		expect(summary).toEqual([]);
		expect(view.progress?.files ?? 0).toBe(0);
		const later = { ...version2, "time/.zattrs": { _ARRAY_DIMENSIONS: ["time"], units: "hours since 2007-01-01" } };
		await writeStore(consolidated(later));
		const { changes } = await bench.run("Z");
		expect(changes[0]?.fields).toMatchObject({ begin: { after: "2007-01-01T00:00:00Z" } });
		await bench.archive.remove(store);
		expect((await bench.run("Z")).summary).toEqual([`removed ${store}/.zmetadata`]);
	});

	test("that is not consolidated is updated when the metadata of an array is", async () => {
		await writeStore({ ...chunks2, ...asFiles(version2) });
		await bench.container("Z", [{ include: ["**/*.zarr"] }]);
		expect((await bench.run("Z")).summary).toEqual([`added ${store}/.zgroup`]);
		expect((await bench.run("Z")).summary).toEqual([]);
		const sst = { ...version2["sst/.zarray"], fill_value: -1 };
		await writeStore({ "sst/.zarray": JSON.stringify(sst) });
		expect((await bench.run("Z")).summary).toEqual([`updated ${store}/.zgroup`]);
		expect((await bench.run("Z")).summary).toEqual([]);
	});
});
