import { BoundedBytes, cutOff, malformed } from "#lib/metadata/bounded-bytes.ts";
import type { ByteSource } from "#lib/metadata/metadata.ts";

const format = "ERDAS Imagine file";
const maxNodes = 20_000;
const nodeLength = 128;

/** `ImgExternalRaster` names the file that holds the samples, the only text in it. */
const externalRaster = "ImgExternalRaster";
const maxExternalLength = 4096;

/**
 * Sees that a file of ERDAS Imagine is whole: every node of its tree, and what it names, lies within it. Source: "Imagine .ige/.img File
 * Format", ERDAS, `Ehfa_File` and `Ehfa_Entry`. GDAL passes over branches that it cannot read, and the place is one of them.
 * @returns the names of files that hold its samples instead (`scene.ige`)
 * @throws RejectedError `cut-off`, `unreadable`.
 */
export async function checkHfaTree(source: ByteSource, signal: AbortSignal): Promise<readonly string[]> {
	const bounds = { format, maxBytes: 16 * 1024 * 1024, blockLength: 4096, lookBehind: 0, maxBlocks: 64 };
	const bytes = new BoundedBytes(source, signal, bounds);
	const headerAt = (await bytes.view(16, 4, "the header")).getUint32(0, true);
	const header = await bytes.view(headerAt, 18, "the header");
	const [root, dictionary] = [header.getUint32(8, true), header.getUint32(14, true)];
	if (dictionary >= source.size) throw cutOff("the dictionary", { offset: dictionary, length: 1, size: source.size });
	const seen = new Set<number>();
	const open = [root];
	const externals = new Set<string>();
	for (let at = open.pop(); at !== undefined; at = open.pop()) {
		if (at === 0) continue;
		if (seen.has(at) || seen.size >= maxNodes) throw malformed(format, "its tree has no end");
		seen.add(at);
		const node = await bytes.view(at, nodeLength, "a node");
		const [next, child, data, length] = [0, 12, 16, 20].map((offset) => node.getUint32(offset, true));
		if (next === undefined || child === undefined || data === undefined || length === undefined) continue;
		if (data + length > source.size) throw cutOff("a node", { offset: data, length, size: source.size });
		open.push(next, child);
		const type = textOf(node, 88, 32).split("\0")[0];
		if (type !== externalRaster || length > maxExternalLength) continue;
		const name = /[^\p{Cc}/\\]+\.ige/iu.exec(textOf(await bytes.view(data, length, "a node"), 0, length))?.[0];
		if (name !== undefined) externals.add(name);
	}
	return [...externals];
}

function textOf(view: DataView, offset: number, length: number): string {
	return Buffer.from(view.buffer, view.byteOffset + offset, length).toString("latin1");
}
