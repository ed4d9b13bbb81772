import type { SourceCounts } from "#lib/catalog/storages/storage-views.ts";
import { formatCount, formatPlural } from "#lib/numbers.ts";

type Skipped = Pick<SourceCounts, "hidden" | "links" | "special" | "unreadable">;

/** The names in a folder that were not looked at; only those there are. */
export function skippedInWords({ hidden, links, special, unreadable }: Skipped): readonly string[] {
	const words: readonly (readonly [number, string])[] = [
		[hidden, `${formatPlural(hidden, "name")} with a dot skipped`],
		[links, `${formatPlural(links, "link")} skipped`],
		[special, `${formatPlural(special, "special file")} skipped`],
		[unreadable, `${formatCount(unreadable)} unreadable`],
	];
	return words.flatMap(([count, text]) => (count === 0 ? [] : [text]));
}
