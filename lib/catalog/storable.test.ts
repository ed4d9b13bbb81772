import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { isEoId } from "#lib/metadata/eo-id.ts";
import { findUnstorable, mayHoldUnstorable, storableJson, unstorableIn } from "./storable.ts";

let database: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
	database = await createTestDatabase();
});
afterAll(() => database.close());

const text = fc.string({
	unit: fc.constantFrom("a", "\\", '"', "\0", "\ud800", "\udfff", "é", "🛰", "\u2028", "\uFFFF"),
	maxLength: 4,
});
const value = fc.letrec((tie) => ({
	json: fc.oneof(
		{ depthSize: "small" },
		text,
		fc.integer(),
		fc.constant(null),
		fc.array(tie("json"), { maxLength: 3 }),
		fc.dictionary(text, tie("json"), { maxKeys: 3 }),
	),
})).json;

async function isTaken(json: unknown): Promise<boolean> {
	try {
		await database.sql`select ${JSON.stringify(json)}::text::jsonb`;
		return true;
	} catch {
		return false;
	}
}

test("says of any value what PostgreSQL says, and what is made of it can be stored", async () => {
	await fc.assert(
		fc.asyncProperty(value, async (json) => {
			expect(findUnstorable(json) === null).toBe(await isTaken(json));
			if (findUnstorable(json) !== null) expect(mayHoldUnstorable(JSON.stringify(json))).toBe(true);
			expect(await isTaken(storableJson(json))).toBe(true);
			if (findUnstorable(json) === null) expect(storableJson(json)).toEqual(json);
		}),
		{ numRuns: 300 },
	);
});

test("tells where it is, and is not stopped by depth", () => {
	expect(findUnstorable({ a: [1, { b: "x\0" }] })).toEqual({ at: ["a", 1, "b"], what: "a NUL character" });
	expect(findUnstorable({ "a\ud800": 1 })).toMatchObject({ at: ["a\uFFFD"], what: expect.stringContaining("half") });
	let deep: unknown = "\0";
	for (let depth = 0; depth < 100_000; depth++) deep = [deep];
	expect(findUnstorable(deep)?.at).toHaveLength(100_000);
	expect(unstorableIn("🛰".slice(0, 1))).toMatch(/half/);
});

test("what may stand in an EO ID by XML may stand there by PostgreSQL", async () => {
	const characters = Array.from({ length: 0x1_2000 }, (_, i) => i + 1)
		.filter((code) => code < 0xd800 || code > 0xdfff)
		.map((code) => `a${String.fromCodePoint(code)}`)
		.filter(isEoId);
	expect(characters.length).toBeGreaterThan(60_000);
	const refused = await database.sql`
		select t from unnest(${characters}::text[]) as t where t !~ '^[^-.0-9:[:space:]][^:[:space:]]*$'`;
	expect(refused.map((row) => row.t)).toEqual([]);
});
test.each(["\0", "a\0b", "\ud800", "\udfff", "\ud83d", "a\udc00b", "é🛰", "\\u0000", "plain", "\u0001"])(
	"a JSON text shows whether %j may hold what cannot be stored",
	(text) => {
		for (const value of [text, { key: [text] }, { [text]: 1 }]) {
			if (findUnstorable(value) !== null) expect(mayHoldUnstorable(JSON.stringify(value))).toBe(true);
		}
		if (text === "plain" || text === "é🛰") expect(mayHoldUnstorable(JSON.stringify(text))).toBe(false);
	},
);
