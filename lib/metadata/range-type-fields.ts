import { badConf, iniEntries, readConf } from "./ini.ts";
import type { ByteSource } from "./metadata.ts";
import { nameIn } from "./range-type.ts";

/**
 * What a `.conf` file says of the fields of the range type that it names, beyond what a raster says of its bands; a section for each, counted from 1:
 *
 *     [field_1]
 *     identifier = red
 *     definition = http://www.opengis.net/def/property/OGC/0/Radiance
 *     unit_of_measure = W.m-2.Sr-1
 *     nil_values = 0 unknown
 *     allowed_values = 0 255
 */
export interface FieldDescription {
	readonly identifier: string | null;
	readonly description: string | null;
	readonly definition: string | null;
	readonly unit: string | null;
	readonly wavelength: number | null;
	readonly significantFigures: number | null;
	/** null: as the raster has it. */
	readonly nilValues: readonly NilValue[] | null;
	readonly allowed: readonly (readonly [low: number, high: number])[] | null;
}

export interface NilValue {
	readonly value: string;
	/** An address; those of OGC are `http://www.opengis.net/def/nil/OGC/0/…`. */
	readonly reason: string;
}

/** By the number of the field, the first is 1. null: it names no range type. @throws RejectedError `invalid-metadata` */
export async function readFieldDescriptions(
	conf: ByteSource,
	{ signal }: { readonly signal: AbortSignal },
): Promise<{ readonly name: string; readonly fields: ReadonlyMap<number, FieldDescription> } | null> {
	const text = await readConf(conf, signal);
	const name = nameIn(text, conf);
	if (name === null) return null;
	if (text.includes("\0")) throw badConf(conf, "has NUL characters");
	const sections = new Map<number, Map<string, string>>();
	for (const { section, key, value } of iniEntries(text)) {
		const number = Number(/^(?:field|band)[ _]0*([1-9]\d{0,4})$/i.exec(section)?.[1] ?? 0);
		if (number === 0 || value === "") continue;
		const entries = sections.get(number) ?? new Map<string, string>();
		sections.set(number, entries.set(key, value));
	}
	return { name, fields: new Map([...sections].map(([number, entries]) => [number, fieldOf(entries, conf)])) };
}

/** Lengths are those of EOxServer's columns, which other catalogues can keep as well. */
function fieldOf(entries: ReadonlyMap<string, string>, conf: ByteSource): FieldDescription {
	const text = (key: string, longest: number): string | null => {
		const value = entries.get(key);
		if (value !== undefined && value.length > longest)
			throw badConf(conf, `has a ${key} of more than ${longest} characters`);
		return value ?? null;
	};
	const number = (key: string): number | null => {
		const value = entries.get(key);
		return value === undefined ? null : numberOf(value, key, conf);
	};
	const figures = number("significant_figures");
	if (figures !== null && !(Number.isInteger(figures) && figures >= 0 && figures <= 32_767))
		throw badConf(conf, `has significant_figures ${figures}, which are no count`);
	return {
		identifier: text("identifier", 512),
		description: text("description", 10_000),
		definition: text("definition", 512),
		unit: text("unit_of_measure", 64) ?? text("uom", 64),
		wavelength: number("wavelength"),
		significantFigures: figures,
		nilValues: listOf(entries, "nil_values")?.map((item) => nilValueOf(item, conf)) ?? null,
		allowed: listOf(entries, "allowed_values")?.map((item) => rangeOf(item, conf)) ?? null,
	};
}

function listOf(entries: ReadonlyMap<string, string>, key: string): readonly string[] | null {
	return (
		entries
			.get(key)
			?.split(",")
			.map((item) => item.trim()) ?? null
	);
}

const ogcReasons = "http://www.opengis.net/def/nil/OGC/0/";

/** A value alone is unknown. */
function nilValueOf(item: string, conf: ByteSource): NilValue {
	const [value = "", reason = "unknown", ...rest] = item.split(/\s+/);
	const full = /^\w+$/.test(reason) ? `${ogcReasons}${reason}` : reason;
	if (value === "" || rest.length > 0 || value.length > 512 || full.length > 512)
		throw badConf(conf, `has nil_values "${item.slice(0, 200)}", which should be a value and a reason`);
	return { value, reason: full };
}

function rangeOf(item: string, conf: ByteSource): readonly [number, number] {
	const [low = "", high = "", ...rest] = item.split(/\s+/);
	if (rest.length > 0) throw badConf(conf, `has allowed_values "${item.slice(0, 200)}", which should be two numbers`);
	return [numberOf(low, "allowed_values", conf), numberOf(high, "allowed_values", conf)];
}

function numberOf(text: string, key: string, conf: ByteSource): number {
	const number = Number(text);
	if (text === "" || !Number.isFinite(number))
		throw badConf(conf, `has ${key} "${text.slice(0, 200)}", which is no number`);
	return number;
}
