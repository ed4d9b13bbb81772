import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { saveContainer, saveStorage } from "#lib/catalog/configuration.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { containerInput, storageInput } from "#lib/catalog/inputs.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { UsageError } from "#lib/errors.ts";
import { authorise, authorised, type Caller, type TokenCaller } from "./authorised.ts";
import { leastRoles, type Permission, type Role, roles } from "./permissions.ts";
import { addUser, setRole, userNamed } from "./users.ts";

const caller = (role: Role): Caller => ({ id: "1", name: "Ada", role, address: "192.0.2.7", session: "s" });
const program: TokenCaller = {
	id: "1",
	name: "Ada",
	role: "administrator",
	address: null,
	token: { id: 1, name: "nightly" },
};

let database: Database;
beforeAll(async () => {
	database = await createTestDatabase();
});
afterAll(() => database.close());

async function lastEntry() {
	const [entry] = await database.sql`
		select via, user_id, actor, token, action, object_kind, object, details, address, outcome, error
		from audit_log order by id desc limit 1`;
	return entry === undefined ? undefined : { ...entry };
}

it.each(Object.keys(leastRoles) as Permission[])("%s is done for its role and higher ones only", async (permission) => {
	for (const role of [null, ...roles]) {
		let done = 0;
		const outcome = authorised(database, role && caller(role), {
			permission,
			input: () => ({}),
			work: async (_, { name }) => {
				done += 1;
				return name;
			},
		});
		const allowed = role !== null && roles.indexOf(role) >= roles.indexOf(leastRoles[permission]);
		if (allowed) expect(await outcome).toBe("Ada");
		else await expect(outcome).rejects.toMatchObject({ code: role === null ? "signed-out" : "forbidden" });
		expect(done).toBe(allowed ? 1 : 0);
	}
});

it("says what it takes", () => {
	expect(() => authorise(caller("viewer"), "runs.approve")).toThrow(
		"This needs the role operator; you are a viewer. Ask an administrator.",
	);
});

describe("the audit log", () => {
	const edit = <I, R>(permission: Permission, input: I, work: () => Promise<R>) =>
		authorised(database, caller("administrator"), { permission, input: () => input, work });

	it("has who did what, from where, and the difference it made", async () => {
		const storage = storageInput.parse({ type: "local", name: "archive", root: "/" });
		await edit("storages.create", storage, () => saveStorage(database, storage));
		expect(await lastEntry()).toMatchObject({
			via: "dashboard",
			user_id: "1",
			actor: "Ada",
			token: null,
			action: "storages.create",
			object_kind: "storage",
			object: "archive",
			address: "192.0.2.7",
			outcome: "done",
		});
		const source = { storage: "archive", path: "meris", include: ["*.tif"] };
		const container = containerInput.parse({ id: "A", kind: "dataset-series", title: "Before", sources: [source] });
		await saveContainer(database, container, { create: true });
		const sources = container.sources.map((each) => ({ ...each, include: ["*.tif", "*.N1"] }));
		const changed = { ...container, title: "After", sources };
		await edit("containers.update", changed, () => saveContainer(database, changed, { create: false }));
		expect(await lastEntry()).toMatchObject({
			object_kind: "container",
			object: "A",
			details: {
				changes: {
					title: { before: "Before", after: "After" },
					"sources.0.include": { before: ["*.tif"], after: ["*.tif", "*.N1"] },
				},
			},
		});
		expect(Object.keys((await lastEntry())?.details.changes)).toHaveLength(2);
	});

	it("calls users by name, with the role they had", async () => {
		await addUser(database, { name: "Grace", role: "viewer" });
		const { id } = await userNamed(database, "Grace");
		await edit("users.set-role", { id, role: "operator" }, () => setRole(database, { id, role: "operator" }));
		expect(await lastEntry()).toMatchObject({
			object: "Grace",
			details: { changes: { role: { before: "viewer", after: "operator" } } },
		});
	});

	it("names the token and keeps the reason", async () => {
		const input = { run: 7, reason: "the folder was moved on purpose" };
		await authorised(database, program, { permission: "runs.approve", input: () => input, work: async () => ({}) });
		expect(await lastEntry()).toMatchObject({
			via: "api",
			token: "nightly",
			action: "runs.approve",
			object_kind: "run",
			object: "7",
			details: { input },
		});
	});

	it("keeps what was refused and what failed, and no secrets of either", async () => {
		const input = { name: "x", password: "hunter2 hunter2" };
		const fail = (error: Error) =>
			edit("storages.update", input, async () => {
				throw error;
			});
		await expect(fail(new UsageError("There is none."))).rejects.toThrow("There is none.");
		expect(await lastEntry()).toMatchObject({ outcome: "refused", error: "There is none." });
		await expect(fail(new Error("boom"))).rejects.toThrow("boom");
		expect(await lastEntry()).toMatchObject({ outcome: "failed", error: "boom" });
		const none = { input: () => ({}), work: async () => ({ link: "http://x/set-up?link=abc", run: 3 }) };
		await expect(authorised(database, caller("viewer"), { permission: "users.add", ...none })).rejects.toThrow("role");
		expect(await lastEntry()).toMatchObject({ action: "users.add", outcome: "refused" });
		await authorised(database, caller("administrator"), { permission: "users.add", ...none });
		expect(await lastEntry()).toMatchObject({ details: { result: { run: 3 } } });
		const [{ all } = { all: "" }] = await database.sql<
			{ all: string }[]
		>`select string_agg(details::text, '') as all from audit_log`;
		expect(all).not.toMatch(/hunter2|link=abc/);
	});

	it("leaves out what only reads, and what was not right", async () => {
		const before = await database.sql`select from audit_log`;
		await authorised(database, caller("administrator"), {
			permission: "users.read",
			input: () => ({}),
			work: async () => ({}),
		});
		const wrong = () => {
			throw new Error("not right");
		};
		const asked = authorised(database, caller("administrator"), {
			permission: "runs.apply",
			input: wrong,
			work: async () => ({}),
		});
		await expect(asked).rejects.toThrow("not right");
		expect(await database.sql`select from audit_log`).toHaveLength(before.length);
	});

	it("only grows, until it is old", async () => {
		const { sql } = database;
		const refused = { code: "42501", message: expect.stringContaining("append-only") };
		await expect(sql`update audit_log set actor = 'Eve'`).rejects.toMatchObject(refused);
		await expect(sql`delete from audit_log`).rejects.toMatchObject(refused);
		await expect(sql`truncate audit_log`).rejects.toMatchObject(refused);
		await expect(
			sql.begin(async (tx) => {
				await tx`select set_config('eosync.purges_audit', 'on', true)`;
				await tx`delete from audit_log`;
			}),
		).rejects.toMatchObject(refused);
		await expect(sql`select eosync_purge_audit(29)`).rejects.toMatchObject({ code: "22023" });

		const count = async () => (await sql`select from audit_log`).length;
		const young = await count();
		await sql`insert into audit_log (via, actor, action, outcome, at) values ('eosync', 'x', 'old', 'done', now() - interval '31 days')`;
		expect(await sql`select eosync_purge_audit(32) as gone`).toMatchObject([{ gone: 0 }]);
		expect(await count()).toBe(young + 1);
		expect(await sql`select eosync_purge_audit(30) as gone`).toMatchObject([{ gone: 1 }]);
		expect(await lastEntry()).toMatchObject({
			via: "eosync",
			action: "audit.purge",
			details: { result: { entries: 1 } },
		});
		expect(await count()).toBe(young + 1);
	});
});
