import { RejectedError } from "#lib/errors.ts";
import { readFirst } from "#lib/metadata/head-source.ts";
import type { RasterReader } from "#lib/metadata/metadata.ts";
import { xmlLimits } from "#lib/metadata/text/xml.ts";
import type { Product, ProductReader } from "./product.ts";
import { readZipDirectory, type ZipEntry } from "./zip-directory.ts";
import { zipMember } from "./zip-member.ts";

/**
 * A product in a ZIP archive, as distributors pack them: the manifest nearest to the archive's root, and its members by
 * ranged reads. The archive is the dataset's only file; its EO ID is that of the product in it.
 */
export function zipProduct(readers: readonly ProductReader[], readRaster: Product["readRaster"]): RasterReader {
	return {
		format: "ZIP of a product",
		recognises: ([p, k, third, fourth]) => p === 0x50 && k === 0x4b && third === 3 && fourth === 4,
		async read(source, options) {
			const entries = await readZipDirectory(source, options.signal);
			const { entry, reader } = manifestAmong(entries, readers);
			if (entry.size > xmlLimits.bytes)
				throw new RejectedError("unreadable", `its ${entry.path} has ${entry.size} bytes`);
			const manifest = await readFirst(zipMember(source, entry), xmlLimits.bytes, options);
			if (!reader.recognises(manifest))
				throw new RejectedError("unsupported", `no reader for its manifest ${entry.path.slice(-200)}`);
			const root = entry.path.slice(0, entry.path.lastIndexOf("/") + 1);
			const folder = root.split("/").at(-2);
			const member = async (path: string) => {
				const found = entries.get(root + inFolder(path));
				return found === undefined ? null : zipMember(source, found);
			};
			return reader.read({ manifest, folder, member, readRaster }, options);
		},
	};
}

interface Manifest {
	readonly entry: ZipEntry;
	readonly reader: ProductReader;
}

/** By depth, then by the order of the readers. */
function manifestAmong(entries: ReadonlyMap<string, ZipEntry>, readers: readonly ProductReader[]): Manifest {
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
		throw new RejectedError("unsupported", `no reader for this ZIP archive: it has no manifest of ${known}`);
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
