import { cutOff } from "#lib/metadata/bounded-bytes.ts";
import { readDirectory, type TiffDirectory, type TiffLayout, unreadable } from "./directory.ts";
import type { Segments } from "./image.ts";
import { tiffTags } from "./tags.ts";
import type { TiffBytes } from "./tiff-bytes.ts";

/** Entries of the offset and byte count arrays that are read at a time. */
const chunkLength = 32 * 1024;
/** Longer arrays (images of more than 80 gigapixels in 512 × 512 tiles) are checked at evenly spread chunks. */
const maxChunks = 10;

/**
 * Makes sure that every strip or tile of the image lies within the file. Sparse ones (offset or byte count 0) do.
 * @throws RejectedError `cut-off`.
 */
export async function checkSegments(bytes: TiffBytes, directory: TiffDirectory, segments: Segments): Promise<void> {
	const { kind, count, offsetsTag, byteCountsTag } = segments;
	const listed = directory.count(offsetsTag);
	if (listed < count) throw unreadable(`it lists ${listed} of ${count} ${kind}s`);
	const hasCounts = directory.count(byteCountsTag) > 0;
	if (hasCounts && directory.count(byteCountsTag) < count) {
		throw unreadable(`it lists the lengths of ${directory.count(byteCountsTag)} of ${count} ${kind}s`);
	}
	for (const from of chunkStarts(count)) {
		const range = { max: chunkLength, from, to: Math.min(from + chunkLength, count) };
		const offsets = await directory.numbers(offsetsTag, range);
		// Writers may leave out the byte counts of uncompressed strips; then at least their first byte must be there.
		const lengths = hasCounts ? await directory.numbers(byteCountsTag, range) : offsets.map(() => 1);
		offsets.forEach((offset, index) => {
			const length = lengths[index] ?? 0;
			if (offset === 0 || length === 0 || offset + length <= bytes.size) return;
			throw cutOff(`${kind} ${from + index}`, { offset, length, size: bytes.size });
		});
	}
}

function chunkStarts(count: number): readonly number[] {
	const chunks = Math.min(maxChunks, Math.ceil(count / chunkLength));
	const step = chunks === 1 ? 0 : (count - chunkLength) / (chunks - 1);
	const isComplete = chunks * chunkLength >= count;
	return Array.from({ length: chunks }, (_, chunk) => (isComplete ? chunk * chunkLength : Math.floor(chunk * step)));
}

/** Overviews and masks; GDAL makes about ten. */
const maxDirectories = 64;

/**
 * The same for the overviews, masks and further pages; nothing else of them is read.
 * @throws RejectedError `cut-off`; `unreadable` where the directories form a loop.
 */
export async function checkFurtherDirectories(
	bytes: TiffBytes,
	layout: TiffLayout,
	first: TiffDirectory,
): Promise<void> {
	const visited = new Set([layout.first]);
	let directory = first;
	for (let further = 0; directory.next !== 0 && further < maxDirectories; further++) {
		if (visited.has(directory.next)) throw unreadable("its directories form a loop");
		visited.add(directory.next);
		directory = await readDirectory(bytes, layout, directory.next);
		const isTiled = directory.count(tiffTags.tileOffsets) > 0;
		const [offsetsTag, byteCountsTag] = isTiled
			? [tiffTags.tileOffsets, tiffTags.tileByteCounts]
			: [tiffTags.stripOffsets, tiffTags.stripByteCounts];
		const count = Math.min(directory.count(offsetsTag), directory.count(byteCountsTag));
		await checkSegments(bytes, directory, { kind: isTiled ? "tile" : "strip", count, offsetsTag, byteCountsTag });
	}
}
