import { type BoundedBytes, cutOff, malformed } from "#lib/metadata/bounded-bytes.ts";
import { type Descriptor, type Descriptors, type Hdf4Data, openData, tags } from "./hdf4-data.ts";

/** What is read of an HDF4 file: its global texts, and of its variables what they are filled with. */
export interface Hdf4File {
	readonly texts: ReadonlyMap<string, string>;
	readonly fillByVariable: ReadonlyMap<string, number>;
	/**
	 * The data of the only variable of that name; null: there is none, there are several, or its storage is not supported.
	 * @param bytes the file, with a read limit of its own
	 */
	dataOf(name: string, bytes: BoundedBytes): Promise<Hdf4Data | null>;
}

const max = { descriptors: 200_000, textBytes: 4 * 1024 * 1024, groupBytes: 1024 * 1024 };
const magic = [0x0e, 0x03, 0x13, 0x01];

export function isHdf4(head: Uint8Array): boolean {
	return magic.every((byte, index) => head[index] === byte);
}

/** @throws RejectedError `cut-off` where something lies beyond the end. */
export async function openHdf4(bytes: BoundedBytes): Promise<Hdf4File> {
	const found = await readDescriptors(bytes);
	const texts = new Map<string, string>();
	const fills = new Map<number, number>();
	for (const [ref, descriptor] of found.get(tags.vdataHeader) ?? []) {
		const header = await readVdataHeader(bytes, descriptor);
		const data = found.get(tags.vdata)?.get(ref);
		if (header === null || header.kind !== "Attr0.0" || data === undefined) continue;
		const length = Math.min(header.length, data.length);
		if (header.isText && length <= max.textBytes) {
			const view = await bytes.view(data.offset, length, header.name.slice(0, 60));
			const text = new TextDecoder("latin1").decode(view);
			// Some writers have the number as a text.
			if (header.name === "_FillValue" && /^\s*[-+]?[\d.]+(e[-+]?\d+)?[\s\0]*$/i.test(text))
				fills.set(ref, Number(text.replace(/\0.*$/s, "")));
			else texts.set(header.name, text);
		} else if (header.name === "_FillValue" && header.get !== null && length >= header.size) {
			fills.set(ref, header.get(await bytes.view(data.offset, header.size, "a fill value")));
		}
	}
	const fillByVariable = new Map<string, number>();
	const dataByVariable = new Map<string, number | null>();
	for (const descriptor of found.get(tags.group)?.values() ?? []) {
		const group = await readGroup(bytes, descriptor);
		if (group?.kind !== "Var0.0") continue;
		const fill = group.attributes.map((ref) => fills.get(ref)).find((one) => one !== undefined);
		if (fill !== undefined) fillByVariable.set(group.name, fill);
		dataByVariable.set(group.name, dataByVariable.has(group.name) ? null : (group.data[0] ?? null));
	}
	return {
		texts,
		fillByVariable,
		dataOf: async (name, from) => {
			const ref = dataByVariable.get(name) ?? null;
			return ref === null ? null : openData(from, found, [tags.data, ref]);
		},
	};
}

/** Blocks of descriptors, each with the place of the next. */
async function readDescriptors(bytes: BoundedBytes): Promise<Descriptors> {
	const found = new Map<number, Map<number, Descriptor>>();
	const visited = new Set<number>();
	let count = 0;
	for (let at = 4; at !== 0; ) {
		if (visited.has(at)) throw malformed("HDF4", "its descriptors refer to each other endlessly");
		visited.add(at);
		const head = await bytes.view(at, 6, "the HDF4 header");
		const here = head.getUint16(0);
		count += here;
		if (count > max.descriptors) throw malformed("HDF4", `it has more than ${max.descriptors} objects`);
		const next = head.getUint32(2);
		const view = await bytes.view(at + 6, here * 12, "the HDF4 header");
		for (let index = 0; index < here; index++) {
			const [tag, ref] = [view.getUint16(index * 12), view.getUint16(index * 12 + 2)];
			const [offset, length] = [view.getUint32(index * 12 + 4), view.getUint32(index * 12 + 8)];
			const isThere = tag !== 1 && offset !== 0xffffffff && length !== 0xffffffff;
			if (!isThere) continue;
			if (offset + length > bytes.size) throw cutOff("the HDF4 file", { offset, length, size: bytes.size });
			const same = found.get(tag) ?? new Map<number, Descriptor>();
			found.set(tag, same.set(ref, { offset, length }));
		}
		at = next;
	}
	return found;
}

interface VdataHeader {
	readonly name: string;
	/** `Attr0.0`: an attribute. */
	readonly kind: string;
	/** Bytes, all and of one value. */
	readonly length: number;
	readonly size: number;
	readonly isText: boolean;
	readonly get: ((view: DataView) => number) | null;
}

/** Of number types the size and how they are read (`DFNT_…`). */
const numbers: Readonly<Record<number, readonly [size: number, get: (view: DataView) => number]>> = {
	5: [4, (view) => view.getFloat32(0)],
	6: [8, (view) => view.getFloat64(0)],
	20: [1, (view) => view.getInt8(0)],
	21: [1, (view) => view.getUint8(0)],
	22: [2, (view) => view.getInt16(0)],
	23: [2, (view) => view.getUint16(0)],
	24: [4, (view) => view.getInt32(0)],
	25: [4, (view) => view.getUint32(0)],
};

/** null: of several fields. */
async function readVdataHeader(bytes: BoundedBytes, { offset, length }: Descriptor): Promise<VdataHeader | null> {
	if (length < 18 || length > max.groupBytes) return null;
	const view = await bytes.view(offset, length, "a header of values");
	const fields = view.getUint16(8);
	if (fields !== 1) return null;
	const [values, size, type] = [view.getUint32(2), view.getUint16(6), view.getUint16(10)];
	const texts = textsFrom(view, 18, 3);
	const [, name = "", kind = ""] = texts;
	const [width, get] = numbers[type] ?? [size, null];
	return { name, kind, length: values * size, size: width, isText: type === 3 || type === 4, get };
}

/** Texts behind their lengths, one after the other. */
function textsFrom(view: DataView, start: number, count: number): readonly string[] {
	const texts: string[] = [];
	for (let at = start; texts.length < count && at + 2 <= view.byteLength; ) {
		const length = view.getUint16(at);
		if (at + 2 + length > view.byteLength) throw malformed("HDF4", "a name is longer than its object");
		texts.push(new TextDecoder("latin1").decode(new Uint8Array(view.buffer, view.byteOffset + at + 2, length)));
		at += 2 + length;
	}
	return texts;
}

async function readGroup(bytes: BoundedBytes, { offset, length }: Descriptor) {
	if (length < 6 || length > max.groupBytes) return null;
	const view = await bytes.view(offset, length, "a group");
	const count = view.getUint16(0);
	if (2 + count * 4 > length) throw malformed("HDF4", "a group has more members than it has room for");
	const [name = "", kind = ""] = textsFrom(view, 2 + count * 4, 2);
	const members = Array.from(
		{ length: count },
		(_, index) => [view.getUint16(2 + index * 2), view.getUint16(2 + (count + index) * 2)] as const,
	);
	const refsOf = (wanted: number) => members.flatMap(([tag, ref]) => (tag === wanted ? [ref] : []));
	return { name, kind, attributes: refsOf(tags.vdataHeader), data: refsOf(tags.data) };
}
