import type { CheckView, DifferenceView } from "#lib/catalog/publications/check-views.ts";
import { type FetchJsonOptions, fetchJson } from "./fetch-json.ts";
import { itemDifferences } from "./item-differences.ts";
import { type ForeignItem, findCollection, listItems, type RemoteCollection } from "./read-collection.ts";

/** One item of what we publish. */
export interface OwnItem {
	readonly dataset: number;
	readonly id: string;
}

/** What we publish of a container, as the comparison reads it. */
export interface OwnCollection {
	/** The documents of those items that we publish of these IDs. */
	readonly documents: (
		ids: readonly string[],
	) => Promise<readonly (OwnItem & { readonly document: Readonly<Record<string, unknown>> })[]>;
	/** All that were published when the comparison began and still are, in portions. */
	readonly all: () => AsyncIterable<readonly OwnItem[]>;
}

export type ItemDifference = Omit<DifferenceView, "id">;

type ComparisonCounts = Pick<CheckView, "ours" | "theirs" | "same" | "differing" | "missing" | "foreign" | "unknown">;

export interface ComparisonResult extends ComparisonCounts {
	/** Why items are unknown; null: none is. */
	readonly reason: string | null;
}

export interface CompareOptions extends FetchJsonOptions {
	/** The landing page of a STAC API, or a collection's own address. */
	readonly url: string;
	/** What the collection is called there. */
	readonly collection: string;
	/** Theirs is a provider's collection, no copy of ours (`itemDifferences`). */
	readonly reference: boolean;
	/** Called with each portion of differences as it is found. */
	readonly onDifferences: (differences: readonly ItemDifference[]) => Promise<void>;
	readonly onProgress: (counts: ComparisonCounts) => Promise<void>;
}

/** Items that a complete listing lacks are asked for by name, so many of them: a listing that lacks one of those is not believed. */
const askedByName = 100;
const parallel = 4;
/** Foreign IDs that are kept until the end, when they are looked for once more. */
const mostForeign = 1_000_000;

/**
 * Compares what we publish of a container with a collection of another STAC API, both ways. What the API's answers leave open is
 * unknown, never missing: only a listing that was read to its end, says as many as it has, and lacks nothing that can be asked for by
 * name says that an item is not there.
 */
export async function compareCollection(ours: OwnCollection, options: CompareOptions): Promise<ComparisonResult> {
	const { reference, onDifferences, onProgress, signal } = options;
	const counts = { ours: 0, theirs: 0, same: 0, differing: 0, missing: 0, foreign: 0, unknown: 0 };
	const met = new DatasetSet();
	const foreign = new Set<string>();
	const place = await findCollection(options, options);
	let reason: string | null = typeof place === "string" ? place : null;
	if (typeof place !== "string") {
		const pages = listItems(place, options);
		for (;;) {
			const page = await pages.next();
			signal.throwIfAborted();
			if (page.done) {
				if (!page.value.complete) reason = page.value.reason;
				break;
			}
			const { found, theirs } = await withOurs(ours, page.value);
			const differences: ItemDifference[] = [];
			for (const { own, item } of found) {
				if (met.has(own.dataset)) continue;
				met.add(own.dataset);
				counts.ours += 1;
				counts.theirs += 1;
				const fields = itemDifferences(own.document, item, { reference });
				if (Object.keys(fields).length === 0) counts.same += 1;
				else {
					counts.differing += 1;
					differences.push({ kind: "differing", item: own.id, fields });
				}
			}
			for (const id of theirs) if (foreign.size < mostForeign) foreign.add(id);
			if (differences.length > 0) await onDifferences(differences);
			await onProgress({ ...counts, foreign: foreign.size });
		}
	}
	// What came into our catalogue while we read is foreign no more.
	for (const ids of portionsOf([...foreign], 500)) {
		const known = new Set((await ours.documents(ids)).map(({ id }) => id));
		const still = ids.filter((id) => !known.has(id));
		counts.foreign += still.length;
		counts.theirs += still.length;
		await onDifferences(still.map((item) => ({ kind: "foreign", item, fields: {} })));
	}
	if (reason === null && typeof place !== "string") reason = await contradiction(ours, { met, place }, options);
	const kind = reason === null ? "missing" : "unknown";
	for await (const portion of ours.all()) {
		signal.throwIfAborted();
		const absent = portion.filter(({ dataset }) => !met.has(dataset));
		counts.ours += absent.length;
		counts[kind] += absent.length;
		if (absent.length > 0) await onDifferences(absent.map(({ id }) => ({ kind, item: id, fields: {} })));
		await onProgress(counts);
	}
	return { ...counts, reason: counts.unknown === 0 && kind === "unknown" && typeof place !== "string" ? null : reason };
}

async function withOurs(ours: OwnCollection, page: readonly ForeignItem[]) {
	const itemById = new Map(page.map((item) => [item.id, item]));
	const documents = await ours.documents([...itemById.keys()]);
	const found = documents.flatMap((own) => {
		const item = itemById.get(own.id);
		itemById.delete(own.id);
		return item === undefined ? [] : [{ own, item }];
	});
	return { found, theirs: [...itemById.keys()] };
}

/** Asks by name for the first ones that the listing lacks. Returns why it cannot be believed; null: it can. */
async function contradiction(
	ours: OwnCollection,
	{ met, place }: { readonly met: DatasetSet; readonly place: RemoteCollection },
	options: FetchJsonOptions,
): Promise<string | null> {
	const absent: string[] = [];
	for await (const portion of ours.all()) {
		absent.push(...portion.filter(({ dataset }) => !met.has(dataset)).map(({ id }) => id));
		if (absent.length >= askedByName) break;
	}
	for (const ids of portionsOf(absent.slice(0, askedByName), parallel)) {
		const answers = await Promise.all(ids.map((id) => fetchJson(place.urlOf(id), options)));
		for (const [index, answer] of answers.entries()) {
			if (answer.ok) return `its list lacks ${ids[index]}, which it has when asked for it by name`;
			if (answer.status !== 404 && answer.status !== 410)
				return `asked for ${ids[index]}, which its list lacks, ${answer.reason}`;
		}
	}
	return null;
}

function portionsOf<Value>(values: readonly Value[], size: number): readonly (readonly Value[])[] {
	return Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
		values.slice(index * size, (index + 1) * size),
	);
}

/** Numbers of datasets, a bit each: a million items take some hundred kilobytes. */
class DatasetSet {
	readonly #wordsByBlock = new Map<number, Uint32Array>();

	has(dataset: number): boolean {
		const { block, word, bit } = placeOfBit(dataset);
		return (((this.#wordsByBlock.get(block)?.[word] ?? 0) >>> bit) & 1) === 1;
	}

	add(dataset: number): void {
		const { block, word, bit } = placeOfBit(dataset);
		const words = this.#wordsByBlock.get(block) ?? new Uint32Array(bitsPerBlock / 32);
		words[word] = (words[word] ?? 0) | (1 << bit);
		this.#wordsByBlock.set(block, words);
	}
}

const bitsPerBlock = 65_536;

function placeOfBit(number: number) {
	const within = number % bitsPerBlock;
	return { block: Math.floor(number / bitsPerBlock), word: within >>> 5, bit: within & 31 };
}
