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
	/** Its files by path. @throws RejectedError for a malformed archive, and names that lead out of it. */
	readonly entries: (source: ByteSource, options: ReadOptions) => Promise<ReadonlyMap<string, ArchiveEntry>>;
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
			const entries = await archive.entries(source, options);
			const { entry, reader } = manifestAmong(archive.format, entries, readers);
			if (entry.size > xmlLimits.bytes)
				throw new RejectedError("unreadable", `its ${entry.path} has ${entry.size} bytes`);
			const manifest = await readFirst(entry.open(), xmlLimits.bytes, options);
			if (!reader.recognises(manifest))
				throw new RejectedError("unsupported", `no reader for its manifest ${entry.path.slice(-200)}`);
			const root = entry.path.slice(0, entry.path.lastIndexOf("/") + 1);
			const folder = root.split("/").at(-2);
			const member = async (path: string) => entries.get(root + inFolder(path))?.open() ?? null;
			const name = entry.path.slice(root.length);
			return reader.read({ name, manifest, folder, member, readRaster }, options);
		},
	};
}

interface Manifest {
	readonly entry: ArchiveEntry;
	readonly reader: ProductReader;
}

/** By depth, then by the order of the readers. */
function manifestAmong(
	format: string,
	entries: ReadonlyMap<string, ArchiveEntry>,
	readers: readonly ProductReader[],
): Manifest {
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
	if (manifest === undefined) {
		const known = readers.map(({ format }) => format).join(", ");
		throw new RejectedError("unsupported", `no reader for this ${format} archive: it has no manifest of ${known}`);
	}
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
