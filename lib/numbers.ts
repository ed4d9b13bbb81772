/** Numbers as sentences have them, everywhere: English grouping. Client-safe. */

const grouping = new Intl.NumberFormat("en-US");

/** `12,408`. */
export function formatCount(value: number | bigint): string {
	// Most are small, and lists have thousands.
	if (typeof value === "number" && value < 1000 && value >= 0 && Number.isInteger(value)) return String(value);
	return grouping.format(value);
}

/** `1 dataset`, `12,408 datasets`. */
export function formatPlural(count: number, singular: string, plural = `${singular}s`): string {
	return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}
