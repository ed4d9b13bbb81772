import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { hasCode, UsageError } from "#lib/errors.ts";

/** A folder that an export keeps: whether it is ours, and files that are whole or not there. */

export interface ExportState {
	readonly format: 1;
	/** Where in the log it is; null: it was never finished. */
	readonly epoch: string | null;
	readonly seq: number;
	/** What it was made with: another address or other containers mean making all of it again. */
	readonly made: string;
	/** Folders of collections, by the container's number. */
	readonly folders: Readonly<Record<string, string>>;
}

const stateFile = ".eosync-export.json";

/** null: the folder is empty, or not there. @throws UsageError for one that holds anything else */
export async function readExportState(folder: string): Promise<ExportState | null> {
	const names = await namesIn(folder);
	if (names.includes(stateFile)) {
		const state = stateOf(await readFile(join(folder, stateFile), "utf8"));
		if (state !== null) return state;
		throw new UsageError(
			`${join(folder, stateFile)} is not what an export writes: choose another folder, or empty it.`,
		);
	}
	// The leftovers of an export that was killed before it could say whose the folder is.
	if (names.every((name) => isTemporary(name))) return null;
	throw new UsageError(`${folder} holds something that is no export of eosync: choose an empty folder, or a new one.`);
}

function stateOf(text: string): ExportState | null {
	try {
		const value: unknown = JSON.parse(text);
		const isOurs =
			typeof value === "object" && value !== null && "format" in value && value.format === 1 && "folders" in value;
		return isOurs ? (value as ExportState) : null;
	} catch (error) {
		if (error instanceof SyntaxError) return null;
		throw error;
	}
}

export async function writeExportState(folder: string, state: ExportState): Promise<void> {
	await writeWhole(join(folder, stateFile), `${JSON.stringify(state, null, "\t")}\n`);
}

/** Writes a file beside its place and moves it there. Leaves one that says the same as it is. Returns whether it was written. */
export async function writeWhole(path: string, text: string): Promise<boolean> {
	if ((await textAt(path)) === text) return false;
	await moveIntoPlace(path, (beside) => writeFile(beside, text, { flag: "wx" }));
	return true;
}

/** Writes a file that is too large for memory, piece by piece: beside its place as well. */
export async function writeStream(
	path: string,
	pieces: AsyncIterable<string | Uint8Array>,
	{ signal }: { readonly signal: AbortSignal },
): Promise<void> {
	await moveIntoPlace(path, (beside) => pipeline(pieces, createWriteStream(beside, { flags: "wx" }), { signal }));
}

/** Leaves nothing beside the place when it cannot be written. */
async function moveIntoPlace(path: string, write: (beside: string) => Promise<void>): Promise<void> {
	const beside = `${path}.${randomBytes(6).toString("hex")}.tmp`;
	await mkdir(dirname(path), { recursive: true });
	try {
		await write(beside);
		await rename(beside, path);
	} catch (error) {
		await rm(beside, { force: true });
		throw error;
	}
}

export async function writeDocument(path: string, document: object): Promise<boolean> {
	return writeWhole(path, `${JSON.stringify(document)}\n`);
}

/** Removes what is in a folder and not to be there. Returns how many. */
export async function keepOnly(folder: string, names: ReadonlySet<string>): Promise<number> {
	const others = (await namesIn(folder)).filter((name) => !names.has(name));
	for (const name of others) await rm(join(folder, name), { recursive: true, force: true });
	return others.length;
}

/** None, where there is no such folder. */
export async function namesIn(folder: string): Promise<readonly string[]> {
	try {
		return await readdir(folder);
	} catch (error) {
		if (hasCode(error, "ENOENT")) return [];
		throw error;
	}
}

async function textAt(path: string): Promise<string | null> {
	try {
		return await readFile(path, "utf8");
	} catch (error) {
		if (hasCode(error, "ENOENT")) return null;
		throw error;
	}
}

function isTemporary(name: string): boolean {
	return name.endsWith(".tmp");
}
