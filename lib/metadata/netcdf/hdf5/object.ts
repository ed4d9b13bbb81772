import { RejectedError } from "#lib/errors.ts";
import { malformed } from "#lib/metadata/bounded-bytes.ts";
import { maxValues } from "#lib/metadata/netcdf/model.ts";
import { Cursor, type Hdf5, viewAt } from "./bytes.ts";
import { addressesIn, type Datatype, numbersOf, readDatatype, textIn } from "./datatype.ts";
import { type Message, messageTypes, readHeader, sharedView } from "./header.ts";
import { fractalHeap, localHeap } from "./heaps.ts";
import { groupNodes, treeRecords } from "./trees.ts";

/** A group or dataset. */
export interface Hdf5Object {
	readonly address: number;
	readonly messages: readonly Message[];
	readonly attributes: ReadonlyMap<string, Attribute>;
}

/** What an attribute holds; references as addresses of objects. */
export type Attribute =
	| { readonly kind: "text"; readonly text: string }
	| { readonly kind: "numbers"; readonly numbers: readonly number[] }
	| { readonly kind: "references"; readonly addresses: readonly (number | null)[] };

const maxAttributes = 2000;
const maxLinks = 10_000;

export async function readObject(file: Hdf5, address: number): Promise<Hdf5Object> {
	const messages = await readHeader(file, address);
	const attributes = new Map<string, Attribute>();
	const add = async (cursor: Cursor) => {
		const found = await readAttribute(file, cursor);
		if (found !== null) attributes.set(found[0], found[1]);
	};
	for (const message of messages) if (message.type === messageTypes.attribute) await add(message.cursor());
	const info = objectCursor(messages, messageTypes.attributeInfo)?.skip(1);
	if (info !== undefined) {
		const flags = info.number(1);
		if (flags & 1) info.skip(2);
		const [heapAt, names] = [info.address(file), info.address(file)];
		if (heapAt !== null && names !== null) {
			const heap = await fractalHeap(file, heapAt);
			for (const record of await treeRecords(file, names, maxAttributes)) {
				const attribute = await heap.object(record);
				if (attribute !== null) await add(attribute);
			}
		}
	}
	return { address, messages, attributes };
}

export function objectCursor(messages: readonly Message[], type: number): Cursor | undefined {
	return messages.find((message) => message.type === type)?.cursor();
}

/** The size of each dimension; `[]` for a scalar and for nothing. */
export function readShape(file: Hdf5, cursor: Cursor): { readonly shape: readonly number[]; readonly isNull: boolean } {
	const version = cursor.number(1);
	const rank = cursor.number(1);
	cursor.skip(1);
	const isNull = version === 2 && cursor.number(1) === 2;
	if (version === 1) cursor.skip(5);
	if (rank > 32) throw malformed("HDF5", `something has ${rank} dimensions`);
	return { shape: Array.from({ length: rank }, () => cursor.length(file)), isNull };
}

async function readAttribute(file: Hdf5, cursor: Cursor): Promise<readonly [string, Attribute] | null> {
	const version = cursor.number(1);
	const flags = cursor.number(1);
	const nameSize = cursor.number(2);
	const typeSize = cursor.number(2);
	const spaceSize = cursor.number(2);
	if (version < 1 || version > 3) throw malformed("HDF5", `an attribute has the unsupported version ${version}`);
	if (version === 3) cursor.skip(1);
	const padded = (size: number) => (version === 1 ? Math.min(size + ((8 - (size % 8)) % 8), cursor.left) : size);
	const name = new Cursor(cursor.take(padded(nameSize)), "a name").text(nameSize);
	const typeView = cursor.take(padded(typeSize));
	const isShared = version > 1 && (flags & 1) !== 0;
	const type = readDatatype(
		new Cursor(isShared ? await sharedView(file, messageTypes.datatype, typeView) : typeView, "a type"),
	);
	const { shape, isNull } = readShape(file, new Cursor(cursor.take(padded(spaceSize)), "a dataspace"));
	const count = isNull
		? 0
		: Math.min(
				maxValues,
				shape.reduce((product, size) => product * size, 1),
			);
	const data = cursor.take(cursor.left);
	const value = count * type.size > data.byteLength ? null : await attributeOf(file, { data, type, count });
	return value === null ? null : [name, value];
}

async function attributeOf(
	file: Hdf5,
	{ data, type, count }: { data: DataView; type: Datatype; count: number },
): Promise<Attribute | null> {
	if (type.kind === "number" && type.dataType.startsWith("C")) return null;
	if (type.kind === "number") return { kind: "numbers", numbers: numbersOf(data, type, count) };
	if (type.kind === "reference") return { kind: "references", addresses: await addressesIn(file, data, type) };
	if (type.kind === "other") return null;
	return { kind: "text", text: count === 0 ? "" : await textIn(file, data, type) };
}

export interface GroupLink {
	readonly name: string;
	readonly address: number;
	/** When it was made, compared with others of the group; null where the file does not keep it. */
	readonly order: number | null;
}

/** The members of a group, in the order they were made where the file keeps it, else by name; links to elsewhere (soft, external) are left out. */
export async function readLinks(file: Hdf5, object: Hdf5Object): Promise<readonly GroupLink[]> {
	const links = await unorderedLinks(file, object);
	const byName = (a: GroupLink, b: GroupLink) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
	return links.toSorted((a, b) => (a.order === null || b.order === null ? byName(a, b) : a.order - b.order));
}

async function unorderedLinks(file: Hdf5, { messages }: Hdf5Object): Promise<readonly GroupLink[]> {
	const links: GroupLink[] = [];
	const add = (link: GroupLink | null) => {
		if (links.length >= maxLinks) throw new RejectedError("unreadable", `A group has more than ${maxLinks} members.`);
		if (link !== null) links.push(link);
	};
	for (const message of messages) if (message.type === messageTypes.link) add(readLink(file, message.cursor()));
	const table = objectCursor(messages, messageTypes.symbolTable);
	if (table !== undefined) for (const link of await oldLinks(file, table)) add(link);
	const info = objectCursor(messages, messageTypes.linkInfo)?.skip(1);
	if (info === undefined) return links;
	if (info.number(1) & 1) info.skip(8);
	const [heapAt, names] = [info.address(file), info.address(file)];
	if (heapAt === null || names === null) return links;
	const heap = await fractalHeap(file, heapAt);
	for (const record of await treeRecords(file, names, maxLinks)) {
		const id = new DataView(record.buffer, record.byteOffset + 4, record.byteLength - 4);
		const link = await heap.object(id);
		if (link === null) throw malformed("HDF5", "a link has more than 64 KB");
		add(readLink(file, link));
	}
	return links;
}

function readLink(file: Hdf5, cursor: Cursor): GroupLink | null {
	const flags = cursor.skip(1).number(1);
	const type = flags & 8 ? cursor.number(1) : 0;
	const order = flags & 4 ? cursor.number(8) : null;
	cursor.skip(flags & 16 ? 1 : 0);
	const length = cursor.number(1 << (flags & 3));
	const name = new TextDecoder().decode(cursor.take(length));
	const address = type === 0 ? cursor.address(file) : null;
	return address === null ? null : { name, address, order };
}

async function oldLinks(file: Hdf5, table: Cursor): Promise<readonly GroupLink[]> {
	const [tree, heapAt] = [table.address(file), table.address(file)];
	if (tree === null || heapAt === null) return [];
	const nameAt = await localHeap(file, heapAt);
	const links: GroupLink[] = [];
	const entryLength = file.offsetSize * 2 + 24;
	for (const node of await groupNodes(file, tree)) {
		const count = (await viewAt(file, node, 8, "a symbol table")).signature("SNOD").skip(2).number(2);
		const cursor = await viewAt(file, node + 8, count * entryLength, "a symbol table");
		for (let index = 0; index < count; index++) {
			const entry = new Cursor(cursor.take(entryLength), "a symbol");
			const name = nameAt(entry.number(file.offsetSize));
			const address = entry.address(file);
			const isSoft = entry.number(4) === 2;
			if (address !== null && !isSoft) links.push({ name, address, order: null });
		}
	}
	return links;
}
