import type { ReshapedSource } from "#lib/catalog/json-columns.ts";
import type { SourceRules } from "#lib/sync/loaded-run.ts";
import { type Matcher, matcherOf } from "#lib/sync/match/match.ts";

/** Where a file goes; null: it stays. `source`: the number of the source among those of the part. */
export type PartOf = (
	file: { readonly storageId: number; readonly path: string },
	sourceId: number | null,
) => { readonly part: number; readonly source: number } | null;

/** By the part's own patterns. Of several of its sources that of the source which had it, else the first. */
export function partsOf(rules: readonly SourceRules[], parts: readonly (readonly ReshapedSource[])[]): PartOf {
	const rulesById = new Map(rules.map((source) => [source.id, source]));
	const matchers = parts.map((sources) =>
		sources.flatMap((source, index) => {
			const known = rulesById.get(source.id);
			if (!known) return [];
			const { path, include, exclude } = source;
			const matcher: Matcher = matcherOf({
				path,
				include,
				exclude,
				metadata: known.metadata,
				metadataStorage: known.metadataStorage?.name ?? null,
			});
			return [{ index, of: source.id, storageId: known.storageId, matcher }];
		}),
	);
	return ({ storageId, path }, sourceId) => {
		for (const [part, sources] of matchers.entries()) {
			const fitting = sources.filter((source) => source.storageId === storageId && source.matcher.matches(path));
			const found = fitting.find((source) => source.of === sourceId) ?? fitting[0];
			if (found) return { part, source: found.index };
		}
		return null;
	};
}
