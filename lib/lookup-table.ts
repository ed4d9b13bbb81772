/**
 * A table that is asked by words from outside, such as those of a file. An object literal would find what all objects
 * inherit too (`constructor`, `toString`, `__proto__`); this one has the given entries only. Client-safe.
 */
export function lookupTable<Value>(entries: LookupTable<Value>): LookupTable<Value> {
	return Object.freeze(Object.assign(Object.create(null), entries));
}

export type LookupTable<Value> = Readonly<Record<string, Value>>;
