import { expect, test } from "vitest";
import { BoundedBytes } from "#lib/metadata/bounded-bytes.ts";
import { netcdfBounds } from "#lib/metadata/netcdf/netcdf.ts";
import { fileWith } from "#lib/metadata/testing/files.ts";
import { spender } from "./bytes.ts";
import { messageTypes, readHeader } from "./header.ts";

function hdf5(contents: Buffer, name: string) {
	const bytes = new BoundedBytes(fileWith(contents, name), new AbortController().signal, netcdfBounds);
	return { bytes, offsetSize: 8, lengthSize: 8, base: 0, spend: spender() };
}

test("a committed datatype as HDF5 before 1.6 refers to it: by an entry of a symbol table", async () => {
	const file = Buffer.alloc(96);
	for (const [at, size, flags] of [
		[0, 24, 2],
		[56, 8, 0],
	] as const) {
		file.writeUInt8(1, at);
		file.writeUInt32LE(8 + size, at + 8);
		file.writeUInt16LE(messageTypes.datatype, at + 16);
		file.writeUInt16LE(size, at + 18);
		file.writeUInt8(flags, at + 20);
	}
	file.writeUInt8(1, 24);
	file.writeBigUInt64LE(1234n, 32);
	file.writeBigUInt64LE(56n, 40);
	file.write("datatype", 80);
	const [message] = await readHeader(hdf5(file, "old.h5"), 0);
	expect(message?.cursor().text(8)).toBe("datatype");
});

test("a header that goes on in itself has too many pieces", async () => {
	const header = Buffer.alloc(40);
	header.writeUInt8(1, 0);
	header.writeUInt32LE(24, 8);
	header.writeUInt16LE(messageTypes.continuation, 16);
	header.writeUInt16LE(16, 18);
	header.writeBigUInt64LE(16n, 24);
	header.writeBigUInt64LE(24n, 32);
	await expect(readHeader(hdf5(header, "loop.h5"), 0)).rejects.toThrow(/more than 64 pieces/);
});
