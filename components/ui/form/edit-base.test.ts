import { describe, expect, test } from "vitest";
import { onOtherVersion, rebased } from "./edit-base.ts";

interface Fields {
	readonly title: string;
	readonly values: Readonly<Record<string, string>>;
	readonly events: readonly string[];
}

const read: Fields = { title: "A", values: { host: "one", port: "21" }, events: ["failed"] };
const base = { draft: read, version: "v1" };
const saved = (more: Partial<Fields>, version: string | null = "v2") => ({ draft: { ...read, ...more }, version });

describe("onOtherVersion", () => {
	const typed = { ...read, title: "typed" };
	test.each([
		["nothing else was saved", typed, saved({ title: "B" }, "v1"), "same"],
		["nothing was typed", read, saved({ title: "B" }), "follow"],
		["others saved what was typed", typed, saved({ title: "typed" }), "follow"],
		["what others saved is not in the form", typed, saved({}), "follow"],
		["others saved the same field", typed, saved({ title: "B" }), "ask"],
		["others saved another field", typed, saved({ events: [] }), "ask"],
		["it was deleted", typed, saved({}, null), "ask"],
		["it was deleted and nothing was typed", read, saved({}, null), "ask"],
	] as const)("%s", (_, draft, other, expected) => {
		expect(onOtherVersion<Fields>(draft, base, other)).toBe(expected);
	});
});

describe("rebased", () => {
	test("what was typed stays, also within an object; the rest is what is saved", () => {
		const draft = { ...read, title: "typed", values: { host: "typed", port: "21" } };
		const other = saved({ title: "B", values: { host: "two", port: "2121", user: "eo" }, events: ["held"] });
		expect(rebased(draft, base, other)).toEqual({
			title: "typed",
			values: { host: "typed", port: "2121", user: "eo" },
			events: ["held"],
		});
	});

	test("a field of an object that only the form has stays", () => {
		const draft = { ...read, values: { ...read.values, password: "typed" } };
		expect(rebased(draft, base, saved({ values: { host: "two", port: "21" } })).values).toEqual({
			host: "two",
			port: "21",
			password: "typed",
		});
	});

	test("a list is one field", () => {
		const draft = { ...read, events: ["failed", "held"] };
		expect(rebased(draft, base, saved({ events: ["overdue"] })).events).toEqual(["failed", "held"]);
	});
});
