import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readHead } from "#lib/metadata/head-source.ts";
import type { ByteSource } from "#lib/metadata/metadata.ts";
import { rasterReaderOf } from "#lib/metadata/raster-readers.ts";
import { expectDamageIsRejected, fileWith, sparseFile } from "#lib/metadata/testing/files.ts";
import { dimap2Files, landsatFiles, sentinel1Files } from "#lib/metadata/testing/products.ts";
import { tarLimits } from "./tar-archive.ts";
import { writeTar } from "./write-tar.ts";

const { signal } = new AbortController();
const text = (content: string) => new TextEncoder().encode(content);

async function read(file: ByteSource) {
	const { head, source } = await readHead(file, { signal });
	return (await rasterReaderOf(head, source, { signal })).read(source, { timeZone: "UTC", signal });
}

const members = Object.entries(landsatFiles).map(([path, content]) => ({ path, content }));
const packed = writeTar(landsatFiles);

test.each([
	["tar", packed],
	["tar.gz", gzipSync(packed)],
	[
		"in a folder, with the folder itself",
		writeTar([
			{ path: "scene/", content: new Uint8Array(), flag: "5" },
			...members.map(({ path, content }) => ({ path: `./scene/${path}`, content })),
		]),
	],
	[
		"long names by pax",
		writeTar(
			members.flatMap(({ path, content }) => [
				{ path: "PaxHeaders/1", content: text(`${`${path.length + 9} path=${path}`}\n`), flag: "x" },
				{ path: "cut", content },
			]),
		),
	],
	[
		"long names by GNU",
		writeTar(
			members.flatMap(({ path, content }) => [
				{ path: "././@LongLink", content: text(`${path}\0`), flag: "L" },
				{ path: "cut", content },
			]),
		),
	],
	[
		"sizes in binary",
		writeTar(
			members.map((member) => ({
				...member,
				size: `\x80${"\0".repeat(7)}${String.fromCharCode(...[24, 16, 8, 0].map((bits) => (member.content.length >> bits) & 255))}`,
			})),
		),
	],
	["without the blocks of zeros", packed.slice(0, -1024)],
])("Landsat, %s", async (_, archive) => {
	const { raster, metadata } = await read(fileWith(archive, "scene.tar"));
	expect(raster).toMatchObject({ size: [60, 40], crs: "EPSG:32632" });
	expect(raster.bands.map(({ name }) => name)).toEqual(["B1", "B2", "B8"]);
	expect(metadata.eoId).toMatch(/^L/);
});

test("DIMAP in tar", async () => {
	expect((await read(fileWith(writeTar(dimap2Files), "p.tar"))).raster.bands.length).toBeGreaterThan(0);
});

test("an archive of gigabytes costs a few kilobytes a member", async () => {
	const huge = 3 * 1024 ** 3;
	const last = writeTar(landsatFiles);
	const first = writeTar([
		{ path: "big.bin", content: new Uint8Array(), size: huge.toString(8).padStart(11, "0") },
	]).slice(0, 512);
	const source = sparseFile(512 + huge + last.length, { 0: first, [512 + huge]: last }, "scene.tar");
	expect((await read(source)).raster.crs).toBe("EPSG:32632");
	expect(source.bytesRead).toBeLessThan(256 * 1024);
	expect(source.reads).toBeLessThan(24);
});

test.each<[string, Uint8Array, RegExp]>([
	["no product", writeTar({ "readme.txt": text("x") }), /no reader for this tar archive: it has no manifest of/],
	["a name that leads out", writeTar({ "../a_MTL.txt": text("x") }), /leads out of it/],
	["an absolute name", writeTar({ "/a_MTL.txt": text("x") }), /leads out of it/],
	["a member cut off", packed.slice(0, -2000), /Cut off/],
	["a header cut off", packed.slice(0, 512 * 3 - 100), /Cut off|ends within a header/],
	["no number for a size", writeTar([{ path: "a", content: text("x"), size: "99999999999" }]), /size is no number/],
	["a member that is missing", writeTar(members.filter(({ path }) => !path.includes("_B2"))), /_B2\.TIF is missing/],
	["gzip, cut off", gzipSync(packed).subarray(0, 300), /Cut off/],
	["gzip, its end cut off", gzipSync(packed).subarray(0, -4), /Cut off/],
	["gzip of a tar that is cut off", gzipSync(packed.slice(0, 5000)), /Cut off/],
	["gzip of something else", gzipSync(new Uint8Array(2000).fill(7)), /checksum is wrong/],
])("%s is rejected", async (_, archive, reason) => {
	await expect(read(fileWith(archive, "scene.tar"))).rejects.toThrow(reason);
});

/** Landsat's own order, and behind it what nobody needs, which no compression makes smaller. */
const noise = randomBytes(3 * 1024 * 1024);
const inFront = gzipSync(writeTar([...members, { path: "z.bin", content: noise }]), { level: 1 });
const behind = gzipSync(writeTar([{ path: "a.bin", content: noise }, ...members]), { level: 1 });

test("of a gzipped archive only what is needed is read, from its beginning, and the last four bytes", async () => {
	const source = fileWith(inFront, "scene.tar.gz");
	expect(await read(source)).toEqual(await read(fileWith(packed, "scene.tar")));
	expect(source.bytesRead).toBeLessThan(512 * 1024);
	await expect(read(fileWith(inFront.subarray(0, -1000), "scene.tar.gz"))).rejects.toThrow(/Cut off/);
});

test("what is needed must lie in the first EOSYNC_TAR_GZ_MB of it, however large it is", async () => {
	const limited = async (bytes: Uint8Array, gzippedBytes: number) => {
		const source = fileWith(bytes, "scene.tar.gz");
		const { head } = await readHead(source, { signal });
		const reader = await rasterReaderOf(head, source, { signal });
		const reading = reader.read(source, { timeZone: "UTC", signal, gzippedBytes });
		return { source, reading };
	};
	const megabyte = 1024 * 1024;
	await expect((await limited(inFront, megabyte)).reading).resolves.toBeDefined();
	const { source, reading } = await limited(behind, megabyte);
	await expect(reading).rejects.toThrow(
		/too much to read: .*first 1048576 bytes of \d+; unpack it, .* or raise EOSYNC_TAR_GZ_MB/,
	);
	expect(source.bytesRead).toBeLessThanOrEqual(megabyte + 64 * 1024);
	await expect((await limited(behind, behind.length)).reading).resolves.toBeDefined();
});

describe("a gzipped archive that is longer than what may be read", () => {
	const product = Object.entries(sentinel1Files).map(([path, content]) => ({ path: `S1A_A.SAFE/${path}`, content }));
	const readFirst = async (entries: Parameters<typeof writeTar>[0], gzippedBytes = 1024 * 1024) => {
		const source = fileWith(gzipSync(writeTar(entries), { level: 1 }), "S1A_A.tar.gz");
		const { head } = await readHead(source, { signal });
		const reader = await rasterReaderOf(head, source, { signal });
		return { source, read: () => reader.read(source, { timeZone: "UTC", signal, gzippedBytes }) };
	};
	const rest = { path: "S1A_A.SAFE/z.bin", content: noise };

	test("Sentinel-1 is read up to the last file that it needs, and what is not known is said", async () => {
		const { source, read: long } = await readFirst([...product, rest]);
		const { raster, metadata } = await long();
		expect(raster).toEqual((await (await readFirst(product)).read()).raster);
		expect(metadata.eoId).toBe("S1A_A");
		expect(metadata.properties.archiveNote).toMatch(/whether it holds another product is not known/);
		expect(source.bytesRead).toBeLessThan(512 * 1024);
	});

	test("it is read whole where it may be, and another product in it is found", async () => {
		const { read: whole } = await readFirst([...product, rest], 8 * 1024 * 1024);
		expect((await whole()).metadata.properties.archiveNote).toBeUndefined();
		const other = product.map(({ path, content }) => ({ path: path.replace("S1A_A", "S1A_B"), content }));
		await expect((await (await readFirst([...product, rest, ...other], 8 * 1024 * 1024)).read)()).rejects.toThrow(
			/holds 2 products/,
		);
	});

	test("a file of the product that lies behind it is too much to read, and one that is missing is", async () => {
		const [first, ...others] = product;
		if (first === undefined) return expect.fail("no product");
		await expect((await readFirst([first, rest, ...others])).read()).rejects.toThrow(/too much to read/);
		await expect((await readFirst([first, ...others.slice(1), rest])).read()).rejects.toThrow(/too much to read/);
		await expect((await readFirst([first, ...others.slice(1)])).read()).rejects.toThrow(/is missing/);
	});

	test("of a format whose products come several at a time all of it is needed", async () => {
		const dimap = Object.entries(dimap2Files).map(([path, content]) => ({ path, content }));
		await expect((await readFirst([...dimap, rest])).read()).rejects.toThrow(/too much to read/);
	});
});

test("two scenes in an archive are not one dataset", async () => {
	const other = members.map(({ path, content }) => ({ path: `other/${path}`, content }));
	const both = writeTar([...members.map(({ path, content }) => ({ path: `scene/${path}`, content })), ...other]);
	await expect(read(fileWith(both, "scene.tar"))).rejects.toThrow(/holds 2 products/);
});

test("what unpacks to gigabytes is given up", async () => {
	const zeros = Buffer.from(writeTar([{ path: "a", content: new Uint8Array(), size: "77777777777" }]).slice(0, 512));
	const bomb = gzipSync(Buffer.concat([zeros, Buffer.alloc(tarLimits.gzipped * tarLimits.inflation - 10)]), {
		level: 1,
	});
	await expect(read(fileWith(Buffer.concat([bomb, gzipSync(Buffer.alloc(1000))]), "scene.tar.gz"))).rejects.toThrow(
		/unpacks to more than/,
	);
});

test("damaged archives are read or rejected", async () => {
	await expectDamageIsRejected([packed], { read, maxBytes: 4 * 1024 * 1024, name: "scene.tar" });
});

test("damaged gzipped archives are read or rejected", async () => {
	await expectDamageIsRejected([gzipSync(packed, { level: 0 })], {
		read,
		maxBytes: 4 * 1024 * 1024,
		name: "scene.tar.gz",
	});
});
