/** Takes secrets out of texts: those that are known, however they are written there, and what looks like one. */

const mark = "•••";

/** Shorter ones occur in ordinary text; what was struck out there would reveal them. */
const shortest = 4;

/** @param secrets in the clear; a key of several lines is struck out line by line as well */
export function striker(secrets: readonly (string | null | undefined)[]): (text: string) => string {
	const known = secrets.filter((secret) => typeof secret === "string");
	const lines = known.flatMap((secret) => secret.split(/\r?\n/).filter((line) => line.length >= 16));
	const spellings = [...new Set([...known, ...lines].flatMap(spellingsOf))]
		.filter((spelling) => spelling.length >= shortest)
		// What is a part of another one comes after it.
		.toSorted((a, b) => b.length - a.length);
	return (text) => shapes.reduce(replace, spellings.reduce(strike, text));
}

function strike(text: string, spelling: string): string {
	return text.replaceAll(spelling, mark);
}

function replace(text: string, [shape, instead]: (typeof shapes)[number]): string {
	return text.replace(shape, instead);
}

/** As it stands in plain text, JSON (once and twice), addresses, forms, and encoded. */
function spellingsOf(secret: string): readonly string[] {
	const inJson = JSON.stringify(secret).slice(1, -1);
	const bytes = Buffer.from(secret);
	const isLong = secret.length >= 8;
	return [
		secret,
		inJson,
		JSON.stringify(inJson).slice(1, -1),
		encodeURI(secret.toWellFormed()),
		encodeURIComponent(secret.toWellFormed()),
		encodeURIComponent(secret.toWellFormed()).replaceAll("%20", "+"),
		...(isLong ? [bytes.toString("hex"), ...base64Of(bytes)] : []),
	];
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
