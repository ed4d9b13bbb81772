import { linkSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeGeoTiff } from "#lib/demo/geotiff-writer.ts";
import type { DashboardConfiguration } from "../dashboard.ts";
import type { Size } from "./size.ts";

const storages = ["alpha", "beta", "gamma", "delta"] as const;
type StorageName = (typeof storages)[number];

export interface SmallContainer {
	readonly id: string;
	readonly storage: StorageName;
}

/** The container with the large plan, and its storage. */
export const large = "LARGE";
const own = "omega";
const years = Array.from({ length: 10 }, (_, index) => 2017 + index);
const tiles = Array.from({ length: 25 }, (_, index) => `T${String(index + 1).padStart(2, "0")}`);

/** An archive of few files with many names: a scene of each place, hard-linked as often as it is wanted. */
export class LargeArchive {
	readonly containers: readonly SmallContainer[];
	readonly #root: string;
	readonly #size: Size;
	readonly #scenes = new Map<string, string>();

	constructor(folder: string, size: Size) {
		this.#root = mkdtempSync(join(folder, "large-"));
		this.#size = size;
		this.containers = Array.from({ length: size.containers }, (_, index) => ({
			id: `C${String(index + 1).padStart(4, "0")}`,
			storage: storageOf(index),
		}));
		for (const name of [...storages, "scenes"]) mkdirSync(join(this.#root, name));
		for (const container of this.containers) for (const number of [1, 2]) this.add(container, number);
	}

	/** Those of a storage. */
	on(storage: StorageName): readonly SmallContainer[] {
		return this.containers.filter((container) => container.storage === storage);
	}

	add({ id, storage }: SmallContainer, number: number): void {
		const index = Number(id.slice(1));
		const origin = [(index % 60) * 5 - 150, 60 - Math.floor((index % 300) / 60) * 20] as const;
		this.#link(join(storage, id, `${id}_${number}.tif`), origin, "2024");
	}

	remove({ id, storage }: SmallContainer, number: number): void {
		rmSync(join(this.#root, storage, id, `${id}_${number}.tif`));
	}

	/** A file that is no picture. */
	addBroken({ id, storage }: SmallContainer, number: number): void {
		writeFileSync(join(this.#root, storage, id, `BROKEN_${number}.tif`), "not a picture");
	}

	/** The files of the large plan, in a folder per year and tile. */
	addLarge(): void {
		for (let index = 0; index < this.#size.changes; index += 1) {
			const [year = 0, tile = ""] = [
				years[index % years.length],
				tiles[Math.floor(index / years.length) % tiles.length],
			];
			const number = String(Math.floor(index / (years.length * tiles.length)) + 1).padStart(4, "0");
			const place = Number(tile.slice(1)) - 1;
			const origin = [-10 + (place % 5) * 8, 40 + Math.floor(place / 5) * 5] as const;
			this.#link(join(own, String(year), tile, `S_${year}_${tile}_${number}.tif`), origin, String(year));
		}
	}

	/** As when a disk is gone. */
	die(storage: StorageName): void {
		renameSync(join(this.#root, storage), join(this.#root, `${storage}.away`));
	}

	/** Of all but the container with the large plan. */
	configuration(): DashboardConfiguration {
		return {
			storages: storages.map((name) => this.#storage(name)),
			containers: this.containers.map(({ id, storage }, index) => ({
				id,
				kind: "dataset-series",
				title: `${["Sentinel-2", "Landsat", "MERIS"][index % 3]}, part ${index + 1}`,
				sources: [{ storage, path: id, include: ["*.tif"] }],
			})),
		};
	}

	/** Of the container with the large plan. */
	largeConfiguration(): DashboardConfiguration {
		const sources = [{ storage: own, include: ["*.tif"] }];
		return {
			storages: [this.#storage(own)],
			containers: [{ id: large, kind: "dataset-series", title: "Very many scenes", sources }],
		};
	}

	#storage(name: string): object {
		return { name, type: "local", root: join(this.#root, name) };
	}

	#link(path: string, origin: readonly [number, number], year: string): void {
		const key = `${origin.join("_")}_${year}`;
		let scene = this.#scenes.get(key);
		if (scene === undefined) {
			scene = join(this.#root, "scenes", `${key}.tif`);
			const georeference = { origin, pixelSize: [1 / 16, 1 / 16] } as const;
			writeFileSync(
				scene,
				writeGeoTiff({ size: [16, 16], crs: 4326, georeference, dateTime: `${year}:06:01 12:00:00` }),
			);
			this.#scenes.set(key, scene);
		}
		const file = join(this.#root, path);
		mkdirSync(dirname(file), { recursive: true });
		linkSync(scene, file);
	}
}

/** Nine in a hundred are on gamma. */
function storageOf(index: number): StorageName {
	const place = index % 100;
	if (place < 41) return "alpha";
	if (place < 76) return "beta";
	return place < 85 ? "gamma" : "delta";
}
