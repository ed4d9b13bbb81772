import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { operations } from "#lib/api/operations/operations.ts";
import { cursorOf } from "#lib/catalog/paging.ts";
import * as places from "#lib/sync/survey/places.ts";
import * as storageTests from "#lib/sync/test-source.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { schemaOf } from "./openapi.ts";
import { openTestApi, type TestApi } from "./testing.ts";

/** Every field of every call gets what no catalogue can hold, what is too much, and what is of another type. */

let bench: Bench;
let api: TestApi;
beforeAll(async () => {
	bench = await makeBench();
	await bench.archive.scene("in/a.tif");
	await bench.container("S", [{ path: "in" }]);
	await bench.run("S");
	api = await openTestApi(bench.database, { surveys: places, storageTests });
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => {
	api.errors.length = 0;
});

const texts = [
	"\0",
	"a\0b",
	"\ud800",
	"x\udfff",
	"\u{10FFFF}",
	"x".repeat(5000),
	"🛰".repeat(4000),
	"../..",
	"%",
	"' or 1=1 --",
];
const numbers = ["-1", "0", "1.5", "2147483648", "9007199254740991", "9223372036854775808", "1e400", "0x10", " "];
const times = [
	"0000-01-01T00:00:00Z",
	"0001-01-01T00:00Z",
	"9999-12-31T23:59:59.999999Z",
	`2026-01-01T00:00:00.${"1".repeat(500)}Z`,
	"2026-02-30T00:00:00Z",
	"infinity",
	"now",
];
const cursors = [
	...[["\0"], ["\ud800"], ["x".repeat(3000)], ["a", "\0"], ["a", "b", "\0"], [9e15], [2 ** 60], [-1], [1.5]],
	...[["abc"], ["1"], ["a", "b", "abc"], ["a", "b", "1"], [1, 1, 1], [1, 1], [null], [[1]], [{}], [true], []],
].map(cursorOf);

interface Field {
	readonly in: "path" | "query" | "body";
	readonly name: string;
}

function fieldsOf(operation: (typeof operations)[number]): readonly Field[] {
	const names = (place: Field["in"], schema: Parameters<typeof schemaOf>[0] | null): Field[] =>
		schema === null
			? []
			: Object.keys((schemaOf(schema, "input") as { properties?: object }).properties ?? {}).map((name) => ({
					in: place,
					name,
				}));
	return [...names("path", operation.params), ...names("query", operation.query), ...names("body", operation.body)];
}

const allFields = operations.flatMap((operation) =>
	fieldsOf(operation).map((field) => [`${operation.id} ${field.in}.${field.name}`, operation, field] as const),
);

describe("no value is the program's fault", () => {
	it("there are such fields", () => {
		expect(allFields.length).toBeGreaterThan(25);
		expect(allFields.filter(([, , { name }]) => name === "cursor" || name === "after").length).toBeGreaterThan(5);
	});

	it.each(allFields)("%s", async (_, operation, field) => {
		const isCursor = /after|cursor|since/i.test(field.name);
		for (const text of [...texts, ...numbers, ...times, ...(isCursor ? cursors : [])]) {
			const encoded = encodeURIComponent(text.toWellFormed());
			const path = operation.path
				.replace("{id}", field.in === "path" ? encoded : "S")
				.replace("{run}", field.in === "path" ? encoded : "1")
				.replace("{dataset}", field.in === "path" ? encoded : "A")
				.replace("{exception}", field.in === "path" ? encoded : "1")
				.replace("{key}", field.in === "path" ? encoded : "io-1")
				.replace("{storage}", field.in === "path" ? encoded : "archive")
				.replace("{target}", field.in === "path" ? encoded : "eox")
				.replace("{push}", field.in === "path" ? encoded : "1");
			const query = field.in === "query" ? `?${field.name}=${encoded}` : "";
			const values =
				field.in !== "body"
					? [operation.example ?? {}]
					: [text, [text], { [text]: text }].map((value) => ({ ...operation.example, [field.name]: value }));
			for (const value of values) {
				const { status, body } = await api.call(
					`${operation.method} ${path}${query}`,
					operation.body === null ? {} : { body: value },
				);
				expect([text.slice(0, 20), status, body.detail], JSON.stringify(api.errors.map(String))).toEqual([
					text.slice(0, 20),
					expect.toSatisfy((code: number) => code < 500),
					body.detail,
				]);
				if (text.includes("\0") || (field.in === "body" && !text.isWellFormed())) expect(status).toBe(400);
			}
		}
		expect(api.errors).toEqual([]);
	});

	it("nor does the depth of a body", async () => {
		const { status } = await api.call("POST /sync", { body: `${"[".repeat(100_000)}${"]".repeat(100_000)}` });
		expect(status).toBe(400);
	});
});
