/** Numbers as sentences have them, everywhere: English grouping. Client-safe. */

const grouping = new Intl.NumberFormat("en-US");

/** `12,408`. */
export function formatCount(value: number | bigint): string {
	return grouping.format(value);
}

/** `1 dataset`, `12,408 datasets`. */
export function formatPlural(count: number, singular: string, plural = `${singular}s`): string {
	return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}
