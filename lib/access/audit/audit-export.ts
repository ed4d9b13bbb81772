import { csvLine } from "#lib/catalog/csv.ts";
import type { AuditView } from "./audit-log.ts";

/** The audit log as files: CSV (RFC 4180) for spreadsheets, NDJSON for programs. */

export const exportFormats = ["csv", "ndjson"] as const;
export type ExportFormat = (typeof exportFormats)[number];

const columns = [
	"id",
	"at",
	"via",
	"actor",
	"token",
	"action",
	"objectKind",
	"object",
	"outcome",
	"error",
	"address",
	"details",
] as const satisfies readonly (keyof AuditView)[];

/** Sends some hundred lines at a time: a chunk per line would cost more than the line. */
const linesPerChunk = 500;

export async function* exportText(entries: AsyncIterable<AuditView>, format: ExportFormat): AsyncGenerator<string> {
	let lines: string[] = format === "csv" ? [csvLine(columns)] : [];
	for await (const entry of entries) {
		lines.push(format === "csv" ? csvLine(columns.map((column) => entry[column])) : `${JSON.stringify(entry)}\n`);
		if (lines.length < linesPerChunk) continue;
		yield lines.join("");
		lines = [];
	}
	yield lines.join("");
}
