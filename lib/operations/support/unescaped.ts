import { lookupTable } from "#lib/lookup-table.ts";

/** A text without one layer of its escapes, and where in the original each of its characters stands. */
export interface Unescaped {
	readonly text: string;
	/** For each UTF-16 unit of `text`, where it begins in the original; one more for the end. */
	readonly starts: readonly number[];
}

/** The kinds of escapes, each by itself: of addresses and forms; of JSON, shells and logs; of HTML and XML. */
const ways: readonly { readonly pattern: RegExp; readonly meaningOf: (written: string) => readonly Meaning[] }[] = [
	{ pattern: /(?:%[0-9a-f]{2})+/gi, meaningOf: percentDecoded },
	{ pattern: /\\(?:u[0-9a-f]{4}|x[0-9a-f]{2}|[^\n])/gi, meaningOf: (written) => [afterBackslash(written)] },
	{ pattern: /&(?:#\d{1,7}|#x[0-9a-f]{1,6}|amp|lt|gt|quot|apos);/gi, meaningOf: (written) => [entity(written)] },
];

interface Meaning {
	readonly meant: string;
	/** How many characters it takes where it is escaped. */
	readonly width: number;
}

/** For each kind of escapes that the text has, the text without them. */
export function unescaped(text: string): readonly Unescaped[] {
	return ways.flatMap(({ pattern, meaningOf }) => {
		const found = [...text.matchAll(pattern)];
		return found.length === 0 ? [] : [withMeanings(text, found, meaningOf)];
	});
}

function withMeanings(
	text: string,
	found: readonly RegExpExecArray[],
	meaningOf: (written: string) => readonly Meaning[],
): Unescaped {
	const parts: string[] = [];
	const starts: number[] = [];
	let from = 0;
	const keep = (to: number) => {
		parts.push(text.slice(from, to));
		for (let at = from; at < to; at++) starts.push(at);
		from = to;
	};
	for (const { 0: written, index } of found) {
		keep(index);
		for (const { meant, width } of meaningOf(written)) {
			parts.push(meant);
			for (let unit = 0; unit < meant.length; unit++) starts.push(from);
			from += width;
		}
	}
	keep(text.length);
	starts.push(text.length);
	return { text: parts.join(""), starts };
}

/** Character by character where it is UTF-8, else byte by byte. */
function percentDecoded(written: string): readonly Meaning[] {
	const bytes = Buffer.from(written.replaceAll("%", ""), "hex");
	const text = bytes.toString("utf8");
	if (!Buffer.from(text).equals(bytes)) {
		return [...bytes].map((byte) => ({ meant: String.fromCharCode(byte), width: 3 }));
	}
	return [...text].map((meant) => ({ meant, width: 3 * Buffer.byteLength(meant) }));
}

const letters = lookupTable<string>({ n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" });

function afterBackslash(written: string): Meaning {
	const [, code] = /^\\[ux]([0-9a-f]+)$/i.exec(written) ?? [];
	const rest = written.slice(1);
	const meant = code === undefined ? (letters[rest] ?? rest) : String.fromCharCode(Number.parseInt(code, 16));
	return { meant, width: written.length };
}

const entities = lookupTable<string>({ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" });

function entity(written: string): Meaning {
	const name = written.slice(1, -1).toLowerCase();
	const code = name.startsWith("#x") ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
	const isCharacter = name.startsWith("#") && code <= 0x10ffff;
	return { meant: isCharacter ? String.fromCodePoint(code) : (entities[name] ?? written), width: written.length };
}
