import { type Unescaped, unescaped } from "./unescaped.ts";

/** Takes secrets out of texts: those that are known, however they are written there, and what looks like one. */

const mark = "•••";

/** Shorter ones occur in ordinary text; what was struck out there would reveal them. */
const shortest = 4;

/** How many layers of escapes are removed: an address in JSON that is a text in JSON has three. */
const layers = 4;
/** How many texts of a layer are looked at: one for each order in which the kinds of escapes can be removed, and most orders give the same. */
const mostTexts = 12;

/** @param secrets in the clear; a key of several lines is struck out line by line as well */
export function striker(secrets: readonly (string | null | undefined)[]): (text: string) => string {
	const given = secrets.filter((secret) => typeof secret === "string");
	const lines = given.flatMap((secret) => secret.split(/\r?\n/).filter((line) => line.length >= 16));
	const known = longestFirst([...given, ...lines].flatMap((secret) => [secret, secret.replaceAll(" ", "+")]));
	const spellings = longestFirst([...known, ...known.flatMap(encodingsOf)]);
	return (text) => {
		const plain = spellings.reduce((rest, spelling) => rest.replaceAll(spelling, mark), text);
		const deep = plain.split("\n").map((line) => strikeBase64(strikeEscaped(line, known), known));
		return shapes.reduce(replace, deep.join("\n"));
	};
}

/** A text that is part of another one comes after it. */
function longestFirst(texts: readonly string[]): readonly string[] {
	const long = [...new Set(texts)].filter((text) => text.length >= shortest);
	return long.toSorted((a, b) => b.length - a.length);
}

/** Strikes out secrets that are written with escapes of addresses, JSON or HTML, also one within another. */
function strikeEscaped(line: string, known: readonly string[]): string {
	const spans: Span[] = [];
	const seen = new Set([line]);
	let above: readonly Unescaped[] = [];
	for (let layer = 0; layer < layers; layer++) {
		const inside = layer === 0 ? unescaped(line) : above.flatMap(unescapedInside);
		above = inside.filter(({ text }) => !seen.has(text) && seen.add(text)).slice(0, mostTexts);
		for (const each of above) spans.push(...spansIn(each, known));
	}
	return spans.length === 0 ? line : withoutSpans(line, spans);
}

/** The next layer, with the places of its characters in the original. */
function unescapedInside({ text, starts }: Unescaped): readonly Unescaped[] {
	return unescaped(text).map((inside) => ({ ...inside, starts: inside.starts.map((at) => starts[at] ?? 0) }));
}

interface Span {
	readonly begin: number;
	readonly end: number;
}

/** Where secrets stand in the original. */
function* spansIn({ text, starts }: Unescaped, known: readonly string[]): Generator<Span> {
	for (const secret of known) {
		for (let at = text.indexOf(secret); at !== -1; at = text.indexOf(secret, at + secret.length))
			yield { begin: starts[at] ?? 0, end: starts[at + secret.length] ?? 0 };
	}
}

function withoutSpans(line: string, spans: readonly Span[]): string {
	const parts: string[] = [];
	let from = 0;
	for (const { begin, end } of spans.toSorted((a, b) => a.begin - b.begin)) {
		if (begin >= from) parts.push(line.slice(from, begin), mark);
		from = Math.max(from, end);
	}
	return [...parts, line.slice(from)].join("");
}

/** Strikes out base64 of a text that holds a secret, escaped there or not. */
function strikeBase64(line: string, known: readonly string[]): string {
	return line.replace(/[\w+/-]{12,}={0,2}/g, (letters) => {
		const text = Buffer.from(letters, "base64").toString("utf8");
		return known.some((secret) => text.includes(secret)) || strikeEscaped(text, known) !== text ? mark : letters;
	});
}

function replace(text: string, [shape, instead]: (typeof shapes)[number]): string {
	return text.replace(shape, instead);
}

/** A secret in hexadecimal and base64; base64 also where other text was encoded together with it. */
function encodingsOf(secret: string): readonly string[] {
	const bytes = Buffer.from(secret);
	if (secret.length < 8) return [];
	return [bytes.toString("hex"), bytes.toString("hex").toUpperCase(), ...base64Of(bytes)];
}

/** With whatever stands before and after it in what was encoded: the part that depends on the secret alone, three times. */
function base64Of(bytes: Buffer): readonly string[] {
	return [0, 1, 2].flatMap((before) => {
		const whole = Buffer.concat([Buffer.alloc(before), bytes]);
		const from = before === 0 ? 0 : 4;
		const inside = whole.toString("base64").slice(from, Math.floor(whole.length / 3) * 4);
		return [inside, inside.replaceAll("+", "-").replaceAll("/", "_")];
	});
}

const shapes: readonly (readonly [RegExp, string])[] = [
	// Who and password in an address.
	[/\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@"'<>\\]{1,2000}@/gi, `$1${mark}@`],
	[
		/([?&;](?:x-amz-(?:signature|credential|security-token)|[\w-]{0,40}(?:token|secret|passw(?:or)?d|signature|apikey|api_key|key)|sig|link|code|state)=)[^&\s"'<>\\#]{1,4000}/gi,
		`$1${mark}`,
	],
	[/\b(Bearer|Basic|Digest) [A-Za-z0-9._~+/=-]{8,}/gi, `$1 ${mark}`],
	[/\b((?:set-)?cookie)(\\?"?\s{0,3}[:=]\s{0,3}\\?"?)[^"\r\n]{1,8000}/gi, `$1$2${mark}`],
	[
		/\b(\w{0,40}(?:passw(?:or)?d|passphrase|secret|token|api_?key|private_?key|access_?key))(\\?"?\s{0,3}[:=]\s{0,3}\\?["']?)(?!true|false|null|set\b|•)[^\s"',;&}\\]{4,4000}/gi,
		`$1$2${mark}`,
	],
	// eosync's own: tokens of the API, sealed values.
	[/\beos_[\w-]{20,}/g, mark],
	[/\b1\.[\w-]{8}\.[\w-]{30,}/g, mark],
	[/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]{0,20000}?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g, mark],
	// JSON Web Tokens (RFC 7519).
	[/\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{5,}/g, mark],
	// Mail addresses.
	[/[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?=[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}\b)/g, `${mark}@`],
];
