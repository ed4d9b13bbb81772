import { type BoundedBytes, cutOff, malformed } from "#lib/metadata/bounded-bytes.ts";
import { Cursor, type Hdf5, spender } from "./bytes.ts";

const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** The superblock stands at 0, or after a user block of 512, 1024, 2048, … bytes. */
function superblockAt(head: Uint8Array): number | null {
	for (let at = 0; at + signature.length <= head.length; at = at === 0 ? 512 : at * 2) {
		if (signature.every((byte, index) => head[at + index] === byte)) return at;
	}
	return null;
}

export function isHdf5(head: Uint8Array): boolean {
	return superblockAt(head) !== null;
}

const headLength = 64 * 1024;

/**
 * HDF5 by the superblock, versions 0 to 3 (HDF5 File Format Specification 3.0, II.A), and the address of the root group.
 * @throws RejectedError `cut-off` where the file ends before the end that its superblock gives.
 */
export async function openHdf5(bytes: BoundedBytes): Promise<{ readonly file: Hdf5; readonly root: number }> {
	const head = await bytes.view(0, Math.min(headLength, bytes.size), "the HDF5 superblock");
	const at = superblockAt(new Uint8Array(head.buffer, head.byteOffset, head.byteLength));
	if (at === null) throw malformed("HDF5", "it has no superblock");
	const cursor = new Cursor(
		new DataView(head.buffer, head.byteOffset + at, head.byteLength - at),
		"the superblock",
	).skip(8);
	const version = cursor.number(1);
	if (version > 3) throw malformed("HDF5", `its superblock has version ${version}`);
	if (version <= 1) cursor.skip(4);
	const [offsetSize, lengthSize] = [cursor.number(1), cursor.number(1)];
	if (![2, 4, 8].includes(offsetSize) || ![2, 4, 8].includes(lengthSize)) {
		throw malformed("HDF5", `its addresses have ${offsetSize} bytes`);
	}
	cursor.skip(version <= 1 ? 9 + (version === 1 ? 4 : 0) : 1);
	const sizes = { bytes, offsetSize, lengthSize, base: 0, spend: spender() };
	const base = cursor.address(sizes) ?? 0;
	cursor.address(sizes);
	const end = cursor.address(sizes) ?? 0;
	if (version <= 1) cursor.skip(offsetSize * 2);
	const root = cursor.address(sizes);
	// The end counts from the base, except that writers of user blocks count it from the start.
	if (end > bytes.size) throw cutOff("the HDF5 file", { offset: 0, length: end, size: bytes.size });
	if (root === null) throw malformed("HDF5", "it has no root group");
	return { file: { ...sizes, base }, root };
}
