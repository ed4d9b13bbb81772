import { expect, test } from "vitest";
import { readHead } from "#lib/metadata/head-source.ts";
import type { ByteSource } from "#lib/metadata/metadata.ts";
import { rasterReaderOf } from "#lib/metadata/raster-readers.ts";
import { expectDamageIsRejected, fileWith, sparseFile } from "#lib/metadata/testing/files.ts";
import { dimap2Files, landsatFiles, type ProductFiles, sentinel2Files } from "#lib/metadata/testing/products.ts";
import { writeZip, type ZipOptions } from "#lib/metadata/testing/zip.ts";
import { readZipDirectory, zipLimits } from "./zip-directory.ts";
import { maxInflated, zipMember } from "./zip-member.ts";

const { signal } = new AbortController();

async function read(file: ByteSource) {
	const { head, source } = await readHead(file, { signal });
	return (await rasterReaderOf(head, source, { signal })).read(source, { timeZone: "UTC", signal });
}
const zip = (files: ProductFiles, options: ZipOptions = {}) => fileWith(writeZip(files, options), "p.zip");

test.each<[string, ZipOptions]>([
	["deflated", {}],
	["stored", { method: "stored" }],
	["zip64", { zip64: true }],
	["with a comment", { comment: "Delivered on 2006-08-16" }],
])("%s", async (_, options) => {
	expect((await read(zip(landsatFiles, options))).raster.size).toEqual([60, 40]);
});

test("a product in an archive of 5 GB: a few kilobytes are read", async () => {
	const small = writeZip(landsatFiles, { method: "stored", zip64: true });
	const view = new DataView(small.buffer);
	const huge = 5 * 1024 ** 3;
	// The same archive at the end of 5 GB: what it says of offsets moves with it.
	const shift = huge - small.length;
	for (let at = 0; at + 4 <= small.length; at++) {
		const signature = view.getUint32(at, true);
		const move = (field: number) =>
			view.setBigUint64(at + field, view.getBigUint64(at + field, true) + BigInt(shift), true);
		if (signature === 0x02014b50) move(46 + view.getUint16(at + 28, true) + 20);
		if (signature === 0x06064b50) move(48);
		if (signature === 0x07064b50) move(8);
	}
	const source = sparseFile(huge, { 0: small.slice(0, 4), [shift]: small }, "scene.zip");
	expect((await read(source)).raster.crs).toBe("EPSG:32632");
	expect(source.bytesRead).toBeLessThan(256 * 1024);
	expect(source.reads).toBeLessThan(12);
});

const one = { "a_MTL.txt": new Uint8Array(1000) };

/** The archive with another 16-bit number at that place of its end record. */
function withEnd(archive: Uint8Array, at: number, value: number): Uint8Array {
	new DataView(archive.buffer).setUint16(archive.length - 22 + at, value, true);
	return archive;
}

test.each<[string, Uint8Array, RegExp]>([
	[
		"no product",
		writeZip({ "readme.txt": new Uint8Array(3) }),
		/no reader for this ZIP archive: it has no manifest of/,
	],
	[
		"two products",
		writeZip({ "a/DIM_1.XML": new Uint8Array(3), "b/DIM_2.XML": new Uint8Array(3) }),
		/holds 2 products/,
	],
	["another manifest", writeZip(one), /no reader for its manifest a_MTL\.txt/],
	["a name that leads out", writeZip({ "../a_MTL.txt": new Uint8Array(3) }), /leads out of it/],
	["an absolute name", writeZip({ "/a_MTL.txt": new Uint8Array(3) }), /leads out of it/],
	["a name of Windows", writeZip({ "C:\\a_MTL.txt": new Uint8Array(3) }), /leads out of it/],
	["cut off", writeZip(landsatFiles).slice(0, -30), /signature not found.*file is truncated/],
	["its beginning cut off", writeZip(landsatFiles).slice(0, 4), /signature not found/],
	[
		"a comment that looks like an end, of which another program may see another archive",
		writeZip(landsatFiles, { comment: "PK\u0005\u0006 and more than 22 bytes of text" }),
		/Invalid comment length/,
	],
	["one of several volumes", withEnd(writeZip(one), 4, 1), /multi-disk/],
	["a directory beyond its end", withEnd(writeZip(one), 16, 5000), /Cut off/],
	["fewer files than its end says", withEnd(writeZip(one), 10, 2), /Cut off/],
	["encrypted", writeZip(one, { changeEntry: (view) => view.setUint16(8, 1, true) }), /encrypted/],
	["another method", writeZip(one, { changeEntry: (view) => view.setUint16(10, 93, true) }), /method 93/],
	[
		"members beyond the directory",
		writeZip(one, { changeEntry: (view) => view.setUint32(42, 5000, true) }),
		/not where its directory says/,
	],
	[
		"a member that is not there",
		writeZip(one, { changeEntry: (view) => view.setUint32(42, 1, true) }),
		/not where its directory says/,
	],
	[
		"a size that is too large",
		writeZip(one, { changeEntry: (view) => view.setUint32(24, 1001, true) }),
		/ends after 1000 of 1001/,
	],
	[
		"a manifest of 3 GB",
		writeZip(one, { changeEntry: (view) => view.setUint32(24, 3e9, true) }),
		/has 3000000000 bytes/,
	],
	[
		"sizes that differ",
		writeZip(one, { method: "stored", changeEntry: (view) => view.setUint32(24, 7, true) }),
		/size mismatch for stored file: 1000 != 7/,
	],
	[
		"a zip64 field without the size",
		writeZip(one, { zip64: true, changeEntry: (view) => view.setUint16(30, 0, true) }),
		/has 4294967295 bytes/,
	],
	[
		"two files of one name",
		writeZip({ "a_MTL.txt": new Uint8Array(3), "./a_MTL.txt": new Uint8Array(3) }),
		/two files/,
	],
])("%s: rejected", async (_, bytes, message) => {
	await expect(read(fileWith(bytes, "p.zip"))).rejects.toMatchObject({
		name: "RejectedError",
		message: expect.stringMatching(message),
	});
});

test("more files than any product has are refused before they are looked at", async () => {
	const bytes = writeZip(one);
	new DataView(bytes.buffer).setUint16(bytes.length - 12, zipLimits.entries + 1, true);
	await expect(readZipDirectory(fileWith(bytes, "p.zip"), signal)).rejects.toThrow(/20001 files, more than/);
});

test("of a directory of 20 MB no more than the limit is read", async () => {
	const names = Array.from({ length: 10_000 }, (_, index) => [`${index}${"n".repeat(2000)}`, new Uint8Array()]);
	const archive = fileWith(writeZip(Object.fromEntries(names)), "p.zip");
	await expect(readZipDirectory(archive, signal)).rejects.toThrow(/spread over more than 8388608 bytes/);
	expect(archive.bytesRead).toBeLessThanOrEqual(zipLimits.directoryBytes);
});

test("a storage that fails is not taken for an archive that is not sound", async () => {
	const failure = new Error("connection reset");
	const broken = { name: "p.zip", size: 1000, read: () => Promise.reject(failure) };
	await expect(readZipDirectory(broken, signal)).rejects.toBe(failure);
});

test("a bomb is inflated as far as it is asked for, and never beyond the limit", async () => {
	const bomb = fileWith(writeZip({ "a.tif": new Uint8Array(maxInflated + 1000) }), "p.zip");
	const entry = (await readZipDirectory(bomb, signal)).get("a.tif");
	if (!entry) throw new Error("no entry");
	const member = zipMember(bomb, entry);
	expect(await member.read(10, 20, { signal })).toEqual(new Uint8Array(20));
	await expect(member.read(maxInflated, 10, { signal })).rejects.toThrow(/inflated beyond/);
	expect(await member.read(member.size, 10, { signal })).toHaveLength(0);
});

test("a manifest that names files outside its folder", async () => {
	const text = new TextDecoder().decode(dimap2Files["DIM_PHR1A_MS_001.XML"]).replace("IMG_PHR1A", "../../IMG_PHR1A");
	await expect(read(zip({ "x/DIM_1.XML": new TextEncoder().encode(text) }))).rejects.toThrow(/outside its folder/);
});

test("damaged archives and manifests are read or rejected, nothing else", async () => {
	const archives = [landsatFiles, dimap2Files, sentinel2Files].flatMap((files) => [
		writeZip(files, { method: "stored" }),
		writeZip(files),
	]);
	await expectDamageIsRejected(archives, {
		read,
		maxBytes: 2 * 1024 * 1024,
		name: "p.zip",
	});
}, 120_000);

test("folders separated by backslashes, as some writers on Windows do", async () => {
	const files = Object.fromEntries(Object.entries(landsatFiles).map(([name, bytes]) => [`scene\\${name}`, bytes]));
	expect((await read(zip(files))).raster.size).toEqual([60, 40]);
});

test("a name that leads out by backslashes", async () => {
	await expect(read(zip({ "..\\a_MTL.txt": new Uint8Array(3) }))).rejects.toThrow(/leads out of it/);
});
