import { expect, test } from "vitest";
import { causeSentence } from "./cause-sentence.ts";

const cause = { code: "not-found", storage: "gamma", place: "a/b", down: false, message: "It is not there." };

test.each<[string, Partial<typeof cause>, string]>([
	["a place", {}, "gamma:a/b does not exist: It is not there"],
	["an outage", { code: "unreachable", place: "", down: true }, "Storage gamma cannot be read: It is not there"],
	[
		"what turns text round or breaks lines",
		{ place: "a\u202eb\nc\u001b[31m", message: "no\u2066\n\n\u0007thing." },
		"gamma:a\ufffdb\ufffdc\ufffd[31m does not exist: no\ufffd \ufffdthing",
	],
	[
		"a very long path",
		{ place: `${"🛰".repeat(100)}/${"y".repeat(5000)}` },
		`gamma:${"🛰".repeat(80)}…${"y".repeat(80)} does not exist: It is not there`,
	],
])("%s in words", (_, more, sentence) => {
	expect(causeSentence({ ...cause, ...more })).toBe(sentence);
});
