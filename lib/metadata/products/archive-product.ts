import { RejectedError } from "#lib/errors.ts";
import { readFirst } from "#lib/metadata/head-source.ts";
import type { ByteSource, RasterReader, ReadOptions } from "#lib/metadata/metadata.ts";
import { xmlLimits } from "#lib/metadata/text/xml.ts";
import type { Product, ProductReader } from "./product.ts";

/** A file in an archive. */
export interface ArchiveEntry {
	/** `/`-separated, relative, without `..`. */
	readonly path: string;
	/** Bytes, unpacked. */
	readonly size: number;
	readonly open: () => ByteSource;
}

/** A format of archives. */
export interface ArchiveReader {
	/** `ZIP`. */
	readonly format: string;
	readonly recognises: RasterReader["recognises"];
	/** @throws RejectedError for a malformed archive, and names that lead out of it; so do the archive's own functions. */
	readonly open: (source: ByteSource, options: ReadOptions) => Promise<Archive>;
}

export interface Archive {
	/** A stream with more bytes than may be read. */
	readonly isLong: boolean;
	/** Its files by path: of a stream those that came until `isEnough` of them came, or as many as may be read, else all. */
	readonly list: (isEnough: (found: ArchiveEntries) => boolean) => Promise<ArchiveListing>;
	/** Reads on until it comes; null: there is none. */
	readonly find: (path: string) => Promise<ArchiveEntry | null>;
	/** Rejects what is cut off, as far as what was not read yet can tell. */
	readonly checkEnd: () => Promise<void>;
	readonly close: () => void;
}

type ArchiveEntries = ReadonlyMap<string, ArchiveEntry>;

export interface ArchiveListing {
	readonly entries: ArchiveEntries;
	/** What to say where more of it is needed than may be read; null: these are all. */
	readonly unread: RejectedError | null;
}

/** An archive with a list of its files. */
export function wholeArchive(entries: ArchiveEntries): Archive {
	return {
		isLong: false,
		list: async () => ({ entries, unread: null }),
		find: async (path) => entries.get(path) ?? null,
		checkEnd: async () => undefined,
		close: () => undefined,
	};
}

/**
 * A product in an archive, as distributors pack them: the manifest nearest to the archive's root, and its members in place. The
 * archive is the dataset's only file; its EO ID is that of the product in it.
 */
export function archiveProduct(
	archive: ArchiveReader,
	readers: readonly ProductReader[],
	readRaster: Product["readRaster"],
): RasterReader {
	return {
		format: `${archive.format} of a product`,
		recognises: archive.recognises,
		async read(source, options) {
			const opened = await archive.open(source, options);
			try {
				const product = await productIn(opened, { format: archive.format, readers, readRaster }, options);
				await opened.checkEnd();
				return product;
			} finally {
				opened.close();
			}
		},
	};
}

interface ProductReading {
	readonly format: string;
	readonly readers: readonly ProductReader[];
	readonly readRaster: Product["readRaster"];
}

async function productIn(archive: Archive, { format, readers, readRaster }: ProductReading, options: ReadOptions) {
	const begun = await archive.list(isSettled(readers, archive.isLong));
	const first = begun.unread === null ? null : manifestAmong(begun.entries, readers);
	const isEnough = first?.reader.alone !== undefined;
	const { entries, unread } = isEnough ? begun : await archive.list(() => false);
	const found = manifestAmong(entries, readers);
	// Another product might come behind it.
	if (unread !== null && found?.reader.alone === undefined) throw unread;
	if (found === null) {
		const known = readers.map((one) => one.format).join(", ");
		throw new RejectedError("unsupported", `no reader for this ${format} archive: it has no manifest of ${known}`);
	}
	const { entry, reader } = found;
	if (entry.size > xmlLimits.bytes) throw new RejectedError("unreadable", `its ${entry.path} has ${entry.size} bytes`);
	const manifest = await readFirst(entry.open(), xmlLimits.bytes, options);
	if (!reader.recognises(manifest))
		throw new RejectedError("unsupported", `no reader for its manifest ${entry.path.slice(-200)}`);
	const root = entry.path.slice(0, entry.path.lastIndexOf("/") + 1);
	const folder = root.split("/").at(-2);
	const member = async (path: string) => (await archive.find(root + inFolder(path)))?.open() ?? null;
	const name = entry.path.slice(root.length);
	const also = async () => undefined;
	const read = await reader.read({ name, manifest, folder, member, also, readRaster }, options);
	if (unread === null || reader.alone === "always") return read;
	const properties = { ...read.metadata.properties, archiveNote: unreadNote };
	return { ...read, metadata: { ...read.metadata, properties } };
}

const unreadNote =
	"The archive is larger than what is read of a gzipped one (EOSYNC_TAR_GZ_MB). All files of this product are in it; whether it holds another product is not known.";

/** Whether what comes later in a stream would not be another manifest of the product: at the top, or in the one folder there. */
function isSettled(readers: readonly ProductReader[], isLong: boolean): (found: ArchiveEntries) => boolean {
	const alone = readers.filter((reader) => reader.alone === "always" || (isLong && reader.alone === "as a rule"));
	return (found) =>
		[...found.values()].some(({ path }) => {
			const names = path.split("/");
			return names.length <= 2 && alone.some(({ manifestName }) => manifestName.test(names.at(-1) ?? ""));
		});
}

interface Manifest {
	readonly entry: ArchiveEntry;
	readonly reader: ProductReader;
}

/** By depth, then by the order of the readers; null: there is none. @throws RejectedError for several products. */
function manifestAmong(entries: ArchiveEntries, readers: readonly ProductReader[]): Manifest | null {
	let found: (Manifest & { readonly rank: number })[] = [];
	for (const entry of entries.values()) {
		const names = entry.path.split("/");
		const order = readers.findIndex(({ manifestName }) => manifestName.test(names.at(-1) ?? ""));
		const reader = readers[order];
		if (reader === undefined) continue;
		const rank = names.length * readers.length + order;
		if (found[0] && rank > found[0].rank) continue;
		if (found[0] && rank < found[0].rank) found = [];
		found.push({ entry, reader, rank });
	}
	const [manifest] = found;
	if (manifest === undefined) return null;
	// The same metadata of a Landsat scene as text, JSON and XML stand beside each other.
	const products = new Set(found.map(({ entry }) => entry.path.replace(/\.[^./]*$/, "")));
	if (products.size > 1)
		throw new RejectedError("unsupported", `it holds ${products.size} products; pack each into an archive of its own`);
	return manifest;
}

/** @throws RejectedError `unreadable` for what leads out of the folder. */
function inFolder(path: string): string {
	const names = path.split("/").filter((name) => name !== ".");
	if (names.includes("") || names.includes("..") || /[\\\0]/.test(path))
		throw new RejectedError(
			"unreadable",
			`it names the file ${JSON.stringify(path.slice(0, 200))}, which is outside its folder`,
		);
	return names.join("/");
}
