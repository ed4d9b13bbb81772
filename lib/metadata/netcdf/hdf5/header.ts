import { malformed } from "#lib/metadata/bounded-bytes.ts";
import { Cursor, type Hdf5, viewAt } from "./bytes.ts";

/** The types of header messages that are read (HDF5 File Format Specification 3.0, IV.A.2). */
export const messageTypes = {
	dataspace: 0x01,
	linkInfo: 0x02,
	datatype: 0x03,
	link: 0x06,
	layout: 0x08,
	filters: 0x0b,
	attribute: 0x0c,
	continuation: 0x10,
	symbolTable: 0x11,
	attributeInfo: 0x15,
} as const;

export interface Message {
	readonly type: number;
	readonly cursor: () => Cursor;
}

const maxChunks = 64;
const maxMessages = 10_000;
const maxChunkBytes = 1024 * 1024;

/** The messages of an object header, shared ones looked up. */
export async function readHeader(file: Hdf5, address: number): Promise<readonly Message[]> {
	const messages: Message[] = [];
	for await (const stored of storedMessages(file, address)) messages.push(await messageOf(file, stored));
	return messages;
}

interface StoredMessage {
	readonly type: number;
	readonly view: DataView;
	readonly isShared: boolean;
}

/** The messages of an object header as they are stored, versions 1 and 2, continuations followed. */
async function* storedMessages(file: Hdf5, address: number): AsyncGenerator<StoredMessage> {
	const prefix = await viewAt(file, address, 16, "an object header");
	const isSecond = prefix.view.getUint32(0) === 0x4f484452; // OHDR
	const chunks: { address: number; length: number; begin: number }[] = [];
	let hasOrder = false;
	let count = 0;
	if (isSecond) {
		const flags = prefix.skip(5).number(1);
		hasOrder = (flags & 4) !== 0;
		const sizeAt = 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
		const sizeBytes = 1 << (flags & 3);
		const length = (await viewAt(file, address + sizeAt, sizeBytes, "an object header")).number(sizeBytes);
		chunks.push({ address: address + sizeAt + sizeBytes, length, begin: 0 });
	} else {
		if (prefix.number(1) !== 1) throw malformed("HDF5", "an object header has an unknown version");
		chunks.push({ address: address + 16, length: prefix.skip(7).number(4), begin: 0 });
	}
	for (const chunk of chunks) {
		if (chunks.length > maxChunks) throw malformed("HDF5", `an object header has more than ${maxChunks} pieces`);
		if (chunk.length > maxChunkBytes) throw malformed("HDF5", `an object header has ${chunk.length} bytes`);
		const cursor = await viewAt(file, chunk.address, chunk.length, "an object header");
		cursor.skip(chunk.begin);
		const headLength = isSecond ? (hasOrder ? 6 : 4) : 8;
		while (cursor.left >= headLength) {
			const type = cursor.number(isSecond ? 1 : 2);
			const [size, flags] = [cursor.number(2), cursor.number(1)];
			cursor.skip(isSecond ? (hasOrder ? 2 : 0) : 3);
			if (size > cursor.left) break; // what is left of version 2's gap
			const view = cursor.take(size);
			if (++count > maxMessages) throw malformed("HDF5", `an object header has more than ${maxMessages} messages`);
			if (type === messageTypes.continuation) chunks.push(continuationOf(file, view, isSecond));
			else yield { type, view, isShared: (flags & 2) !== 0 };
		}
	}
}

/** In version 2 between a signature and a checksum. */
function continuationOf(file: Hdf5, view: DataView, isSecond: boolean) {
	const cursor = new Cursor(view, "a continuation");
	const address = cursor.address(file) ?? 0;
	const length = cursor.length(file);
	return isSecond ? { address, length: Math.max(4, length - 4), begin: 4 } : { address, length, begin: 0 };
}

async function messageOf(file: Hdf5, { type, view, isShared }: StoredMessage): Promise<Message> {
	const known = isShared ? await sharedView(file, type, view) : view;
	return { type, cursor: () => new Cursor(known, "a header message") };
}

/** The message of another object's header: a committed datatype. */
export async function sharedView(file: Hdf5, type: number, view: DataView): Promise<DataView> {
	const cursor = new Cursor(view, "a shared message");
	const version = cursor.number(1);
	const kind = cursor.number(1);
	if (version > 3 || (version > 1 && kind === 1))
		throw malformed("HDF5", "a message is shared in a way that is not supported");
	// HDF5 before 1.6: an entry of a symbol table, of which only the address is used.
	if (version === 1) cursor.skip(6).length(file);
	const address = cursor.address(file);
	if (address === null) throw malformed("HDF5", "a shared message has no address");
	// What it refers to further is not followed.
	for await (const stored of storedMessages(file, address)) if (stored.type === type) return stored.view;
	throw malformed("HDF5", "a shared message is not at its address");
}
