import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { defaultDisplay, displayOf, setDisplay } from "./display.ts";
import { displayInput } from "./inputs.ts";

let database: Database;
beforeAll(async () => {
	database = await createTestDatabase();
	await database.sql`insert into users (id, name, role, email) values ('anna', 'Anna', 'viewer', 'a@x.invalid'), ('bert', 'Bert', 'viewer', 'b@x.invalid')`;
});
afterAll(() => database.close());

test("a user has UTC and the system's theme until they choose otherwise, which is theirs alone", async () => {
	expect(await displayOf(database, "anna")).toEqual(defaultDisplay);
	const chosen = displayInput.parse({ timeZone: "Europe/Vienna", theme: "dark" });
	await setDisplay(database, "anna", chosen);
	expect(await displayOf(database, "anna")).toEqual(chosen);
	expect(await displayOf(database, "bert")).toEqual(defaultDisplay);
	expect(await displayOf(database, "nobody")).toEqual(defaultDisplay);
});

test.each([
	{ timeZone: "+02:00", theme: "dark" },
	{ timeZone: "Mars/Base", theme: "dark" },
	{ timeZone: "UTC", theme: "pink" },
])("%j is refused", (input) => expect(displayInput.safeParse(input).success).toBe(false));
