import { deflateRawSync } from "node:zlib";

export interface ZipOptions {
	/** Default `deflated`. */
	readonly method?: "stored" | "deflated";
	/** Sizes and offsets in zip64 fields. */
	readonly zip64?: boolean;
	readonly comment?: string;
	/** Falsifies the 46 bytes of each directory entry before they are written. */
	readonly changeEntry?: (view: DataView) => void;
}

/** For tests: a ZIP archive (PKWARE APPNOTE 6.3.10). */
export function writeZip(files: Readonly<Record<string, Uint8Array>>, options: ZipOptions = {}): Uint8Array {
	const { method = "deflated", zip64 = false, comment = "" } = options;
	const parts: Uint8Array[] = [];
	const directory: Uint8Array[] = [];
	let offset = 0;
	for (const [path, content] of Object.entries(files)) {
		const name = new TextEncoder().encode(path);
		const data = method === "stored" ? content : deflateRawSync(content);
		const local = new DataView(new ArrayBuffer(30));
		local.setUint32(0, 0x04034b50, true);
		local.setUint16(26, name.length, true);
		directory.push(entryOf({ name, size: content.length, packed: data.length, offset }, options));
		for (const part of [new Uint8Array(local.buffer), name, data]) {
			parts.push(part);
			offset += part.length;
		}
	}
	const length = directory.reduce((sum, part) => sum + part.length, 0);
	const end = new DataView(new ArrayBuffer(22));
	end.setUint32(0, 0x06054b50, true);
	end.setUint16(10, zip64 ? 0xffff : directory.length, true);
	end.setUint32(12, zip64 ? 0xffffffff : length, true);
	end.setUint32(16, zip64 ? 0xffffffff : offset, true);
	end.setUint16(20, comment.length, true);
	const end64 = zip64 ? [endOf64(directory.length, length, offset)] : [];
	return joined([...parts, ...directory, ...end64, new Uint8Array(end.buffer), new TextEncoder().encode(comment)]);
}

interface Entry {
	readonly name: Uint8Array;
	readonly size: number;
	readonly packed: number;
	readonly offset: number;
}

function entryOf({ name, size, packed, offset }: Entry, { method, zip64, changeEntry }: ZipOptions): Uint8Array {
	const extra = new DataView(new ArrayBuffer(zip64 ? 28 : 0));
	const view = new DataView(new ArrayBuffer(46));
	view.setUint32(0, 0x02014b50, true);
	view.setUint16(8, 0x800, true);
	view.setUint16(10, method === "stored" ? 0 : 8, true);
	view.setUint32(20, zip64 ? 0xffffffff : packed, true);
	view.setUint32(24, zip64 ? 0xffffffff : size, true);
	view.setUint16(28, name.length, true);
	view.setUint16(30, extra.byteLength, true);
	view.setUint32(42, zip64 ? 0xffffffff : offset, true);
	if (zip64) {
		extra.setUint16(0, 1, true);
		extra.setUint16(2, 24, true);
		for (const [i, value] of [size, packed, offset].entries()) extra.setBigUint64(4 + i * 8, BigInt(value), true);
	}
	changeEntry?.(view);
	return joined([new Uint8Array(view.buffer), name, new Uint8Array(extra.buffer)]);
}

function endOf64(count: number, length: number, offset: number): Uint8Array {
	const view = new DataView(new ArrayBuffer(56 + 20));
	view.setUint32(0, 0x06064b50, true);
	for (const [i, value] of [count, length, offset].entries()) view.setBigUint64(32 + i * 8, BigInt(value), true);
	view.setUint32(56, 0x07064b50, true);
	view.setBigUint64(64, BigInt(offset + length), true);
	return new Uint8Array(view.buffer);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
	const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		bytes.set(part, at);
		at += part.length;
	}
	return bytes;
}
