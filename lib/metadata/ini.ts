import { RejectedError } from "#lib/errors.ts";
import { readFirst } from "./head-source.ts";
import type { ByteSource } from "./metadata.ts";

/** `.conf` files, in the INI format of Python's `configparser`: `;` and `#` begin comment lines, keys and values are separated by `=` or `:`. */

export interface IniEntry {
	readonly section: string;
	/** In lower case. */
	readonly key: string;
	readonly value: string;
}

const maxBytes = 64 * 1024;

/** @throws RejectedError `invalid-metadata` if it is too large or not UTF-8. */
export async function readConf(conf: ByteSource, signal: AbortSignal): Promise<string> {
	if (conf.size > maxBytes) throw badConf(conf, `has ${conf.size} bytes, more than ${maxBytes}${hint}`);
	try {
		return new TextDecoder("utf-8", { fatal: true }).decode(await readFirst(conf, maxBytes, { signal }));
	} catch (cause) {
		if (cause instanceof TypeError) throw badConf(conf, `is not UTF-8 text${hint}`, cause);
		throw cause;
	}
}

export function* iniEntries(text: string): Generator<IniEntry> {
	let section = "";
	for (const line of text.split(/\r\n|\r|\n/)) {
		const trimmed = line.trim();
		if (trimmed === "" || trimmed.startsWith(";") || trimmed.startsWith("#")) continue;
		const heading = /^\[([^\]]*)\]/.exec(trimmed)?.[1];
		if (heading !== undefined) section = heading.trim();
		const separator = trimmed.search(/[=:]/);
		if (heading !== undefined || separator < 0) continue;
		const value = trimmed
			.slice(separator + 1)
			.replace(/\s[;#].*$/, "")
			.trim();
		yield { section, key: trimmed.slice(0, separator).trim().toLowerCase(), value };
	}
}

const hint = "; it should say [range_type] range_type_name = …";

export function badConf(conf: Pick<ByteSource, "name">, reason: string, cause?: unknown): RejectedError {
	return new RejectedError("invalid-metadata", `${conf.name} ${reason}`, { cause });
}
