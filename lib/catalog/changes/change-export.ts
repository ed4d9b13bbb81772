import { csvLine } from "#lib/catalog/csv.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { everyPage } from "#lib/catalog/paging.ts";
import type { ChangeView } from "#lib/catalog/read-models/change-view.ts";
import { listChanges } from "./changes.ts";
import type { ChangesQuery } from "./changes-query.ts";

/** The changes of a run as files: CSV (RFC 4180) for spreadsheets, JSON lines for programs, GeoJSON (RFC 7946) for maps. */

export const changeExportFormats = ["csv", "jsonl", "geojson"] as const;
export type ChangeExportFormat = (typeof changeExportFormats)[number];

/** Changes of one reading, and of one piece of the text. */
const portion = 1000;

/** Yields all that match, in portions. */
export async function* exportChanges(
	database: Database,
	run: number,
	query: ChangesQuery,
	format: ChangeExportFormat,
): AsyncGenerator<string> {
	const { head, row, between, foot } = writers[format](run);
	let before = head;
	const read = (after: string | null) =>
		listChanges(database, run, { ...query, after, limit: portion, offset: undefined });
	for await (const rows of everyPage(read)) {
		yield before + rows.map(row).join(between);
		before = between;
	}
	yield before === head ? head + foot : foot;
}

interface Writer {
	readonly head: string;
	readonly row: (change: ChangeView) => string;
	readonly between: string;
	readonly foot: string;
}

const columns = ["action", "outcome", "dataset", "storage", "path", "fromPath", "code", "reason", "fields"] as const;

const writers: Readonly<Record<ChangeExportFormat, (run: number) => Writer>> = {
	csv: () => ({
		head: csvLine(columns),
		row: (change) => csvLine(columns.map((column) => (column === "fields" ? fieldsCell(change) : change[column]))),
		between: "",
		foot: "",
	}),
	jsonl: () => ({ head: "", row: (change) => `${JSON.stringify(lineOf(change))}\n`, between: "", foot: "" }),
	geojson: (run) => ({
		head: `{"type":"FeatureCollection","name":"Changes of run ${run}","features":[\n`,
		row: (change) => JSON.stringify(featureOf(change)),
		between: ",\n",
		foot: "\n]}\n",
	}),
};

function fieldsCell({ fields }: ChangeView): object | null {
	return Object.keys(fields).length === 0 ? null : fields;
}

function lineOf({ key: _, ...change }: ChangeView) {
	return change;
}

/** Where it is after the change, or was before it; a dataset that moved on the map has its earlier place as a property. */
function featureOf({ key, footprint, fields, ...properties }: ChangeView) {
	const { before, after } = footprint;
	return {
		type: "Feature",
		id: key,
		geometry: after ?? before,
		properties: {
			...properties,
			fields: Object.keys(fields),
			...(fields.footprint === undefined || before === null ? {} : { footprintBefore: before }),
		},
	};
}
