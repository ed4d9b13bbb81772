import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { writeEoOm } from "#lib/demo/eo-om-writer.ts";
import { writeGeoTiff } from "#lib/demo/geotiff-writer.ts";
import type { Ring } from "#lib/metadata/metadata.ts";

/** The archives to measure: real files, none of them shared. */

export interface Shape {
	readonly files: number;
	readonly folders: number;
	/** The prefix of names, and so of EO IDs; no two archives share one. */
	readonly prefix: string;
}

/** GeoTIFFs without metadata files, whose names hold the time (`fileName` of `database.ts`). */
export function makeTiffs(root: string, shape: Shape): void {
	const tiff = scene(0, [16, 12]);
	for (const { folder, first, count } of foldersOf(root, shape)) {
		for (let i = first; i < first + count; i++) writeFileSync(join(folder, tiffName(shape, i)), tiff);
	}
}

/** Small scenes with an EO-O&M document each, spread over the Earth: the raster lies where its document says, in the UTM zone there. */
export function makePairs(root: string, shape: Shape): void {
	for (const { folder, first, count } of foldersOf(root, shape)) {
		for (let i = first; i < first + count; i++) {
			const stem = `${shape.prefix}_${i}`;
			writeFileSync(join(folder, `${stem}.tif`), sceneAt(cornerOf(i)));
			writeFileSync(join(folder, `${stem}.xml`), document(stem, i));
		}
	}
}

let roundsOfChanges = 0;

/**
 * Changes so many files, spread over the archive: each time to a size that none of them had, as otherwise only their times would be
 * new. Returns after so long that a sync does not take them for files that may still grow.
 */
export async function changeTiffs(root: string, shape: Shape, count: number): Promise<void> {
	roundsOfChanges++;
	for (let i = 0; i < count; i++) {
		const number = Math.floor((i * shape.files) / count);
		writeFileSync(pathOf(root, shape, number), scene(i % 1000, [16 + roundsOfChanges, 13]));
	}
	await sleep(3000);
}

export function pathOf(root: string, shape: Shape, number: number): string {
	const { files, folders } = shape;
	return join(root, folderName(Math.floor(number / Math.ceil(files / folders)), folders), tiffName(shape, number));
}

function* foldersOf(root: string, { files, folders }: Shape) {
	const perFolder = Math.ceil(files / folders);
	for (let i = 0; i < folders; i++) {
		const folder = join(root, folderName(i, folders));
		mkdirSync(folder, { recursive: true });
		yield { folder, first: i * perFolder, count: Math.min(perFolder, files - i * perFolder) };
	}
}

function folderName(index: number, folders: number): string {
	return folders === 1 ? "" : `d${String(index).padStart(5, "0")}`;
}

function tiffName({ prefix }: Shape, number: number): string {
	const time = new Date(Date.UTC(2020, 0, 1) + number * 60_000).toISOString().replace(/[-:]|\..*/g, "");
	return `${prefix}_${time}_${number}.tif`;
}

/** Scenes from a place in UTM zone 33 to the south, ten in a row: hundreds of rows stay on the Earth. */
function scene(number: number, size: readonly [number, number]): Uint8Array {
	const origin = [300_000 + (number % 10) * 2000, 5_300_000 - Math.floor(number / 10) * 2000] as const;
	return writeGeoTiff({ size, bands: 3, crs: 32_633, georeference: { origin, pixelSize: [10, 10] } });
}

/** The south-west corner of a footprint of two degrees by one, in degrees. */
function cornerOf(number: number): readonly [west: number, south: number] {
	return [(number % 340) - 170, (Math.floor(number / 340) % 150) - 75];
}

/** A scene in the middle of such a footprint, give or take some kilometres: formulas for a sphere will do. */
function sceneAt([west, south]: readonly [number, number]): Uint8Array {
	const [lon, lat] = [west + 1, south + 0.5];
	const zone = Math.floor((lon + 180) / 6) + 1;
	const metres = 111_000;
	const easting = 500_000 + Math.round((lon - (6 * zone - 183)) * metres * Math.cos((lat * Math.PI) / 180));
	const northing = Math.round(lat * metres) + (lat < 0 ? 10_000_000 : 0);
	const crs = (lat < 0 ? 32_700 : 32_600) + zone;
	const georeference = { origin: [easting, northing] as const, pixelSize: [10, 10] as const };
	return writeGeoTiff({ size: [64, 48], bands: 3, crs, georeference });
}

function document(eoId: string, number: number): string {
	const begin = new Date(Date.UTC(2006, 0, 1) + number * 60_000).toISOString();
	const [west, south] = cornerOf(number);
	const ring: Ring = [
		[west, south],
		[west + 2, south],
		[west + 2, south + 1],
		[west, south + 1],
		[west, south],
	];
	const properties = { platform: "ENVISAT", instrument: "MERIS", sensorType: "OPTICAL", orbitNumber: number };
	return writeEoOm({ eoId, begin, end: begin, footprint: [[ring]], properties });
}
