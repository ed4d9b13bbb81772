import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { savedViewInput } from "./inputs.ts";
import { deleteView, listViews, saveView } from "./saved-views.ts";

let database: Database;
beforeAll(async () => {
	database = await createTestDatabase();
	await database.sql`
		insert into users (id, name, role, email) values ('anna', 'Anna', 'viewer', 'a@x.invalid'), ('bert', 'Bert', 'administrator', 'b@x.invalid')`;
});
afterAll(() => database.close());
beforeEach(() => database.sql`delete from saved_views`);

const view = (name: string, query = "state=held", page = "/containers") => savedViewInput.parse({ page, name, query });
const names = async (user: string) => (await listViews(database, user)).map(({ name, query }) => `${name} ${query}`);
const anna = { user: "anna", by: "Anna" };
const shared = { user: null, by: "Bert" };

test("a user sees their own and the shared ones, by name", async () => {
	await saveView(database, view("mine"), anna);
	await saveView(database, view("his"), { user: "bert", by: "Bert" });
	await saveView(database, view("All failed", "state=failed"), shared);
	expect(await names("anna")).toEqual(["All failed state=failed", "mine state=held"]);
	expect((await listViews(database, "anna"))[0]).toMatchObject({ shared: true, by: "Bert", page: "/containers" });
});

test("one of the same name is replaced, of another page or owner not", async () => {
	await saveView(database, view("Night"), anna);
	await saveView(database, view("NIGHT", "state=failed"), anna);
	await saveView(database, view("Night", "show=running", "/runs"), anna);
	await saveView(database, view("Night", "q=x"), shared);
	expect(await names("anna")).toEqual(["NIGHT state=failed", "Night show=running", "Night q=x"]);
});

test("a user has so many at most; even then one of the same name is replaced", async () => {
	await database.sql`
		insert into saved_views (user_id, page, name, query, created_by)
		select 'anna', '/containers', 'view ' || n, '', 'Anna' from generate_series(1, 200) n`;
	await expect(saveView(database, view("one more"), anna)).rejects.toThrow("You have 200 saved views");
	await saveView(database, view("View 7", "state=failed"), anna);
	expect(await names("anna")).toContain("View 7 state=failed");
	await saveView(database, view("shared"), shared);
});

test("what is another's, or shared, is not deleted as one's own", async () => {
	await saveView(database, view("mine"), anna);
	await saveView(database, view("ours"), shared);
	const [mine, ours] = (await listViews(database, "anna")).map(({ id }) => id);
	if (mine === undefined || ours === undefined) throw new Error("not saved");
	await expect(deleteView(database, { id: mine, user: "bert" })).rejects.toThrow("deleted already");
	await expect(deleteView(database, { id: mine, user: null })).rejects.toThrow("deleted already");
	await expect(deleteView(database, { id: ours, user: "anna" })).rejects.toThrow("deleted already");
	await deleteView(database, { id: mine, user: "anna" });
	await deleteView(database, { id: ours, user: null });
	expect(await names("anna")).toEqual([]);
});

test("a user's views go with the user, shared ones stay", async () => {
	await database.sql`insert into users (id, name, role, email) values ('cleo', 'Cleo', 'viewer', 'c@x.invalid')`;
	await saveView(database, view("gone"), { user: "cleo", by: "Cleo" });
	await saveView(database, view("stays"), shared);
	await database.sql`delete from users where id = 'cleo'`;
	expect(await database.sql`select name from saved_views`).toEqual([{ name: "stays" }]);
});

test.each([
	{ page: "https://evil.example", name: "x", query: "" },
	{ page: "/containers", name: " ", query: "" },
	{ page: "/containers", name: "a\nb", query: "" },
	{ page: "/containers", name: "x", query: "a".repeat(2001) },
	{ page: "/containers", name: "x", query: "a#b c" },
])("%j is refused", (input) => expect(savedViewInput.safeParse(input).success).toBe(false));
