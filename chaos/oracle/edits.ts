import { existsSync, lstatSync, readdirSync } from "node:fs";
import { chmod, rm, writeFile } from "node:fs/promises";
import { writeEoOm } from "#lib/demo/eo-om-writer.ts";
import type { TestArchive } from "#lib/sync/testing/testing.ts";
import type { ArchiveStep, Content, Place } from "./history.ts";

/** The folder of the archive that storages look at; beside it lies what is out of the way. */
export const mounted = "mounted";
const unmounted = "unmounted";
/** No listing can say this name: a byte that is no UTF-8. */
const unspeakable = Buffer.from([0x62, 0xe4, 0x64]);

/** Own folders of sources, other than the storage's root; those above first. */
const sourceFolders = ["a", "a/c", "b"] as const;

/** Applies a change to the archive; a change that is impossible now, or forbidden, does nothing. */
export async function edit(archive: TestArchive, step: ArchiveStep): Promise<void> {
	await carryOut(archive, step).catch((error: unknown) => {
		if (!(error instanceof Error && "code" in error && error.code === "EACCES")) throw error;
	});
}

async function carryOut(archive: TestArchive, step: ArchiveStep): Promise<void> {
	const { at, has } = views(archive);
	switch (step.do) {
		case "write scene": {
			if (!has(step.at.folder, "folder")) return;
			const { eoId, day } = step.content;
			// The last one is where no pixel of the mosaic begins.
			const place = [step.east === 6 ? 30.1 : step.east * 5, 40] as const;
			return archive.scene(`${at(stemOf(step.at))}.tif`, { eoId, begin: dayText(day), at: place });
		}
		case "edit metadata":
			if (!has(`${stemOf(step.at)}.xml`, "file")) return;
			return archive.write(`${at(stemOf(step.at))}.xml`, document(step.content));
		case "remove":
			for (const [what, end] of [
				["data", ".tif"],
				["metadata", ".xml"],
			] as const)
				if ((step.what === "scene" || step.what === what) && has(stemOf(step.at) + end))
					await archive.remove(at(stemOf(step.at) + end));
			return;
		case "rename":
			return moveScene(archive, step.from, step.to);
		case "swap": {
			const aside = { folder: "", stem: "aside" };
			for (const [from, to] of [
				[step.from, aside],
				[step.to, step.from],
				[aside, step.to],
			] as const)
				await moveScene(archive, from, to);
			return;
		}
		case "touch":
			if (has(`${stemOf(step.at)}.tif`, "file")) await archive.touch(at(`${stemOf(step.at)}.tif`));
			return;
		case "write range type": {
			if (!has(step.at.folder, "folder")) return;
			const name = step.forFolder ? `${step.at.folder}/__default__` : stemOf(step.at);
			return archive.write(`${at(name)}.conf`, `[range_type]\nrange_type_name = ${step.name}\n`);
		}
		case "hard link": {
			const ends = [".tif", ".xml"].filter((end) => has(stemOf(step.from) + end, "file"));
			if (!has(step.to.folder, "folder") || [".tif", ".xml"].some((end) => has(stemOf(step.to) + end))) return;
			for (const end of ends) await archive.hardLink(at(stemOf(step.from) + end), at(stemOf(step.to) + end));
			return;
		}
		case "link folder":
			if (!has(step.from) && has(parentOf(step.from), "folder"))
				await archive.symlink(archive.at(at(step.to)), at(step.from));
			return;
		case "make folder":
			if (!has(step.folder)) await archive.mkdir(at(step.folder)).catch(ignoreFileInTheWay);
			return;
		case "remove folder":
			if (has(step.folder)) await archive.remove(at(step.folder));
			return;
		case "rename folder":
			return moveFolder(archive, step.from, step.to);
		case "swap folders": {
			if (`${step.from}/`.startsWith(`${step.to}/`) || `${step.to}/`.startsWith(`${step.from}/`)) return;
			for (const [from, to] of [
				[step.from, "aside"],
				[step.to, step.from],
				["aside", step.to],
			] as const)
				await moveFolder(archive, from, to);
			return;
		}
		case "cloud folder":
			if (has(step.folder, "folder")) await cloud(archive, step);
			return;
		case "unmount":
			return mount(archive, !step.isGone);
		case "forbid folder":
			return forbid(archive, step.folder, step.isForbidden);
		case "forbid scene":
			return forbid(archive, `${stemOf(step.at)}.tif`, step.isForbidden);
	}
}

/** The change of mode makes another ctime. */
async function forbid(archive: TestArchive, path: string, isForbidden: boolean): Promise<void> {
	const { at, has } = views(archive);
	const mode = has(path, "folder") ? 0o755 : 0o644;
	if (has(path, "folder") || has(path, "file")) await chmod(archive.at(at(path)), isForbidden ? 0 : mode);
}

/** Makes the archive one of which everything can be listed and read. */
export async function clear(archive: TestArchive, folders: readonly string[]): Promise<void> {
	await mount(archive, true);
	await allowBelow(archive, "");
	for (const folder of folders) await cloud(archive, { folder, isClouded: false });
	// A source whose own folder is a link cannot be listed.
	for (const path of sourceFolders) {
		const link = views(archive).at(path);
		if (lookAt(archive.at(link))?.isSymbolicLink()) await archive.remove(link);
	}
}

async function allowBelow(archive: TestArchive, folder: string): Promise<void> {
	const { at, has } = views(archive);
	const isForbidden = (path: string) => (lstatSync(archive.at(at(path))).mode & 0o777) === 0;
	if (isForbidden(folder)) await forbid(archive, folder, false);
	for (const name of readdirSync(archive.at(at(folder)))) {
		const path = folder === "" ? name : `${folder}/${name}`;
		if (has(path, "folder")) await allowBelow(archive, path);
		else if (has(path, "file") && isForbidden(path)) await forbid(archive, path, false);
	}
}

async function mount(archive: TestArchive, isThere: boolean): Promise<void> {
	const [from, to] = isThere ? [unmounted, mounted] : [mounted, unmounted];
	if (existsSync(archive.at(from)) && !existsSync(archive.at(to))) await archive.rename(from, to);
}

async function cloud(
	archive: TestArchive,
	{ folder, isClouded }: { readonly folder: string; readonly isClouded: boolean },
) {
	const { at, has } = views(archive);
	if (!has(folder, "folder")) return;
	const path = Buffer.concat([Buffer.from(`${archive.at(at(folder))}/`), unspeakable]);
	if (isClouded) await writeFile(path, "");
	else await rm(path, { force: true });
}

function views(archive: TestArchive) {
	const at = (path: string) => `${mounted}/${path}`.replace(/\/+/g, "/").replace(/\/$/, "");
	const has = (path: string, kind?: "file" | "folder") => {
		const entry = lookAt(archive.at(at(path)));
		return entry !== undefined && (kind === undefined || (kind === "file" ? entry.isFile() : entry.isDirectory()));
	};
	return { at, has };
}

/** A chain of symbolic links that leads back to itself leads nowhere. */
function lookAt(path: string) {
	try {
		return lstatSync(path, { throwIfNoEntry: false });
	} catch (error) {
		if (error instanceof Error && "code" in error && error.code === "ELOOP") return undefined;
		throw error;
	}
}

async function moveScene(archive: TestArchive, from: Place, to: Place): Promise<void> {
	const { at, has } = views(archive);
	if (stemOf(from) === stemOf(to) || !has(to.folder, "folder")) return;
	for (const end of [".tif", ".xml"])
		if (has(stemOf(from) + end)) await archive.rename(at(stemOf(from) + end), at(stemOf(to) + end));
}

async function moveFolder(archive: TestArchive, from: string, to: string): Promise<void> {
	const { at, has } = views(archive);
	if (`${to}/`.startsWith(`${from}/`) || !has(from) || has(to) || !has(parentOf(to), "folder")) return;
	await archive.rename(at(from), at(to));
}

/** A symbolic link or a file may be where a folder is wanted. */
function ignoreFileInTheWay(error: unknown): void {
	if (
		!(
			error instanceof Error &&
			"code" in error &&
			(error.code === "EEXIST" || error.code === "ENOTDIR" || error.code === "ENOENT")
		)
	)
		throw error;
}

function document({ eoId, day }: Content): string {
	const begin = dayText(day);
	return writeEoOm({ eoId, begin, end: begin, footprint: null });
}

function dayText(day: number | null): string | null {
	return day === null ? null : `2006-08-0${day}T00:00:00Z`;
}

function stemOf({ folder, stem }: Place): string {
	return folder === "" ? stem : `${folder}/${stem}`;
}

function parentOf(path: string): string {
	return path.replace(/\/?[^/]*$/, "");
}
