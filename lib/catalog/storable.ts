/**
 * What PostgreSQL can hold: its texts and JSON take every Unicode character but NUL, and no half of a surrogate pair.
 * Client-safe.
 */

const halfCharacter = "half a character (a lone surrogate)";
const nul = "a NUL character";

/** What cannot be stored of the text, for a sentence that begins with “it holds”; null: all of it can be. */
export function unstorableIn(text: string): string | null {
	if (text.includes("\0")) return nul;
	return text.isWellFormed() ? null : halfCharacter;
}

/** Whether a JSON text may hold what cannot be stored: it is escaped there. Asked of thousands of values that hold none. */
export function mayHoldUnstorable(json: string): boolean {
	return /\\u(?:0000|d[89a-f])/.test(json);
}

/** Where in a value something cannot be stored. */
export interface Unstorable {
	/** Keys and positions that lead there, outermost first; those that cannot be stored themselves as `storable` has them. */
	readonly at: readonly (string | number)[];
	readonly what: string;
}

/**
 * A text, or name of a member, in a value that cannot be stored; null: all can be. However deep the value is, and though it
 * may hold itself, as what a browser sends to a server action may.
 */
export function findUnstorable(value: unknown): Unstorable | null {
	const met = new WeakSet<object>();
	const open: { readonly value: unknown; readonly at: Place | null }[] = [{ value, at: null }];
	for (let next = open.pop(); next !== undefined; next = open.pop()) {
		const { value: each, at } = next;
		if (typeof each === "string") {
			const what = unstorableIn(each);
			if (what !== null) return { at: keysTo(at), what };
		} else if (typeof each === "object" && each !== null && !met.has(each)) {
			met.add(each);
			const isList = Array.isArray(each);
			for (const [key, member] of Object.entries(each)) {
				const place = { key: isList ? Number(key) : storable(key), above: at };
				const what = unstorableIn(key);
				if (what !== null) return { at: keysTo(place), what };
				open.push({ value: member, at: place });
			}
		}
	}
	return null;
}

interface Place {
	readonly key: string | number;
	readonly above: Place | null;
}

function keysTo(place: Place | null): readonly (string | number)[] {
	const keys: (string | number)[] = [];
	for (let at = place; at !== null; at = at.above) keys.push(at.key);
	return keys.reverse();
}

/** The text with `␀` for NUL and `�` for halves of characters: for messages about what could not be stored. */
export function storable(text: string): string {
	return text.replaceAll("\0", "\u2400").toWellFormed();
}

/** The same for every text and name in a JSON-like value that is not deep. */
export function storableJson<T>(value: T): T;
export function storableJson(value: unknown): unknown {
	if (typeof value === "string") return storable(value);
	if (Array.isArray(value)) return value.map((each) => storableJson(each));
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, each]) => [storable(key), storableJson(each)]));
}
