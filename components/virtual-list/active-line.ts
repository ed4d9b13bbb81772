/** The line of a list that the keyboard is at. */
export interface ActiveLine {
	readonly index: number;
	/** null: not looked up yet, it is the line that is at `index` now. */
	readonly key: string | number | null;
}

/** Where it is now: lines come and go above it while it stays the same one. When it is gone, the line in its place. */
export function activeNow(line: ActiveLine, count: number, keyOf: (index: number) => string | number): ActiveLine {
	if (count === 0) return line;
	for (let distance = 0; line.key !== null && distance < Math.max(count, line.index + 1); distance++) {
		for (const index of [line.index - distance, line.index + distance]) {
			if (index >= 0 && index < count && keyOf(index) === line.key) return { index, key: line.key };
		}
	}
	const index = Math.min(line.index, count - 1);
	return { index, key: keyOf(index) };
}
