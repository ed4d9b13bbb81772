import { expect, test } from "vitest";
import { BoundedBytes } from "#lib/metadata/bounded-bytes.ts";
import { netcdfBounds } from "#lib/metadata/netcdf/netcdf.ts";
import { fileWith } from "#lib/metadata/testing/files.ts";
import { spender } from "./bytes.ts";
import { messageTypes, readHeader } from "./header.ts";

test("a header that goes on in itself has too many pieces", async () => {
	const header = Buffer.alloc(40);
	header.writeUInt8(1, 0);
	header.writeUInt32LE(24, 8);
	header.writeUInt16LE(messageTypes.continuation, 16);
	header.writeUInt16LE(16, 18);
	header.writeBigUInt64LE(16n, 24);
	header.writeBigUInt64LE(24n, 32);
	const bytes = new BoundedBytes(fileWith(header, "loop.h5"), new AbortController().signal, netcdfBounds);
	const file = { bytes, offsetSize: 8, lengthSize: 8, base: 0, spend: spender() };
	await expect(readHeader(file, 0)).rejects.toThrow(/more than 64 pieces/);
});
