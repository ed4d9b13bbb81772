import type { ChangeOutcome } from "#lib/catalog/inputs.ts";
import type { ChangeView } from "#lib/catalog/read-models/change-view.ts";
import { lookupTable } from "#lib/lookup-table.ts";

/** Describes a change in one sentence. */
export function changeStory({ action, outcome, dataset, fromPath, path }: ChangeView): string {
	const name = dataset ?? "The file";
	const done = outcome === "applied";
	switch (action) {
		case "added":
			return done ? `${name} was registered.` : `${name} is new and ${future(outcome)} registered.`;
		case "removed":
			return `The file of ${name} is gone: the dataset ${done ? "was archived" : `${future(outcome)} archived`}.${done || outcome === "planned" ? " Reverting the run restores it." : ""}`;
		case "updated":
			return `The files of ${name} changed: ${done ? "the fields below were updated" : `the fields below ${outcome === "planned" ? "will be" : "were not"} updated`}.`;
		case "moved":
			return `${name} ${done ? "moved" : moveFuture(outcome)} from ${fromPath ?? "another path"} to ${path}; its identity and history stay.`;
		case "linked":
			return `${name} is registered already, through another container: ${done ? "it was added to this one too" : `it ${future(outcome)} added to this one too`}.`;
		case "unlinked":
			return `The file of ${name} is still there, but no source of this container matches it any more: ${done ? "it was taken out of the container" : `it ${future(outcome)} taken out of the container`}.`;
		case "rejected":
			return dataset === null
				? "This file cannot become a dataset."
				: `The new version of ${dataset} cannot be used; its last good state stays.`;
	}
}

function future(outcome: ChangeOutcome): string {
	return outcome === "planned" ? "will be" : "was not";
}

function moveFuture(outcome: ChangeOutcome): string {
	return outcome === "planned" ? "moves" : "was not moved";
}

export const outcomeWords: Readonly<
	Record<ChangeOutcome, { readonly word: string; readonly title: string; readonly className: string }>
> = {
	planned: { word: "planned", title: "Not done yet", className: "text-muted" },
	applied: { word: "applied", title: "Done", className: "text-in-sync" },
	skipped: {
		word: "left out",
		title: "The file changed after the plan was made, so nothing was done. The next run compares it again.",
		className: "text-out-of-sync",
	},
	failed: { word: "failed", title: "This change failed", className: "text-failed" },
};

/** Why it was left out, where that is known: a person, an exception, or the archive. */
export function outcomeTitle({ outcome, reason }: Pick<ChangeView, "outcome" | "reason">): string {
	return outcome === "skipped" && reason !== null ? reason : outcomeWords[outcome].title;
}

/** What an operator can do about a rejected file, by the code of its rejection. */
export function reasonAdvice(code: string | null): string {
	return (
		(code === null ? undefined : advice[code]) ??
		"Repair or replace the file, or exclude it by a pattern of the source. It is tried again when it changes."
	);
}

const advice = lookupTable<string>({
	unreadable:
		"Open the file with gdalinfo to see what is wrong, and deliver it again. It is tried again when it changes.",
	unsupported: "No reader knows this format. Convert the file, or exclude it by a pattern of the source.",
	"cut-off":
		"The file is shorter than its header says: a copy was probably interrupted. Copy it again; for slow deliveries set “stable for” at the source.",
	"no-time":
		"Put the times into the metadata file, or give the source a file-name pattern with the groups begin and end.",
	"no-footprint":
		"Give the file a georeference (a CRS with a grid or ground control points), or a footprint in its metadata file.",
	"no-crs": "Assign a CRS to the file, e.g. with gdal_edit -a_srs.",
	"invalid-metadata":
		"Correct the metadata file; the message says where it is wrong. It is tried again when it changes.",
	"invalid-eo-id":
		"An EO ID begins with a letter or _ and holds only letters, digits, _ - and . – correct it in the metadata file.",
	"duplicate-eo-id": "Two files claim one EO ID. Remove one of them, or give it another ID in its metadata file.",
	"does-not-fit":
		"Bring the file onto the mosaic's grid and bands (e.g. with gdalwarp), or register it in a dataset series instead.",
	archived:
		"Restore the object from its archive class, or exclude it from the source. It is tried again when its class changes.",
	"path-too-long": "Give the file, or the folders it is in, shorter names. It is shown by the beginning of its path.",
});
