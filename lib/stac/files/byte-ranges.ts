/** Ranges of bytes that a request asks for (RFC 9110, 14). Pure. */

/** First and last byte, both included. */
export interface ByteRange {
	readonly first: number;
	readonly last: number;
}

/** More in one request serve no client, and cost the storage. */
const maxRanges = 16;

/**
 * null: the whole file, as no range of bytes is asked for, or none that can be understood. `"unsatisfiable"`: none of them is in the file, they
 * overlap, or they are too many.
 */
export function byteRangesOf(header: string | null, size: number): readonly ByteRange[] | null | "unsatisfiable" {
	const [, list] = /^\s*bytes\s*=\s*(.+)$/i.exec(header ?? "") ?? [];
	if (list === undefined) return null;
	const ranges: ByteRange[] = [];
	const specs = list.split(",").map((spec) => spec.trim());
	for (const spec of specs.filter((text) => text !== "")) {
		const [, from = "", to = ""] = /^(\d{0,16})-(\d{0,16})$/.exec(spec) ?? [];
		if (from === "" && to === "") return null;
		if (from !== "" && to !== "" && Number(to) < Number(from)) return null;
		const first = from === "" ? Math.max(0, size - Number(to)) : Number(from);
		const last = from === "" || to === "" ? size - 1 : Math.min(Number(to), size - 1);
		// The last 0 bytes are none.
		if (first <= last && first < size && !(from === "" && Number(to) === 0)) ranges.push({ first, last });
	}
	if (ranges.length === 0 || ranges.length > maxRanges) return "unsatisfiable";
	const sorted = ranges.toSorted((a, b) => a.first - b.first);
	const overlap = sorted.some(({ first }, i) => i > 0 && first <= (sorted[i - 1]?.last ?? -1));
	return overlap ? "unsatisfiable" : ranges;
}
