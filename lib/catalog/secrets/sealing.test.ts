import { describe, expect, it } from "vitest";
import { keyOf, seal, unseal } from "./sealing.ts";

const key = keyOf("a secret of some length");
const other = keyOf("another secret of some length");
const text = "pässword\n\u0000 of any kind 🔑";

it("opens what it sealed, with the same key and for the same purpose", () => {
	const sealed = seal(text, key, "here");
	expect(sealed).toMatch(/^1\.[\w-]{8}\.[\w-]+$/);
	expect(unseal(sealed, [other, key], "here")).toEqual({ ok: true, text });
});

it("never seals the same text the same way", () => {
	expect(seal(text, key, "here")).not.toBe(seal(text, key, "here"));
});

it("derives the same key from the same secret on every machine", () => {
	expect({ id: key.id, bytes: key.bytes.toString("hex") }).toEqual({
		id: "ZYoaxZLV",
		bytes: "653aeb110594612a3949ee903eb3eaee553f6b4c695775337cdeb17777987367",
	});
});

describe("does not open", () => {
	const sealed = seal(text, key, "here");
	const altered = (position: number) => {
		const at = position < 0 ? sealed.length + position : position;
		return sealed.slice(0, at) + (sealed[at] === "A" ? "Q" : "A") + sealed.slice(at + 1);
	};
	it.each([
		["with another key", sealed, [other], "here", "key"],
		["without keys", sealed, [], "here", "key"],
		["for another purpose", sealed, [key], "there", "damaged"],
		["with another nonce", altered(12), [key], "here", "damaged"],
		["with another tag", altered(30), [key], "here", "damaged"],
		["with another text", altered(-4), [key], "here", "damaged"],
		["cut off", sealed.slice(0, -3), [key], "here", "damaged"],
		["too short to be one", `1.${key.id}.AAAA`, [key], "here", "damaged"],
		["of another version", sealed.replace("1.", "2."), [key], "here", "damaged"],
		["something else", "password", [key], "here", "damaged"],
	] as const)("%s", (_, value, keys, purpose, why) => {
		expect(unseal(value, keys, purpose)).toEqual({ ok: false, why });
	});
});
