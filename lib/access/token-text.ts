import { createHash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";

/**
 * The form of an API token: `eos_`, 32 random bytes as base64url, and the CRC 32 of all before it as six
 * base-62 digits, so that scanners for leaked secrets find it (`eos_[\w-]{43}[0-9A-Za-z]{6}`) and are rarely wrong.
 */

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

export function newToken(): string {
	const body = `eos_${randomBytes(32).toString("base64url")}`;
	return `${body}${checksumOf(body)}`;
}

/** Whether a text is a well-formed token: a mistyped or made-up one costs no look into the database. */
export function looksLikeToken(text: string): boolean {
	return /^eos_[\w-]{43}[0-9A-Za-z]{6}$/.test(text) && checksumOf(text.slice(0, -6)) === text.slice(-6);
}

/** The hash that is stored instead of the token. SHA-256 is enough for random text: there is nothing to guess. */
export function hashOfToken(token: string): string {
	return createHash("sha256").update(token).digest("hex");
}

function checksumOf(body: string): string {
	let rest = crc32(body);
	let text = "";
	for (let place = 0; place < 6; place += 1) {
		text = `${digits[rest % 62]}${text}`;
		rest = Math.floor(rest / 62);
	}
	return text;
}
