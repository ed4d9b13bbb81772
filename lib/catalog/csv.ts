/** One line of a CSV file (RFC 4180). */
export function csvLine(values: readonly unknown[]): string {
	return `${values.map(csvCell).join(",")}\r\n`;
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
