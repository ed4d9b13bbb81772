import { type ArchiveReader, wholeArchive } from "./archive-product.ts";
import { readZipDirectory } from "./zip-directory.ts";
import { zipMember } from "./zip-member.ts";

/** ZIP archives, their members by ranged reads. */
export const zipArchive: ArchiveReader = {
	format: "ZIP",
	recognises: ([p, k, third, fourth]) => p === 0x50 && k === 0x4b && third === 3 && fourth === 4,
	open: async (source, { signal }) => {
		const entries = [...(await readZipDirectory(source, signal)).values()];
		return wholeArchive(
			new Map(
				entries.map((entry) => [
					entry.path,
					{ path: entry.path, size: entry.size, open: () => zipMember(source, entry) },
				]),
			),
		);
	},
};
