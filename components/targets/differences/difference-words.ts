import type { Tone } from "#components/ui/badge.tsx";
import type { FoundClass, TargetObjectKind } from "#lib/catalog/targets/target-views.ts";
import { lookupTable } from "#lib/lookup-table.ts";

interface Look {
	readonly sign: string;
	readonly tone: Tone;
	/** What it means, and what becomes of it. */
	readonly meaning: string;
}

/** Differences as sign + word + colour, in the order of the chips. */
export const differenceLooks: Readonly<Record<FoundClass, Look>> = {
	missing: { sign: "+", tone: "added", meaning: "The target does not have it yet. A push writes it." },
	created: { sign: "+", tone: "added", meaning: "A push wrote it to the target, or would." },
	differs: { sign: "~", tone: "updated", meaning: "The catalogue says otherwise. A push writes the fields below." },
	updated: { sign: "~", tone: "updated", meaning: "A push wrote the fields below to the target, or would." },
	removed: {
		sign: "−",
		tone: "removed",
		meaning: "The catalogue no longer has it: a push removed it from the target, or would.",
	},
	adopted: {
		sign: "⇄",
		tone: "linked",
		meaning: "The target had it already; it is kept in step from now on. Nothing was written.",
	},
	"differs (adopted)": {
		sign: "≠",
		tone: "out-of-sync",
		meaning: "It was adopted as the target has it. What differs stays until a person accepts what the catalogue says.",
	},
	"changed there": {
		sign: "⚠",
		tone: "overdue",
		meaning:
			"It was changed in the target after eosync wrote it. It stays so until a person accepts what the catalogue says.",
	},
	conflict: { sign: "!", tone: "rejected", meaning: "It cannot be written." },
	gone: {
		sign: "∅",
		tone: "failed",
		meaning: "The target has it, but the catalogue no longer has its file: requests to the target for it may fail.",
	},
	foreign: { sign: "·", tone: "neutral", meaning: "It is not of this catalogue. No push touches it." },
};
export const shownClasses = Object.keys(differenceLooks) as readonly FoundClass[];

export const kindWords: Readonly<Record<TargetObjectKind, string>> = {
	coverage: "coverage",
	series: "dataset series",
	mosaic: "stitched mosaic",
};

export const shownKinds = Object.keys(kindWords) as readonly TargetObjectKind[];

const fieldLabels = lookupTable<string>({
	identifier: "Identifier",
	beginTime: "Begin",
	endTime: "End",
	footprint: "Footprint",
	grid: "Grid",
	origin: "Origin",
	size: "Size",
	coverageType: "Range type",
	files: "Files",
	metadata: "Metadata files",
	collections: "Collections",
	visibility: "Visibility",
	properties: "Properties",
});

/** A field that is new to this page is called by its own name. */
export function fieldLabel(field: string): string {
	return fieldLabels[field] ?? field;
}
