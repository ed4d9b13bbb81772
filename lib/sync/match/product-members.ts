import type { Entry } from "#lib/storage/storage.ts";
import { isMember, type MemberRule, memberRule, restOf } from "./product-names.ts";

/** An index of a folder's files: it may have thousands, which are looked up instead of searched for each product. */
interface Index {
	/** Sorted by key. */
	readonly byName: readonly Keyed[];
	readonly byRest: readonly Keyed[];
}

interface Keyed {
	readonly key: string;
	readonly entry: Entry;
}

/** One per folder that is being looked at, made when its first product is met. */
const indexes = new WeakMap<ReadonlyMap<string, Entry>, Index>();

/** The files of its folder that belong to the product whose manifest has that name; none for any other name. */
export function membersOf(manifest: string, entriesByName: ReadonlyMap<string, Entry>): readonly Entry[] {
	const rule = memberRule(manifest);
	if (rule === null) return [];
	const found = rule.kind === "prefix" ? candidates(rule, entriesByName) : [...entriesByName.values()];
	return found.filter(({ name }) => name !== manifest && isMember(rule, name));
}

function candidates(
	{ of, prefix }: MemberRule & { readonly kind: "prefix" },
	entriesByName: ReadonlyMap<string, Entry>,
): readonly Entry[] {
	const index = indexes.get(entriesByName) ?? indexOf(entriesByName);
	indexes.set(entriesByName, index);
	const sorted = of === "name" ? index.byName : index.byRest;
	let low = 0;
	let high = sorted.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((sorted[middle]?.key ?? "") < prefix) low = middle + 1;
		else high = middle;
	}
	let end = low;
	while (sorted[end]?.key.startsWith(prefix)) end++;
	return sorted.slice(low, end).map(({ entry }) => entry);
}

function indexOf(entriesByName: ReadonlyMap<string, Entry>): Index {
	const sorted = (keyOf: (name: string) => string) =>
		[...entriesByName.values()]
			.map((entry): Keyed => ({ key: keyOf(entry.name), entry }))
			.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
	return { byName: sorted((name) => name), byRest: sorted(restOf) };
}
