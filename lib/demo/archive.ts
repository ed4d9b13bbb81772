import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { DemoFile } from "./demo-file.ts";
import { later } from "./demo-file.ts";
import { merisExample, merisScenes, merisXml } from "./meris-scenes.ts";
import { mosaicTilePath, mosaicTiles, newMosaicTile } from "./mosaic-tiles.ts";
import { newSentinelScenes, rangeTypeConf, sentinelScenes, tileFolders } from "./sentinel-scenes.ts";
import { troubles, truncated } from "./troubles.ts";

/**
 * Makes the demonstration archive, or brings one that was changed back to its beginning: the same files with the same
 * times on every machine. Files of other names are left alone.
 */
export function writeDemoArchive(folder: string): void {
	for (const path of onlyAfterChange()) rmSync(join(folder, path), { force: true });
	for (const [index, file] of initialFiles().entries()) writeUnlessThere(folder, file, index);
}

/**
 * What happens to an archive in a day: datasets are added, removed, moved and changed, some files are only touched, and
 * a copy breaks off. Leaves files alone that are not as `writeDemoArchive` made them.
 */
export function mutateDemoArchive(folder: string): void {
	const [sentinel, meris] = [sentinelScenes(), merisScenes()];
	for (const { path, content } of [...newSentinelScenes().flatMap(({ files }) => files), newMosaicTile()]) {
		write(join(folder, path), content());
	}
	for (const scene of [sentinel[9], sentinel[18], meris[23]]) {
		for (const { path } of scene?.files ?? []) rmSync(join(folder, path), { force: true });
	}
	rmSync(join(folder, mosaicTilePath(1, 3)), { force: true });
	for (const { from, to } of renames()) {
		mkdirSync(dirname(join(folder, to)), { recursive: true, mode: 0o700 });
		renameSync(join(folder, from), join(folder, to));
	}
	for (const scene of [sentinel[30], meris[30]]) touch(join(folder, scene?.files[0]?.path ?? ""));
	const { stem, ...facts } = merisExample();
	write(
		join(folder, `${stem}.xml`),
		merisXml({ ...facts, begin: later(facts.begin, 60), end: later(facts.end, 75), seed: 12 }),
	);
	const broken = join(folder, meris[34]?.files[0]?.path ?? "");
	write(broken, truncated(readFileSync(broken)));
}

/** Everything that the archive holds at first. */
function initialFiles(): readonly DemoFile[] {
	return [
		...tileFolders().map((folder) => ({ path: `${folder}/__default__.conf`, content: () => rangeTypeConf })),
		...[...sentinelScenes(), ...merisScenes()].flatMap(({ files }) => files),
		...mosaicTiles(),
		...troubles(),
	];
}

/** A scene that is sorted into another folder, with its metadata. */
function renames(): readonly { readonly from: string; readonly to: string }[] {
	const files = sentinelScenes()[40]?.files ?? [];
	return files.map(({ path }) => ({ from: path, to: path.replace(/\/([^/]+)$/, "/best/$1") }));
}

function onlyAfterChange(): readonly string[] {
	const added = [...newSentinelScenes().flatMap(({ files }) => files), newMosaicTile()].map(({ path }) => path);
	return [...added, ...renames().map(({ to }) => to)];
}

/** Marks the files that this version made. Change it when the contents of the files change. */
const version = 1;

/** A file with exactly this time is unchanged. */
function writeUnlessThere(folder: string, { path, content }: DemoFile, index: number): void {
	const file = join(folder, path);
	const mtime = Date.UTC(2025, 0, version, 0, 0, index);
	if (statSync(file, { throwIfNoEntry: false })?.mtimeMs === mtime) return;
	write(file, content());
	utimesSync(file, mtime / 1000, mtime / 1000);
}

function write(file: string, content: Uint8Array | string): void {
	mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
	writeFileSync(file, content, { mode: 0o600 });
}

function touch(file: string): void {
	utimesSync(file, new Date(), new Date());
}
