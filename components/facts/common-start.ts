/** How many characters at the start all texts share, up to the last separator: half a word is no common part. */
export function commonStart(texts: readonly string[]): number {
	const [first, ...others] = texts;
	if (first === undefined || others.length === 0) return 0;
	let length = first.length;
	for (const other of others) {
		let same = 0;
		while (same < length && first[same] === other[same]) same += 1;
		length = same;
	}
	while (length > 0 && !/[/_.\-\s]/.test(first[length - 1] ?? "")) length -= 1;
	return length;
}
