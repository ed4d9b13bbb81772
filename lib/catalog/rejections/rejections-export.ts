import { csvLine } from "#lib/catalog/csv.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { everyPage } from "#lib/catalog/paging.ts";
import { formatCount } from "#lib/numbers.ts";
import { baseName } from "#lib/paths.ts";
import { listRejectedFiles, type RejectedFile, type RejectionsFilter, rejectionReasons } from "./rejected-files.ts";

/** Rejected files for the data's provider: CSV (RFC 4180), and a text to send by mail. */

export const rejectionFormats = ["csv", "text"] as const;
export type RejectionFormat = (typeof rejectionFormats)[number];

/** Files of one reading, and of one piece of the text. */
const portion = 1000;

/** Yields all that match, in portions. */
export function exportRejections(
	database: Database,
	filter: RejectionsFilter,
	format: RejectionFormat,
): AsyncGenerator<string> {
	return format === "csv" ? csv(database, filter) : letter(database, filter);
}

const columns = ["container", "storage", "path", "code", "reason", "since"] as const;

async function* csv(database: Database, filter: RejectionsFilter): AsyncGenerator<string> {
	yield csvLine(columns);
	for await (const files of portions(database, filter))
		yield files.map((file) => csvLine(columns.map((column) => file[column]))).join("");
}

/** By reason, each with its files. */
async function* letter(database: Database, filter: RejectionsFilter): AsyncGenerator<string> {
	const reasons = await rejectionReasons(database, filter);
	const total = reasons.reduce((sum, { files }) => sum + files, 0);
	yield total === 0
		? "There are no such files.\n"
		: `${these(total)} cannot be catalogued. Each is tried again when it, or a file that belongs to it, changes.\n`;
	for (const { code, pattern, files, text, example } of reasons) {
		yield `\n${these(files)} cannot be catalogued because of this (${code}):\n  ${oneLine(text)}\n\n`;
		for await (const rows of portions(database, { ...filter, code, pattern }))
			yield rows.map((file) => fileLines(file, files === 1 ? example : text)).join("");
	}
}

/** A file's own reason is said where it tells more than that of all of them. */
function fileLines({ storage, path, reason }: RejectedFile, text: string): string {
	const name = baseName(path);
	const isSaid = reason === text || reason.replaceAll(name, "…") === text;
	return `- ${storage}:${oneLine(path)}\n${isSaid ? "" : `    ${oneLine(reason)}\n`}`;
}

function these(count: number): string {
	return count === 1 ? "This file" : `These ${formatCount(count)} files`;
}

/** Names come from archives: none makes lines of its own. */
function oneLine(text: string): string {
	return text.replace(/\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/gu, "?");
}

function portions(database: Database, filter: RejectionsFilter): AsyncGenerator<readonly RejectedFile[]> {
	return everyPage((after) => listRejectedFiles(database, filter, { after, limit: portion }));
}
