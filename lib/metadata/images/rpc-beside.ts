import { RejectedError } from "#lib/errors.ts";
import { type Rpcs, rpcsOfNumbers } from "#lib/metadata/geometry/rpc.ts";
import type { ByteSource } from "#lib/metadata/metadata.ts";
import { stemOf } from "#lib/paths.ts";
import { textBeside } from "./place-beside.ts";

const maxBytes = 64 * 1024;

/**
 * The RPCs in a file beside the image, as GDAL looks for them: Maxar's `.RPB`, else `_RPC.TXT` (GeoEye, OrbView, Cartosat, ALOS).
 * @throws RejectedError `unreadable` for such a file that is not sound.
 */
export async function rpcsBeside(
	source: ByteSource,
	{ signal }: { readonly signal: AbortSignal },
): Promise<Rpcs | null> {
	for (const { endings, wordsByField } of formats) {
		for (const ending of endings) {
			const name = stemOf(source.name) + ending;
			const text = await textBeside(source, name, { max: maxBytes, signal });
			if (text === null) continue;
			const rpcs = /RPC00A/.test(text) ? null : rpcsOfFields(wordsByField(text));
			if (rpcs === null)
				throw new RejectedError("unreadable", `${name} does not hold RPCs (of the order RPC00B) that can be used`);
			return rpcs;
		}
	}
	return null;
}

/** Their fields as GDAL calls them (`LINE_OFF`, `LINE_NUM_COEFF`). null: not all of them are there. */
export function rpcsOfFields(wordsByField: ReadonlyMap<string, readonly string[]>): Rpcs | null {
	const numbers = fields.flatMap(({ name, count }) => {
		const words = wordsByField.get(name) ?? [];
		return words.length === count ? words.map((word) => (word === "" ? Number.NaN : Number(word))) : [Number.NaN];
	});
	return rpcsOfNumbers(numbers);
}

const quantities = ["LINE", "SAMP", "LAT", "LONG", "HEIGHT"];
const coefficients = ["LINE_NUM_COEFF", "LINE_DEN_COEFF", "SAMP_NUM_COEFF", "SAMP_DEN_COEFF"];
const fields = [
	...quantities.map((name) => ({ name: `${name}_OFF`, count: 1 })),
	...quantities.map((name) => ({ name: `${name}_SCALE`, count: 1 })),
	...coefficients.map((name) => ({ name, count: 20 })),
];

/** `lineOffset = 1;`, `lineNumCoef = (1, 2, …);` */
function fieldsOfRpb(text: string): ReadonlyMap<string, readonly string[]> {
	const found = new Map<string, readonly string[]>();
	for (const [, key = "", list, value] of text.matchAll(/^\s*(\w+)\s*=\s*(?:\(([^)]*)\)|([^;\n]*));?/gm)) {
		const name = key
			.replace(/Offset$/, "_OFF")
			.replace(/Scale$/, "_SCALE")
			.replace(/(Num|Den)Coef$/, "_$1_COEFF");
		found.set(
			name.toUpperCase(),
			(list ?? value ?? "").split(",").map((word) => word.trim()),
		);
	}
	return found;
}

/** `LINE_OFF: +001234.00 pixels`, `LINE_NUM_COEFF_1: +1.0E-04`. */
function fieldsOfText(text: string): ReadonlyMap<string, readonly string[]> {
	const found = new Map<string, string[]>();
	for (const [, key = "", index, value = ""] of text.matchAll(/^\s*([A-Za-z_]+?)(?:_(\d{1,2}))?\s*[:=]\s*(\S+)/gm)) {
		const words = found.get(key.toUpperCase()) ?? [];
		words[index === undefined ? 0 : Number(index) - 1] = value;
		found.set(key.toUpperCase(), words);
	}
	return new Map([...found].map(([name, words]) => [name, Array.from(words, (word) => word ?? "")]));
}

const formats = [
	{ endings: [".RPB", ".rpb"], wordsByField: fieldsOfRpb },
	{ endings: ["_RPC.TXT", "_rpc.txt"], wordsByField: fieldsOfText },
];
