import { lookupTable } from "#lib/lookup-table.ts";
import { wordsOfCode } from "./definition.ts";
import { projectedCodesOn } from "./epsg-lookup.ts";

const codesByBase = new Map<number, ReadonlyMap<string, number>>();

/**
 * The EPSG code of the projected CRS on the geographic CRS `base` that has this conversion (in PROJ's words, its unit
 * included); null if there is none.
 */
export function projectedCodeOf(base: number, conversion: readonly string[]): number | null {
	const known = codesByBase.get(base) ?? indexOf(base);
	codesByBase.set(base, known);
	return known.get(canonical(conversion)) ?? null;
}

function indexOf(base: number): ReadonlyMap<string, number> {
	const codes = new Map<string, number>();
	for (const code of projectedCodesOn(base)) {
		const words = wordsOfCode(code)?.words;
		if (words === undefined) continue;
		const text = canonical(words);
		if (!codes.has(text)) codes.set(text, code);
	}
	return codes;
}

/** Of the parameters, what they are if they are left out; angles, metres and ratios alike are told to eight decimals. */
const defaults = lookupTable<number>({ k_0: 1, to_meter: 1 });
const geodetic = new Set(["ellps", "a", "b", "towgs84", "pm", "no_defs", "datum", "wktext", "units", "type"]);
const names = lookupTable<string>({ k: "k_0" });

/** The same text for the same conversion. */
function canonical(words: readonly string[]): string {
	const values = new Map<string, string>();
	for (const word of words) {
		const [name = "", value = ""] = word.slice(1).split("=");
		if (!geodetic.has(name)) values.set(names[name] ?? name, value);
	}
	const number = (name: string) => Number(values.get(name) ?? Number.NaN);
	// A cone of one parallel has it at its origin.
	if (values.get("proj") === "lcc" && !values.has("lat_2") && number("lat_1") === number("lat_0"))
		values.delete("lat_1");
	if (values.has("lat_2") && number("lat_2") < number("lat_1")) {
		const [first = "", second = ""] = [values.get("lat_2"), values.get("lat_1")];
		values.set("lat_1", first).set("lat_2", second);
	}
	// Not of a cylinder: it has one parallel of true scale, or a scale.
	if (/^(merc|eqc|cea)$/.test(values.get("proj") ?? "")) {
		if (!values.has("lat_ts") && values.has("lat_1")) values.set("lat_ts", values.get("lat_1") ?? "");
		values.delete("lat_1");
	}
	return [...values]
		.flatMap(([name, value]) => {
			const given = Number(value);
			if (value === "" || Number.isNaN(given)) return [`${name}=${value}`];
			const digits = name === "x_0" || name === "y_0" ? 3 : 8;
			const rounded = given.toFixed(digits);
			return Number(rounded) === (defaults[name] ?? 0) ? [] : [`${name}=${Number(rounded)}`];
		})
		.sort()
		.join(" ");
}
