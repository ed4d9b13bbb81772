import { createHash, hash } from "node:crypto";
import { z } from "zod";
import { StorageError } from "#lib/errors.ts";
import { joinPath } from "#lib/storage/path.ts";
import type { Entry, OpenFile, Storage } from "#lib/storage/storage.ts";
import { columnsOf, inventoryRows } from "./inventory-csv.ts";
import type { FoundList } from "./keep-index.ts";
import { portionsOf, unpacked } from "./list-file.ts";
import type { Row } from "./rows.ts";

/** Raised when the same inventory would be understood otherwise. */
const format = 1;
const maxManifestBytes = 64 * 1024 * 1024;

export interface InventoryPlace {
	/** The bucket that inventories are delivered to, from its root. */
	readonly storage: Storage;
	/** Below which they are delivered: `…/SOURCE-BUCKET/CONFIG-ID`, or one `manifest.json`. */
	readonly path: string;
	/** What the inventory has to be of. */
	readonly bucket: string;
	/** Keys below it are the storage's files. */
	readonly prefix: string;
}

const manifestSchema = z.object({
	sourceBucket: z.string(),
	creationTimestamp: z.string().regex(/^\d{1,15}$/),
	fileFormat: z.string(),
	fileSchema: z.string(),
	files: z.array(
		z.object({ key: z.string(), size: z.int().min(0), MD5checksum: z.string().regex(/^[0-9a-fA-F]{32}$/) }),
	),
});
type Manifest = z.infer<typeof manifestSchema>;

/** Folders of inventories are called by when they were begun. */
const dated = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)Z$/;

/**
 * The newest inventory that was delivered whole.
 * @throws StorageError when there is none
 */
export async function findInventory(place: InventoryPlace, signal: AbortSignal): Promise<FoundList> {
	const { storage, bucket, prefix } = place;
	const { path, entry } = await newestManifest(place, signal);
	const id = hash("sha256", JSON.stringify([format, bucket, prefix, path, ...versionOf(entry)])).slice(0, 40);
	return {
		name: path,
		id,
		time: timeOf(path) ?? entry.mtime ?? Date.now() * 1000,
		async *rows(onTime) {
			const manifest = await readManifest(place, path, signal);
			onTime(Number(manifest.creationTimestamp) * 1000);
			const columns = columnsOf(manifest.fileSchema);
			let count = 0;
			let below = 0;
			for (const file of manifest.files) {
				for await (const rows of fileRows(storage, file, { columns, prefix }, signal)) {
					count++;
					below += rows.length;
					yield rows;
				}
			}
			if (below === 0 && count > 0 && prefix !== "")
				throw refusal(path, `has no key that begins with ${prefix}/, which is the storage's prefix`);
		},
		async requireUnchanged() {
			const now = await storage.stat(path, { signal });
			if (now !== null && JSON.stringify(versionOf(now)) === JSON.stringify(versionOf(entry))) return;
			throw new StorageError("changed", "", `The inventory ${path} changed while it was read.`, { retryable: true });
		},
	};
}

async function newestManifest(
	{ storage, path }: InventoryPlace,
	signal: AbortSignal,
): Promise<{ readonly path: string; readonly entry: Entry }> {
	if (path.endsWith("manifest.json")) {
		const entry = await storage.stat(path, { signal });
		if (entry !== null) return { path, entry };
		throw new StorageError("io", "", `There is no inventory ${path}. Nothing is listed without it.`);
	}
	const { folders } = await storage.list(path, { symlinks: "skip", signal }).catch((error: unknown) => {
		if (!(error instanceof StorageError) || error.code !== "not-found") throw error;
		return { folders: [] };
	});
	// The manifest is written last: without it an inventory is still on its way.
	for (const name of folders.filter((name) => dated.test(name)).toReversed()) {
		const manifest = joinPath(path, `${name}/manifest.json`);
		const entry = await storage.stat(manifest, { signal });
		if (entry !== null) return { path: manifest, entry };
	}
	throw new StorageError(
		"io",
		"",
		`There is no inventory below ${path} (a folder such as 2026-11-29T04-00Z with a manifest.json). Nothing is listed without it.`,
	);
}

/** From the name of its folder. */
function timeOf(path: string): number | null {
	const [, day, hour, minute] = dated.exec(path.split("/").at(-2) ?? "") ?? [];
	return day === undefined ? null : Date.parse(`${day}T${hour}:${minute}:00Z`) * 1000;
}

async function readManifest({ storage, bucket }: InventoryPlace, path: string, signal: AbortSignal): Promise<Manifest> {
	const bytes = await readWhole(storage, path, signal);
	const sumPath = path.replace(/manifest\.json$/, "manifest.checksum");
	if ((await storage.stat(sumPath, { signal })) !== null) {
		const sum = Buffer.from(await readWhole(storage, sumPath, signal))
			.toString("latin1")
			.trim();
		if (sum.toLowerCase() !== hash("md5", bytes)) throw refusal(path, "does not have its checksum");
	}
	const manifest = manifestSchema.safeParse(parsed(bytes));
	if (!manifest.success) throw refusal(path, `is no manifest of an inventory (${z.prettifyError(manifest.error)})`);
	const { sourceBucket, fileFormat } = manifest.data;
	if (sourceBucket !== bucket) throw refusal(path, `is of the bucket ${sourceBucket}, not of ${bucket}`);
	if (fileFormat !== "CSV")
		throw refusal(path, `is written as ${fileFormat}, which is not read: choose CSV as its output format`);
	return manifest.data;
}

function parsed(bytes: Uint8Array): unknown {
	try {
		return JSON.parse(Buffer.from(bytes).toString("utf8"));
	} catch (error) {
		if (error instanceof SyntaxError) return null;
		throw error;
	}
}

async function readWhole(storage: Storage, path: string, signal: AbortSignal): Promise<Uint8Array> {
	await using file = await storage.open(path, { signal });
	if (file.size > maxManifestBytes) throw refusal(path, `is larger than ${maxManifestBytes} bytes`);
	return file.read(0, file.size, { signal });
}

/** @throws StorageError that names the file, when it is missing, not the one of the manifest, or malformed */
async function* fileRows(
	storage: Storage,
	{ key, size, MD5checksum }: Manifest["files"][number],
	options: Parameters<typeof inventoryRows>[1],
	signal: AbortSignal,
): AsyncGenerator<readonly Row[]> {
	try {
		await using file = await storage.open(key, { signal });
		if (file.size !== size) throw new StorageError("io", "", `has ${file.size} bytes, not the ${size} of the manifest`);
		const sum = createHash("md5");
		yield* inventoryRows(unpacked(hashed(file, sum, signal), signal), options);
		if (sum.digest("hex") !== MD5checksum.toLowerCase())
			throw new StorageError("io", "", "does not have the checksum of the manifest");
	} catch (error) {
		if (!(error instanceof StorageError) || error.retryable) throw error;
		throw refusal(key, error.code === "not-found" ? "is missing" : error.message, error);
	}
}

async function* hashed(
	file: OpenFile,
	sum: ReturnType<typeof createHash>,
	signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
	for await (const bytes of portionsOf(file, signal)) {
		sum.update(bytes);
		yield bytes;
	}
}

function refusal(path: string, what: string, cause?: unknown): StorageError {
	return new StorageError("io", "", `The inventory's ${path} ${what}. Nothing is taken from the inventory.`, { cause });
}

function versionOf({ size, mtime, etag }: Entry): readonly (string | number | null)[] {
	return [size, mtime, etag];
}
