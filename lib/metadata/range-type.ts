import { RejectedError } from "#lib/errors.ts";
import { readFirst } from "./head-source.ts";
import type { Band, ByteSource } from "./metadata.ts";

/**
 * The range type that a `.conf` file names; EOxServer's format, an INI file:
 *
 *     [range_type]
 *     range_type_name = RGB
 *
 * `;` and `#` begin comment lines, keys and values are separated by `=` or `:`. null if it names none.
 * @throws RejectedError `invalid-metadata` if it is too large or not UTF-8.
 */
export async function readRangeTypeName(
	conf: ByteSource,
	{ signal }: { readonly signal: AbortSignal },
): Promise<string | null> {
	if (conf.size > maxBytes) throw invalid(conf, `has ${conf.size} bytes, more than ${maxBytes}`);
	return rangeTypeName(decode(conf, await readFirst(conf, maxBytes, { signal })), conf);
}

/**
 * The name of a range type without a configured name: the bands' data types in order, each once for a run of equal ones, with
 * the length of the run if it is not 1: `Byte`, `Byte_3`, `Byte_3_UInt16`, `Int16_Float32`.
 */
export function derivedRangeType(bands: readonly Pick<Band, "dataType">[]): string {
	const runs: { dataType: string; length: number }[] = [];
	for (const { dataType } of bands) {
		const run = runs.at(-1);
		if (run?.dataType === dataType) run.length += 1;
		else runs.push({ dataType, length: 1 });
	}
	const name = runs.map(({ dataType, length }) => (length === 1 ? dataType : `${dataType}_${length}`)).join("_");
	return name.length <= maxNameLength ? name : `${bands.length}_bands`;
}

const maxBytes = 64 * 1024;
const maxNameLength = 256;

function decode(conf: ByteSource, bytes: Uint8Array): string {
	try {
		return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
	} catch (cause) {
		throw invalid(conf, "is not UTF-8 text", cause);
	}
}

function rangeTypeName(text: string, conf: ByteSource): string | null {
	let section = "";
	for (const line of text.split(/\r\n|\r|\n/)) {
		const trimmed = line.trim();
		if (trimmed === "" || trimmed.startsWith(";") || trimmed.startsWith("#")) continue;
		const heading = /^\[([^\]]*)\]/.exec(trimmed)?.[1];
		if (heading !== undefined) section = heading.trim();
		const separator = trimmed.search(/[=:]/);
		if (heading !== undefined || section !== "range_type" || separator < 0) continue;
		if (trimmed.slice(0, separator).trim().toLowerCase() !== "range_type_name") continue;
		const name = trimmed
			.slice(separator + 1)
			.replace(/\s[;#].*$/, "")
			.trim();
		if (name.length > maxNameLength) throw invalid(conf, `names a range type of more than ${maxNameLength} characters`);
		return name === "" ? null : name;
	}
	return null;
}

function invalid(conf: ByteSource, reason: string, cause?: unknown): RejectedError {
	return new RejectedError(
		"invalid-metadata",
		`${conf.name} ${reason}; it should say [range_type] range_type_name = …`,
		{ cause },
	);
}
