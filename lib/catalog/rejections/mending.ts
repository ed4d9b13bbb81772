import type { SourceInput } from "#lib/catalog/inputs.ts";
import { lookupTable } from "#lib/lookup-table.ts";

/** What would mend a kind of rejection. */
export interface Mending {
	/** In a few words: "no begin time". */
	readonly what: string;
	/** What to do at the source: "give a pattern for file names"; null: nothing there would help. */
	readonly hint: string | null;
	/** The field of the source's form where that is done. */
	readonly field: keyof SourceInput | null;
}

const mendings = lookupTable<Mending & { readonly hintOfOne?: string }>({
	"no-time": { what: "no begin time", hint: "give a pattern for file names", field: "fileName" },
	"no-footprint": { what: "no footprint", hint: "say which file holds the metadata", field: "metadata" },
	"no-crs": { what: "no CRS", hint: null, field: null },
	"invalid-metadata": { what: "metadata that cannot be used", hint: "name another metadata file", field: "metadata" },
	"invalid-eo-id": { what: "an EO ID that cannot be used", hint: "name another metadata file", field: "metadata" },
	"duplicate-eo-id": {
		what: "an EO ID that another file has",
		hint: "exclude the copies",
		hintOfOne: "exclude the copy",
		field: "exclude",
	},
	"cut-off": {
		what: "cut off",
		hint: "wait until files are stable",
		hintOfOne: "wait until the file is stable",
		field: "stableFor",
	},
	unsupported: { what: "no reader", hint: "exclude them", hintOfOne: "exclude it", field: "exclude" },
	unreadable: { what: "unreadable", hint: "exclude them", hintOfOne: "exclude it", field: "exclude" },
	archived: { what: "archived", hint: "exclude them", hintOfOne: "exclude it", field: "exclude" },
	"path-too-long": { what: "a path that is too long", hint: "exclude them", hintOfOne: "exclude it", field: "exclude" },
	"does-not-fit": { what: "not on the mosaic's grid", hint: null, field: null },
});

/** By the code of a rejection, for so many files. */
export function mendingOf(code: string, files: number): Mending {
	const { hintOfOne, ...mending } = mendings[code] ?? { what: code, hint: null, field: null };
	return files === 1 && hintOfOne !== undefined ? { ...mending, hint: hintOfOne } : mending;
}

/** A line of a source's form that is to be written, or to go; it is not saved before a person does. */
export interface LineEdit {
	readonly add?: string;
	readonly drop?: string;
}

/** Where the field of a source's form is, focused. */
export function mendingAddress(
	{ container, source }: { container: string; source: number },
	field: string,
	edit: LineEdit = {},
): string {
	const parameters = new URLSearchParams({ tab: "sources", source: String(source), field, ...edit });
	return `/containers/${encodeURIComponent(container)}?${parameters}`;
}
