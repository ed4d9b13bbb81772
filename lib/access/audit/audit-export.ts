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
	let lines: string[] = format === "csv" ? [`${columns.join(",")}\r\n`] : [];
	for await (const entry of entries) {
		lines.push(format === "csv" ? csvLine(entry) : `${JSON.stringify(entry)}\n`);
		if (lines.length < linesPerChunk) continue;
		yield lines.join("");
		lines = [];
	}
	yield lines.join("");
}

function csvLine(entry: AuditView): string {
	return `${columns.map((column) => csvCell(entry[column])).join(",")}\r\n`;
}

/**
 * Names come from people and archives: text that a spreadsheet would take for a formula gets an apostrophe before it (OWASP,
 * CSV injection).
 */
export function csvCell(value: unknown): string {
	if (value === null || value === undefined) return "";
	const text = typeof value === "string" ? value : typeof value === "object" ? JSON.stringify(value) : String(value);
	const safe = typeof value === "string" && /^[\s\0]*[=+\-@|%＝＋－＠]|^[\t\r\n\0]/u.test(text) ? `'${text}` : text;
	return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
