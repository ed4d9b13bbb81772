import { BoundedBytes, cutOff, malformed } from "#lib/metadata/bounded-bytes.ts";
import type { ByteSource } from "#lib/metadata/metadata.ts";

const format = "ERDAS Imagine file";
const maxNodes = 20_000;
const nodeLength = 128;

/**
 * Sees that a file of ERDAS Imagine is whole: every node of its tree, and what it names, lies within it. Source: "Imagine .ige/.img File
 * Format", ERDAS, `Ehfa_File` and `Ehfa_Entry`. GDAL passes over branches that it cannot read, and the place is one of them.
 * @throws RejectedError `cut-off`, `unreadable`.
 */
export async function checkHfaTree(source: ByteSource, signal: AbortSignal): Promise<void> {
	const bounds = { format, maxBytes: 16 * 1024 * 1024, blockLength: 4096, lookBehind: 0, maxBlocks: 64 };
	const bytes = new BoundedBytes(source, signal, bounds);
	const headerAt = (await bytes.view(16, 4, "the header")).getUint32(0, true);
	const header = await bytes.view(headerAt, 18, "the header");
	const [root, dictionary] = [header.getUint32(8, true), header.getUint32(14, true)];
	if (dictionary >= source.size) throw cutOff("the dictionary", { offset: dictionary, length: 1, size: source.size });
	const seen = new Set<number>();
	const open = [root];
	for (let at = open.pop(); at !== undefined; at = open.pop()) {
		if (at === 0) continue;
		if (seen.has(at) || seen.size >= maxNodes) throw malformed(format, "its tree has no end");
		seen.add(at);
		const node = await bytes.view(at, nodeLength, "a node");
		const [next, child, data, length] = [0, 12, 16, 20].map((offset) => node.getUint32(offset, true));
		if (next === undefined || child === undefined || data === undefined || length === undefined) continue;
		if (data + length > source.size) throw cutOff("a node", { offset: data, length, size: source.size });
		open.push(next, child);
	}
}
