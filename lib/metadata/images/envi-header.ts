import { RejectedError } from "#lib/errors.ts";

/** `key = value` lines, by the key in small letters; `{…}` may span lines, its braces are left out. */
export type EnviHeader = ReadonlyMap<string, string>;

/** Headers list a few words per band. */
export const maxEnviHeaderBytes = 2 * 1024 * 1024;
const maxFields = 1000;

export function isEnviHeader(text: string): boolean {
	return /^\s{0,8}ENVI\s/.test(text);
}

/** @throws RejectedError `unreadable` for what is no ENVI header. */
export function parseEnviHeader(text: string): EnviHeader {
	if (!isEnviHeader(text)) throw unsoundEnvi("it does not begin with ENVI");
	const fields = new Map<string, string>();
	const lines = text.split(/\r\n|\r|\n/);
	for (let index = 1; index < lines.length; index++) {
		const line = lines[index] ?? "";
		const separator = line.indexOf("=");
		if (separator < 0 || line.trimStart().startsWith(";")) continue;
		if (fields.size >= maxFields) throw unsoundEnvi(`it has more than ${maxFields} fields`);
		const parts = [line.slice(separator + 1).trim()];
		if (parts[0]?.startsWith("{")) {
			while (!parts.at(-1)?.endsWith("}")) {
				index += 1;
				if (index >= lines.length) throw unsoundEnvi("a { is not closed");
				parts.push((lines[index] ?? "").trim());
			}
		}
		const key = line.slice(0, separator).trim().toLowerCase().replace(/\s+/g, " ");
		if (!fields.has(key)) fields.set(key, parts.join(" ").replace(/^\{\s*|\s*\}$/g, ""));
	}
	return fields;
}

/** The words of a list, `{a, b}`. */
export function wordsOf(header: EnviHeader, key: string): readonly string[] {
	const text = header.get(key) ?? "";
	return text === "" ? [] : text.split(",").map((word) => word.trim());
}

/** @throws RejectedError `unreadable` unless it is a whole number from `min` on; `fallback` where the key is absent. */
export function wholeNumber(
	header: EnviHeader,
	key: string,
	{ min, fallback }: { min: number; fallback?: number },
): number {
	const text = header.get(key);
	const value = text === undefined ? fallback : /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
	if (value !== undefined && value >= min) return value;
	throw unsoundEnvi(text === undefined ? `it has no "${key}"` : `its "${key}" is "${text.slice(0, 40)}"`);
}

export function unsoundEnvi(what: string): RejectedError {
	return new RejectedError("unreadable", `Not a valid ENVI header: ${what}.`);
}
