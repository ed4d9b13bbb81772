import type { RejectedError } from "#lib/errors.ts";
import { badConf, iniEntries, readConf } from "./ini.ts";
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
	return nameIn(await readConf(conf, signal), conf);
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

const maxNameLength = 256;

/** The name in the text of a `.conf` file. @throws RejectedError */
export function nameIn(text: string, conf: ByteSource): string | null {
	for (const { section, key, value } of iniEntries(text)) {
		if (section !== "range_type" || key !== "range_type_name") continue;
		if (value.length > maxNameLength)
			throw invalid(conf, `names a range type of more than ${maxNameLength} characters`);
		return value === "" ? null : value;
	}
	return null;
}

function invalid(conf: ByteSource, reason: string): RejectedError {
	return badConf(conf, `${reason}; it should say [range_type] range_type_name = …`);
}
