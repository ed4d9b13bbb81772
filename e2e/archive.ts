import { linkSync, mkdirSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeEoOm } from "#lib/demo/eo-om-writer.ts";
import { writeGeoTiff } from "#lib/demo/geotiff-writer.ts";
import { baseName } from "#lib/paths.ts";

/** The fields of a scene; each has a default. */
export interface SceneFacts {
	/** EO ID; default: the file's name. */
	readonly id?: string;
	/** Default: noon of 2024-06-01. */
	readonly begin?: string;
	readonly end?: string;
	/** Upper left corner, degrees; a scene is one degree wide. */
	readonly origin?: readonly [lon: number, lat: number];
}

/** A test's archive and the changes to it. Paths are relative, scenes without `.tif`. */
export class Archive {
	readonly root: string;

	constructor(root: string) {
		this.root = root;
		mkdirSync(root);
	}

	/** A GeoTIFF with its metadata beside it; a second time, the newer version of it. */
	scene(path: string, { id = baseName(path), begin, end, origin = [14, 48] }: SceneFacts = {}): void {
		const file = join(this.root, path);
		mkdirSync(dirname(file), { recursive: true });
		const pixelSize = [1 / 16, 1 / 16] as const;
		writeFileSync(`${file}.tif`, writeGeoTiff({ size: [16, 16], crs: 4326, georeference: { origin, pixelSize } }));
		const times = { begin: begin ?? "2024-06-01T12:00:00Z", end: end ?? begin ?? "2024-06-01T12:00:00Z" };
		writeFileSync(`${file}.xml`, writeEoOm({ eoId: id, ...times, footprint: null }));
	}

	/** `count` scenes side by side: `path_1` to `path_N`. */
	scenes(path: string, count: number): void {
		for (let number = 1; number <= count; number += 1) this.scene(`${path}_${number}`, { origin: [number, 48] });
	}

	/** A file that is no picture. */
	broken(path: string): void {
		this.write(`${path}.tif`, "not a picture");
	}

	write(path: string, text: string): void {
		writeFileSync(join(this.root, path), text);
	}

	/**
	 * Scenes that a source which compares contents takes its time for: each is as large as `size`, bytes. They are one
	 * file of many names that is mostly a hole, so that they take next to no room.
	 */
	largeScenes(folder: string, { count, size }: { readonly count: number; readonly size: number }): void {
		const file = (number: number) => join(this.root, folder, `LARGE_${String(number).padStart(4, "0")}.tif`);
		mkdirSync(join(this.root, folder), { recursive: true });
		const georeference = { origin: [14, 48], pixelSize: [1 / 16, 1 / 16] } as const;
		const dateTime = "2024:06:01 12:00:00";
		writeFileSync(file(1), writeGeoTiff({ size: [16, 16], crs: 4326, georeference, dateTime }));
		truncateSync(file(1), size);
		for (let number = 2; number <= count; number += 1) linkSync(file(1), file(number));
	}

	move(path: string, to: string): void {
		mkdirSync(dirname(join(this.root, to)), { recursive: true });
		for (const suffix of suffixes) renameSync(join(this.root, path + suffix), join(this.root, to + suffix));
	}

	/** A scene, or a whole folder. */
	remove(path: string): void {
		for (const suffix of ["", ...suffixes]) rmSync(join(this.root, path + suffix), { recursive: true, force: true });
	}
}

const suffixes = [".tif", ".xml"];
