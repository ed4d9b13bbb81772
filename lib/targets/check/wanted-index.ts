import { TextIndex } from "./text-index.ts";

interface Place {
	readonly datasetId: number;
	/** Which of the dataset's objects. */
	readonly place: number;
}

/** Objects that should be there, found by their identifiers and files; each is given a number in the order of adding. */
export class WantedIndex {
	readonly #byFile = new TextIndex();
	readonly #byIdentifier = new TextIndex();
	readonly #datasets: number[] = [];
	readonly #places: number[] = [];
	readonly #matched = new Set<number>();

	add(
		{ datasetId, place }: Place,
		{ identifier, files }: { readonly identifier: string; readonly files: readonly string[] },
	): number {
		const ordinal = this.#datasets.length;
		this.#datasets.push(datasetId);
		this.#places.push(place);
		this.#byIdentifier.add(identifier, ordinal);
		for (const file of files) this.#byFile.add(file, ordinal);
		return ordinal;
	}

	/** Those of its files, then that of its identifier. May be wrong ones (`TextIndex`). */
	candidates(identifier: string, files: readonly string[]): readonly number[] {
		return [...new Set([...files.flatMap((file) => this.#byFile.find(file)), ...this.#byIdentifier.find(identifier)])];
	}

	placeOf(ordinal: number): Place {
		return { datasetId: this.#datasets[ordinal] ?? -1, place: this.#places[ordinal] ?? 0 };
	}

	/** It is ours there, or has its counterpart. */
	match(ordinal: number): void {
		this.#matched.add(ordinal);
	}

	isMatched(ordinal: number): boolean {
		return this.#matched.has(ordinal);
	}

	/** Those that nothing there matched, so many at a time. */
	*unmatched(portion: number): Generator<readonly number[]> {
		let some: number[] = [];
		for (let ordinal = 0; ordinal < this.#datasets.length; ordinal++) {
			if (this.#matched.has(ordinal)) continue;
			some.push(ordinal);
			if (some.length === portion) {
				yield some;
				some = [];
			}
		}
		if (some.length > 0) yield some;
	}
}
