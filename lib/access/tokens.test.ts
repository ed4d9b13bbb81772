import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { newTokenInput } from "./inputs.ts";
import { type Role, roles } from "./permissions.ts";
import { createToken, listTokens, revokeToken, whoseToken } from "./tokens.ts";
import { addUser, removeUser, setRole, userNamed } from "./users.ts";

let database: Database;
const ids = {} as Record<Role, string>;
beforeAll(async () => {
	database = await createTestDatabase();
	for (const role of roles) {
		await addUser(database, { name: `the ${role}`, role });
		ids[role] = (await userNamed(database, `the ${role}`)).id;
	}
});
afterAll(() => database.close());

let made = 0;
function input(role: Role, days: number | null = 90) {
	made += 1;
	return newTokenInput.parse({ name: `token ${made}`, role, days });
}
const make = (owner: Role, role: Role = owner, days: number | null = 90) =>
	createToken(database, ids[owner], input(role, days));

describe("a token", () => {
	it("opens what its role may, and is kept as a hash only", async () => {
		const { token, id, expiresAt } = await make("operator");
		expect(await whoseToken(database, token, "192.0.2.1")).toMatchObject({
			id: ids.operator,
			name: "the operator",
			role: "operator",
			address: "192.0.2.1",
			token: { id },
		});
		expect(Date.parse(expiresAt ?? "") - Date.now()).toBeGreaterThan(89 * 86_400_000);
		const rows = await database.sql`select t::text from api_tokens t`;
		expect(JSON.stringify(rows)).not.toContain(token.slice(4, 20));
	});

	it.each(
		roles.flatMap((owner) => roles.map((role) => [owner, role, roles.indexOf(role) <= roles.indexOf(owner)] as const)),
	)("of a %s with the role %s: %s", async (owner, role, allowed) => {
		if (allowed) expect((await make(owner, role)).token).toMatch(/^eos_/);
		else await expect(make(owner, role)).rejects.toThrow(`A token cannot have a higher role than its user, ${owner}`);
	});

	it("is without an end only for administrators", async () => {
		expect(await make("administrator", "viewer", null)).toMatchObject({ expiresAt: null });
		await expect(make("operator", "viewer", null)).rejects.toThrow("Only administrators can make tokens");
	});

	it.each([0, 366, 1.5, "90"])("cannot be for %j days", (days) => {
		expect(newTokenInput.safeParse({ name: "x", role: "viewer", days }).success).toBe(false);
	});

	it("lasts 90 days when nothing is said", () => {
		expect(newTokenInput.parse({ name: "x", role: "viewer" })).toMatchObject({ days: 90 });
	});

	it("has a name of its own", async () => {
		await createToken(database, ids.viewer, { name: "Nightly", role: "viewer", days: 1 });
		const again = createToken(database, ids.viewer, { name: "nightly", role: "viewer", days: 1 });
		await expect(again).rejects.toThrow("There is a token nightly already");
		await createToken(database, ids.operator, { name: "nightly", role: "viewer", days: 1 });
	});
});

describe("a token does not work", () => {
	it("when no user has it", async () => {
		const { token } = await make("viewer");
		const other = `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`;
		expect(await whoseToken(database, other, null)).toBeNull();
		expect(await whoseToken(database, "", null)).toBeNull();
	});

	it("when it has expired", async () => {
		const { token, id } = await make("viewer");
		await database.sql`update api_tokens set expires_at = now() where id = ${id}`;
		expect(await whoseToken(database, token, null)).toBeNull();
		expect(await listTokens(database)).toContainEqual(expect.objectContaining({ id, expired: true }));
	});

	it("when it was revoked; by others only if they may", async () => {
		const { token, id } = await make("viewer");
		await expect(revokeToken(database, { id, user: ids.operator })).rejects.toThrow("This token does not exist");
		expect(await whoseToken(database, token, null)).not.toBeNull();
		await revokeToken(database, { id, user: null });
		expect(await whoseToken(database, token, null)).toBeNull();
		await expect(revokeToken(database, { id, user: ids.viewer })).rejects.toThrow("This token does not exist");
	});

	it("for more than its user may by now, nor without the user", async () => {
		await addUser(database, { name: "Eve", role: "administrator" });
		const { id } = await userNamed(database, "Eve");
		const { token } = await createToken(database, id, input("administrator"));
		await setRole(database, { id, role: "viewer" });
		expect(await whoseToken(database, token, null)).toMatchObject({ role: "viewer" });
		expect(await listTokens(database, id)).toMatchObject([{ role: "administrator", effectiveRole: "viewer" }]);
		await setRole(database, { id, role: "administrator" });
		expect(await whoseToken(database, token, null)).toMatchObject({ role: "administrator" });
		await removeUser(database, id);
		expect(await whoseToken(database, token, null)).toBeNull();
	});
});

it("knows when it was used last and from where, to the minute", async () => {
	const { token, id } = await make("viewer");
	const used = async () => (await listTokens(database)).find((each) => each.id === id);
	expect(await used()).toMatchObject({ lastUsedAt: null, lastUsedFrom: null });
	await whoseToken(database, token, "192.0.2.1");
	const first = await used();
	expect(first?.lastUsedFrom).toBe("192.0.2.1");
	await whoseToken(database, token, "192.0.2.2");
	expect(await used()).toEqual(first);
	await database.sql`update api_tokens set last_used_at = now() - interval '61 seconds' where id = ${id}`;
	await whoseToken(database, token, "192.0.2.2");
	expect((await used())?.lastUsedFrom).toBe("192.0.2.2");
});
