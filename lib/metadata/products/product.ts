import { RejectedError } from "#lib/errors.ts";
import { readHead } from "#lib/metadata/head-source.ts";
import type { ByteSource, EoMetadata, Raster, RasterReader, ReadOptions } from "#lib/metadata/metadata.ts";

/** A product of several files: its manifest, and the way to the others. */
export interface Product {
	/** The manifest's base name. */
	readonly name: string;
	/** The whole manifest. */
	readonly manifest: Uint8Array;
	/** The folder the manifest lies in. */
	readonly folder: string | undefined;
	/** A file by its path relative to the manifest's folder; null: there is none. @throws RejectedError as `ByteSource.sibling`. */
	member(path: string): Promise<ByteSource | null>;
	/** A file that belongs to the product if it is there, and of which nothing is needed; in an archive it is not looked for. */
	also(path: string): Promise<void>;
	/** The header of a member that is a raster. @throws RejectedError naming it. */
	readRaster(member: ByteSource, options: ReadOptions): Promise<{ readonly raster: Raster }>;
}

/** A format of products. */
export interface ProductReader {
	readonly format: string;
	/** The manifest's base name, by which it is found in an archive file. */
	readonly manifestName: RegExp;
	/**
	 * No manifest of another format stands beside it, and nothing else is delivered with its products, always or as a rule. An archive that is
	 * a stream need not be read to its end to know that; where it is only a rule, that is said of archives too long to be read.
	 */
	readonly alone?: "always" | "as a rule";
	/** Decides by the first bytes of the manifest. */
	recognises(head: Uint8Array): boolean;
	/** @throws RejectedError for a malformed product, or one that lacks a file. */
	read(product: Product, options: ReadOptions): Promise<{ readonly raster: Raster; readonly metadata: EoMetadata }>;
}

/**
 * The file, which must be there and as long as the manifest says.
 * @param size bytes; null: not given
 * @throws RejectedError `cut-off`.
 */
export async function requireMember(product: Product, path: string, size: number | null = null): Promise<ByteSource> {
	const member = await product.member(path);
	const shown = path.slice(0, 200);
	if (member === null) throw new RejectedError("cut-off", `the product is not complete: ${shown} is missing`);
	if (size !== null && member.size !== size)
		throw new RejectedError("cut-off", `${shown} has ${member.size} bytes where the manifest says ${size}`);
	return member;
}

/** Reads a member's header with whichever of the readers knows it. */
export function memberReader(readers: readonly RasterReader[]): Product["readRaster"] {
	return async (member, options) => {
		const { head, source } = await readHead(member, options);
		const reader = readers.find((candidate) => candidate.recognises(head));
		if (reader === undefined) throw new RejectedError("unsupported", `no reader for its member ${member.name}`);
		try {
			return await reader.read(source, options);
		} catch (error) {
			if (!(error instanceof RejectedError)) throw error;
			throw new RejectedError(error.code, `its member ${member.name}: ${error.message}`, { cause: error });
		}
	};
}
