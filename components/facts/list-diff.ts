import type { Band } from "#lib/metadata/metadata.ts";

export type DiffMark = "same" | "added" | "removed" | "updated";

/** One line of a small diff; null: not there. */
export interface DiffLine<T> {
	readonly key: string;
	readonly mark: DiffMark;
	readonly before: T | null;
	readonly after: T | null;
}

/** Lines in the order of `after`; a removed line stands where it was, behind its last surviving neighbour. */
export function diffByKey<T>(
	before: readonly (readonly [string, T])[],
	after: readonly (readonly [string, T])[],
): readonly DiffLine<T>[] {
	const was = new Map(before);
	const is = new Map(after);
	const lines: DiffLine<T>[] = after.map(([key, value]) => {
		const old = was.get(key);
		const mark = old === undefined ? "added" : sameJson(old, value) ? "same" : "updated";
		return { key, mark, before: old ?? null, after: value };
	});
	let place = 0;
	for (const [key, value] of before) {
		const at = lines.findIndex((line) => line.key === key);
		if (is.has(key)) place = at + 1;
		else lines.splice(place++, 0, { key, mark: "removed", before: value, after: null });
	}
	return lines;
}

/** Bands by name; equal names are distinguished by their position among them, so that `a, a` and `a` differ by one. */
export function diffBands(before: readonly Band[], after: readonly Band[]): readonly DiffLine<Band>[] {
	return diffByKey(
		keyed(before, ({ name }) => name),
		keyed(after, ({ name }) => name),
	);
}

export function diffTexts(before: readonly string[], after: readonly string[]): readonly DiffLine<string>[] {
	return diffByKey(
		keyed(before, (text) => text),
		keyed(after, (text) => text),
	);
}

/** Only the properties that differ, by name. */
export function diffProperties(before: object, after: object): readonly DiffLine<unknown>[] {
	const sorted = (value: object) => Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
	return diffByKey<unknown>(sorted(before), sorted(after)).filter(({ mark }) => mark !== "same");
}

function keyed<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly [string, T])[] {
	const seen = new Map<string, number>();
	return items.map((item) => {
		const key = keyOf(item);
		const turn = (seen.get(key) ?? 0) + 1;
		seen.set(key, turn);
		return [turn === 1 ? key : `${key} (${turn})`, item];
	});
}

function sameJson(a: unknown, b: unknown): boolean {
	return JSON.stringify(a) === JSON.stringify(b);
}
