import { expect, it } from "vitest";
import { looksLikeToken, newToken } from "./token-text.ts";

it("makes tokens that cannot be taken for anything else", () => {
	const tokens = Array.from({ length: 200 }, newToken);
	expect(new Set(tokens).size).toBe(tokens.length);
	for (const token of tokens) {
		expect(token).toMatch(/^eos_[\w-]{43}[0-9A-Za-z]{6}$/);
		expect(looksLikeToken(token)).toBe(true);
	}
});

// The checksum as Python's zlib makes it: another one would make all tokens that are out there worthless.
it.each([
	["eos_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA2ACaOP", true],
	["", false],
	["Bearer", false],
])("%s: %s", (text, right) => expect(looksLikeToken(text)).toBe(right));

it("sees a character that is another", () => {
	const token = newToken();
	for (let i = 4; i < token.length; i += 1) {
		const other = token[i] === "x" ? "y" : "x";
		expect(looksLikeToken(`${token.slice(0, i)}${other}${token.slice(i + 1)}`)).toBe(false);
	}
});
