/**
 * What an entry of a storage is to the catalogue: each is in exactly one class, the first that fits. Client-safe.
 */
export const coverageClasses = [
	/** The file of a dataset, that one source matches, or none: it was registered by hand. */
	"registered",
	/** The same, that several sources match. */
	"several",
	/** Metadata, members and side files of what is registered, or matched. */
	"belonging",
	/** A source matches it, and nothing is known of it yet: the next sync says. */
	"new",
	/** It waits until it is stable. */
	"waiting",
	/** It could not become a dataset, or no longer can be read. */
	"rejected",
	/** A source would match it, but for a pattern that excludes it. */
	"excluded",
	/** Data that no source matches. */
	"uncovered",
	/** It looks like data, but no reader knows its kind; no source matches it. */
	"unknown",
	/** Anything else that no source matches. */
	"other",
	/** A name that begins with a dot: never looked at. */
	"hidden",
	/** A symbolic link that no source follows. */
	"links",
	/** The storage does not say what it is, or its name cannot be stored. */
	"unclear",
] as const;
export type CoverageClass = (typeof coverageClasses)[number];

/** Those of which every entry is written down; of the others there are just numbers. */
export const listedClasses = [
	"several",
	"new",
	"waiting",
	"rejected",
	"excluded",
	"uncovered",
	"unknown",
	"other",
] as const satisfies readonly CoverageClass[];

/** How many entries there are of a class, and how large they are together. */
export interface ClassTotal {
	readonly class: CoverageClass;
	readonly files: number;
	readonly bytes: number;
}

/** In one line, for people. */
export const coverageWords: Readonly<Record<CoverageClass, string>> = {
	registered: "Registered",
	several: "In several sources",
	belonging: "Belongs to a dataset",
	new: "Matched, not synced yet",
	waiting: "Waits to become stable",
	rejected: "Rejected",
	excluded: "Excluded by a pattern",
	uncovered: "Data in no source",
	unknown: "Looks like data, no reader",
	other: "Other files in no source",
	hidden: "Dot names, skipped",
	links: "Links, skipped",
	unclear: "Unclear",
};
