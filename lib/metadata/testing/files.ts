import { crc32, deflateSync } from "node:zlib";
import { expect } from "vitest";
// biome-ignore lint/style/noRestrictedImports: only tests reach for the demonstration's source in memory
import { type MemorySource, memorySource } from "#lib/demo/memory-source.ts";
import { RejectedError } from "#lib/errors.ts";
import type { ByteSource } from "#lib/metadata/metadata.ts";

/** For tests: a file in memory with others beside it. */
export function fileWith(
	bytes: Uint8Array,
	name: string,
	siblings: Readonly<Record<string, string | Uint8Array>> = {},
): MemorySource & Required<Pick<ByteSource, "sibling">> {
	const source = memorySource(bytes, name) as MemorySource & { sibling?: ByteSource["sibling"] };
	const sibling = async (path: string) => {
		const content = Object.hasOwn(siblings, path) ? siblings[path] : undefined;
		if (content === undefined) return null;
		return memorySource(typeof content === "string" ? new TextEncoder().encode(content) : content, path);
	};
	return Object.assign(source, { sibling });
}

/** For tests: the answer to every read of a huge file, `contents` at their offsets and zeros elsewhere. */
export function sparseFile(size: number, contents: Readonly<Record<number, Uint8Array>>, name = "huge") {
	const source = {
		name,
		size,
		bytesRead: 0,
		reads: 0,
		async read(offset: number, length: number) {
			const block = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
			source.bytesRead += block.length;
			source.reads += 1;
			for (const [key, bytes] of Object.entries(contents)) {
				const at = Number(key);
				const inside = bytes.subarray(Math.max(0, offset - at), Math.max(0, offset + block.length - at));
				if (at < offset + block.length) block.set(inside, Math.max(0, at - offset));
			}
			return block;
		},
	};
	return source;
}

/** mulberry32: the same numbers in every run. */
export function randomNumbers(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
	};
}

function damaged(files: readonly Uint8Array[], random: (below: number) => number): Uint8Array {
	const bytes = Uint8Array.from(files[random(files.length)] ?? []);
	const kind = random(4);
	if (kind === 0) return bytes.subarray(0, random(bytes.length));
	if (kind === 1) {
		const other = files[random(files.length)] ?? bytes;
		const from = random(other.length);
		const piece = other.subarray(from, from + random(200));
		bytes.set(piece.subarray(0, bytes.length), random(Math.max(1, bytes.length - piece.length)));
		return bytes;
	}
	const extremes = [0, 1, 0x7f, 0x80, 0xff];
	for (let change = 0; change <= random(8); change++) {
		bytes[random(bytes.length)] = kind === 2 ? random(256) : (extremes[random(extremes.length)] ?? 0);
	}
	return bytes;
}

/**
 * For tests: how many damaged files are tried with each reader. The choices are the same at every run, so the gate tries
 * the first of them only; `EOSYNC_DAMAGED=10000` tries more, after a change of a reader and before a release.
 */
// biome-ignore lint/style/noProcessEnv: only tests read it, and a reader does not know the environment
export const damagedFiles = Number(process.env.EOSYNC_DAMAGED ?? 1500);

/**
 * For tests: damages the files many times over; each must be read or rejected, nothing else, within `maxBytes`.
 * At least one of a hundred of either shows that the damage is neither none nor total.
 */
export async function expectDamageIsRejected(
	files: readonly Uint8Array[],
	{
		read,
		maxBytes,
		name,
		siblings = {},
	}: {
		readonly read: (source: ByteSource) => Promise<unknown>;
		readonly maxBytes: number;
		readonly name: string;
		readonly siblings?: Readonly<Record<string, string | Uint8Array>>;
	},
): Promise<void> {
	const random = randomNumbers(20060816);
	const outcomes = { read: 0, rejected: 0 };
	for (let round = 0; round < damagedFiles; round++) {
		const source = fileWith(damaged(files, random), name, siblings);
		try {
			await read(source);
			outcomes.read += 1;
		} catch (error) {
			if (!(error instanceof RejectedError))
				throw new Error(`round ${round}: ${(error as Error).stack}`, { cause: error });
			outcomes.rejected += 1;
		}
		if (source.bytesRead > maxBytes) throw new Error(`round ${round}: ${source.bytesRead} bytes were read`);
	}
	expect(outcomes.read).toBeGreaterThan(damagedFiles / 100);
	expect(outcomes.rejected).toBeGreaterThan(damagedFiles / 100);
}

/** For tests: WGS 84 as Esri writes it into `.prj` files. */
export const wgs84Wkt =
	'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]';

/** For tests: a PNG of zeros. */
export function writePng(
	size: readonly [number, number],
	{
		depth,
		colour,
		chunks = [],
	}: { depth: number; colour: number; chunks?: readonly (readonly [string, Uint8Array])[] },
): Uint8Array {
	const header = new Uint8Array(13);
	new DataView(header.buffer).setUint32(0, size[0]);
	new DataView(header.buffer).setUint32(4, size[1]);
	header.set([depth, colour, 0, 0, 0], 8);
	const image = deflateSync(new Uint8Array(Math.min(1e6, size[1] * (1 + size[0] * 8))));
	const all = [["IHDR", header], ...chunks, ["IDAT", image], ["IEND", new Uint8Array()]] as const;
	return Buffer.concat([
		Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
		...all.map(([name, data]) => chunkOf(name, data)),
	]);
}

function chunkOf(name: string, data: Uint8Array): Uint8Array {
	const chunk = Buffer.alloc(data.length + 12);
	chunk.writeUInt32BE(data.length, 0);
	chunk.write(name, 4, "latin1");
	chunk.set(data, 8);
	chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
	return chunk;
}
