import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeEoOm } from "#lib/demo/eo-om-writer.ts";
import { writeGeoTiff } from "#lib/demo/geotiff-writer.ts";

/** Scenes of the archive: each a GeoTIFF with an EO-O&M document. */
const initialScenes = 400;
const folders = 12;

interface Scene {
	readonly eoId: string;
	readonly begin: string;
}

/** An archive that changes at random, and knows by itself what a catalogue of it must say. */
export class ChaosArchive {
	readonly root: string;
	readonly #random: () => number;
	readonly #sceneByStem = new Map<string, Scene>();
	readonly #contentByPath = new Map<string, Uint8Array>();
	#count = 0;
	/** Every file that is written gets a time of its own. */
	#clock = Date.UTC(2020, 0, 1) / 1000;

	constructor(root: string, random: () => number) {
		this.root = root;
		this.#random = random;
		for (let i = 0; i < initialScenes; i++) this.#add();
	}

	/** What happens to an archive between two syncs; with a small share, from one moment to the next. */
	change(share = 1): void {
		for (const stem of this.#pick(40 * share)) this.#write(stem, { ...this.#scene(stem), begin: this.#time() });
		for (const stem of this.#pick(30 * share)) this.#remove(stem);
		for (const stem of this.#pick(20 * share)) this.#move(stem);
		// As many as are removed: it neither grows nor shrinks for long.
		const wanted = Math.max(0, initialScenes - this.#sceneByStem.size);
		for (let i = 0; i < Math.min(wanted + 1, 50 * share); i++) this.#add();
	}

	/** One line per dataset that the catalogue must have, sorted. */
	lines(): readonly string[] {
		return [...this.#sceneByStem].map(([stem, { eoId, begin }]) => `${stem}.tif ${eoId} ${begin}`).sort();
	}

	/** Writes other bytes, without a difference in any listing: from now on a reader rejects these data files. */
	spoil(paths: readonly string[]): void {
		for (const path of paths) {
			this.#contentByPath.set(path, readFileSync(join(this.root, path)));
			this.#overwrite(path, new Uint8Array(statSync(join(this.root, path)).size).fill(0x78));
		}
	}

	/** The files as they were before they were spoilt. */
	mend(): void {
		for (const [path, content] of this.#contentByPath) this.#overwrite(path, content);
		this.#contentByPath.clear();
	}

	#add(): void {
		const number = this.#count++;
		this.#write(`${this.#folder()}/s${number}`, { eoId: `S${number}`, begin: this.#time() });
	}

	#write(stem: string, scene: Scene): void {
		const origin = [Math.floor(this.#random() * 300) - 150, Math.floor(this.#random() * 120) - 60] as const;
		const georeference = { origin, pixelSize: [0.25, 0.25] } as const;
		const document = writeEoOm({ eoId: scene.eoId, begin: scene.begin, end: scene.begin, footprint: null });
		mkdirSync(dirname(join(this.root, stem)), { recursive: true });
		for (const [path, content] of [
			[`${stem}.tif`, writeGeoTiff({ size: [4, 4], crs: 4326, georeference })],
			[`${stem}.xml`, document],
		] as const) {
			writeFileSync(join(this.root, path), content);
			this.#clock++;
			utimesSync(join(this.root, path), this.#clock, this.#clock);
		}
		this.#sceneByStem.set(stem, scene);
	}

	#remove(stem: string): void {
		for (const end of [".tif", ".xml"]) rmSync(join(this.root, stem + end));
		this.#sceneByStem.delete(stem);
	}

	#move(stem: string): void {
		const scene = this.#scene(stem);
		const target = `${this.#folder()}/moved${this.#count++}`;
		mkdirSync(dirname(join(this.root, target)), { recursive: true });
		for (const end of [".tif", ".xml"]) renameSync(join(this.root, stem + end), join(this.root, target + end));
		this.#sceneByStem.delete(stem);
		this.#sceneByStem.set(target, scene);
	}

	#overwrite(path: string, content: Uint8Array): void {
		const { mtimeMs } = statSync(join(this.root, path));
		writeFileSync(join(this.root, path), content);
		utimesSync(join(this.root, path), mtimeMs / 1000, mtimeMs / 1000);
	}

	#pick(count: number): readonly string[] {
		const stems = [...this.#sceneByStem.keys()];
		return [...new Set(Array.from({ length: count }, () => stems[Math.floor(this.#random() * stems.length)] ?? ""))];
	}

	#scene(stem: string): Scene {
		const scene = this.#sceneByStem.get(stem);
		if (!scene) throw new Error(`There is no scene ${stem}.`);
		return scene;
	}

	#folder(): string {
		return `f${Math.floor(this.#random() * folders)}`;
	}

	#time(): string {
		return new Date(Date.UTC(2006, 0, 1) + Math.floor(this.#random() * 1e9) * 1000).toISOString().replace(".000", "");
	}
}
