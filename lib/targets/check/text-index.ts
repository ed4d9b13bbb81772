import { createHash } from "node:crypto";

/**
 * Numbers by texts, for millions of them: sixteen bytes each, whatever the texts are. They are added first, looked up afterwards. What is found may
 * be of another text with the same hash (one in a million million): whoever looks up compares.
 */
export class TextIndex {
	#hashes = new Float64Array(1024);
	#numbers = new Float64Array(1024);
	#size = 0;
	#sorted = true;

	add(text: string, number: number): void {
		if (this.#size === this.#hashes.length) {
			this.#hashes = grown(this.#hashes);
			this.#numbers = grown(this.#numbers);
		}
		this.#hashes[this.#size] = hashOf(text);
		this.#numbers[this.#size] = number;
		this.#size += 1;
		this.#sorted = false;
	}

	/** In the order in which they were added. */
	find(text: string): readonly number[] {
		if (!this.#sorted) this.#sort();
		const hash = hashOf(text);
		const found: number[] = [];
		for (let i = lowerBound(this.#hashes, this.#size, hash); i < this.#size && this.#hashes[i] === hash; i++)
			found.push(this.#numbers[i] ?? 0);
		return found;
	}

	#sort(): void {
		const order = Float64Array.from({ length: this.#size }, (_, i) => i);
		const hashes = this.#hashes;
		order.sort((a, b) => (hashes[a] ?? 0) - (hashes[b] ?? 0) || a - b);
		this.#hashes = order.map((i) => hashes[i] ?? 0);
		const numbers = this.#numbers;
		this.#numbers = order.map((i) => numbers[i] ?? 0);
		this.#sorted = true;
	}
}

/** Numbers that are added in ascending order. */
export class AscendingNumbers {
	#numbers = new Float64Array(1024);
	#size = 0;

	add(number: number): void {
		if (this.#size === this.#numbers.length) this.#numbers = grown(this.#numbers);
		this.#numbers[this.#size] = number;
		this.#size += 1;
	}

	has(number: number): boolean {
		const i = lowerBound(this.#numbers, this.#size, number);
		return i < this.#size && this.#numbers[i] === number;
	}
}

function grown(array: Float64Array): Float64Array<ArrayBuffer> {
	const larger = new Float64Array(array.length * 2);
	larger.set(array);
	return larger;
}

/** The first place whose number is not smaller. */
function lowerBound(sorted: Float64Array, size: number, number: number): number {
	let [low, high] = [0, size];
	while (low < high) {
		const middle = (low + high) >>> 1;
		if ((sorted[middle] ?? 0) < number) low = middle + 1;
		else high = middle;
	}
	return low;
}

/** 53 bits, as many as a number holds exactly. */
function hashOf(text: string): number {
	const digest = createHash("sha1").update(text).digest();
	return digest.readUInt32BE(0) * 2 ** 21 + (digest.readUInt32BE(4) >>> 11);
}
