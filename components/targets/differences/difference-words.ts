import type { Tone } from "#components/ui/badge.tsx";
import type { FoundClass, TargetObjectKind } from "#lib/catalog/targets/target-views.ts";

interface Look {
	readonly sign: string;
	readonly tone: Tone;
	/** What it means, and what becomes of it. */
	readonly meaning: string;
}

/** Differences as sign + word + colour, in the order of the chips. */
export const differenceLooks: Readonly<Record<FoundClass, Look>> = {
	missing: { sign: "+", tone: "added", meaning: "It is not there yet. A push writes it." },
	created: { sign: "+", tone: "added", meaning: "It was written there, or would be." },
	differs: { sign: "~", tone: "updated", meaning: "The catalogue says otherwise. A push writes the fields below." },
	updated: { sign: "~", tone: "updated", meaning: "The fields below were written there, or would be." },
	removed: {
		sign: "−",
		tone: "removed",
		meaning: "The catalogue does not have it any more: it was removed there, or would be.",
	},
	adopted: {
		sign: "⇄",
		tone: "linked",
		meaning: "It was there already, and is kept in step from now on. Nothing was written.",
	},
	"differs (adopted)": {
		sign: "≠",
		tone: "out-of-sync",
		meaning: "It was adopted as it is there. What differs stays until somebody accepts what the catalogue says.",
	},
	"changed there": {
		sign: "⚠",
		tone: "overdue",
		meaning: "Somebody changed there what was written from here. It stays until what the catalogue says is accepted.",
	},
	conflict: { sign: "!", tone: "rejected", meaning: "It cannot be written." },
	gone: {
		sign: "∅",
		tone: "failed",
		meaning: "It is registered there, but its file is no longer in the catalogue: requests for it may fail there.",
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

const fieldLabels: Readonly<Record<string, string>> = {
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
};

/** A field that is new to this page is called by its own name. */
export function fieldLabel(field: string): string {
	return fieldLabels[field] ?? field;
}
