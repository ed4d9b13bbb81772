import type { SourceInput } from "#lib/catalog/inputs.ts";

/** Only what differs from the defaults, besides the patterns. */
export function rulesInWords(source: SourceInput): readonly (readonly [string, string])[] {
	const rules: readonly (readonly [string, string | null])[] = [
		["include", source.include.join(" ")],
		["exclude", source.exclude.join(" ") || null],
		["metadata", source.metadata.join(" ") || "none"],
		["metadata on", source.metadataStorage === null ? null : `${source.metadataStorage}:/${source.metadataPath}`],
		["range type", source.rangeType],
		["file name", source.fileName],
		["time zone", source.timeZone === "UTC" ? null : source.timeZone],
		["symbolic links", source.symlinks === "follow" ? "followed" : null],
		["marker", source.marker],
		["contents", source.checksum ? "compared" : null],
		["stable for", source.stableFor > 0 ? `${source.stableFor} s` : null],
	];
	return rules.filter((rule): rule is readonly [string, string] => rule[1] !== null);
}
