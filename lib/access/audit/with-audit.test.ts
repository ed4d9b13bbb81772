import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { UsageError } from "#lib/errors.ts";
import { someoneWaits } from "#lib/sync/testing/pause.ts";
import { auditQuery, listAudit } from "./audit-log.ts";
import { type ActionScope, withAudit } from "./with-audit.ts";

let database: Database;
beforeAll(async () => {
	database = await createTestDatabase();
	await database.sql`create table notes (name text)`;
});
afterAll(() => database.close());
beforeEach(() => database.sql`truncate notes`);

const actor = { via: "dashboard", user: "1", name: "Ada", token: null, address: null } as const;
const audited = <R>(action: string, input: unknown, work: (scope: ActionScope) => Promise<R>) =>
	withAudit(database, { actor, action, input }, work);
const write = ({ database: { sql } }: ActionScope, name: string) =>
	sql.begin((tx) => tx`insert into notes values (${name})`);
const notes = async () => (await database.sql<{ name: string }[]>`select name from notes`).map(({ name }) => name);
const entries = async () => (await listAudit(database, auditQuery.parse({}))).rows;

describe("an action in the database", () => {
	it("is not done when it cannot be recorded", async () => {
		await database.sql`create function refuse() returns trigger language plpgsql as $$ begin raise 'full'; end $$`;
		await database.sql`create trigger refuse before insert on audit_log for each row execute function refuse()`;
		try {
			await expect(audited("runs.apply", { run: 1 }, (scope) => write(scope, "x"))).rejects.toThrow(/full/);
		} finally {
			await database.sql`drop function refuse cascade`;
		}
		expect(await notes()).toEqual([]);
	});

	it("is taken back when it fails halfway, and the failure is recorded", async () => {
		const half = async (scope: ActionScope) => {
			await write(scope, "x");
			throw new UsageError("Not so.");
		};
		await expect(audited("runs.apply", { run: 2 }, half)).rejects.toThrow("Not so.");
		expect(await notes()).toEqual([]);
		expect((await entries())[0]).toMatchObject({
			action: "runs.apply",
			object: "2",
			outcome: "refused",
			error: "Not so.",
		});
	});

	it.each(["\0", "\ud800", `${"x".repeat(499)}🛰🛰`, `${"x".repeat(299)}🛰`])(
		"is recorded whatever it holds: %j",
		async (text) => {
			await audited("runs.approve", { run: 3, reason: text, [text]: [text], name: text }, async (scope) => {
				await write(scope, "x");
				return { run: 3, state: text };
			});
			expect(await notes()).toEqual(["x"]);
			expect((await entries())[0]).toMatchObject({ action: "runs.approve", outcome: "done" });
			await expect(audited("channels.edit", { name: text }, () => Promise.reject(new Error(text)))).rejects.toThrow(
				text,
			);
			expect((await entries())[0]).toMatchObject({ action: "channels.edit", outcome: "failed" });
		},
	);

	it("is tried again, as a whole and once in the log, when the database broke off a dead lock", async () => {
		const { sql } = database;
		const lock = (tx: Database["sql"], key: number) => tx`select pg_advisory_xact_lock(77, ${key})`;
		const first = Promise.withResolvers<void>();
		const second = Promise.withResolvers<void>();
		const other = sql.begin(async (tx) => {
			await tx`set local deadlock_timeout = '1min'`;
			await tx`select pg_advisory_xact_lock(77, 2)`;
			second.resolve();
			await first.promise;
			// Whoever looks for dead locks first is broken off.
			await someoneWaits(database, "pg_stat_activity.wait_event = 'advisory'");
			await tx`select pg_advisory_xact_lock(77, 1)`;
		});
		await second.promise;
		let attempts = 0;
		const said: number[] = [];
		await audited("runs.apply", { run: 5 }, async (scope) => {
			const attempt = ++attempts;
			scope.afterwards(async () => void said.push(attempt));
			await lock(scope.database.sql, 1);
			first.resolve();
			await lock(scope.database.sql, 2);
			await write(scope, "x");
		});
		await other;
		expect([attempts, said, await notes()]).toEqual([2, [2], ["x"]]);
		expect((await entries()).filter(({ object }) => object === "5")).toMatchObject([{ outcome: "done" }]);
	});

	it("does what comes afterwards when it is committed, and not before", async () => {
		const seen: (readonly string[])[] = [];
		await audited("runs.apply", { run: 4 }, async (scope) => {
			scope.afterwards(async () => void seen.push(await notes()));
			await write(scope, "x");
			seen.push(await notes());
		});
		expect(seen).toEqual([[], ["x"]]);
	});

	it("is done although what comes afterwards fails: the rest of that is done, and a warning says so", async () => {
		const warned = new Promise<Error>((resolve) => process.once("warning", resolve));
		const seen: string[] = [];
		const result = await audited("runs.apply", { run: 5 }, async ({ afterwards }) => {
			afterwards(() => Promise.reject(new Error("the queue is away")));
			afterwards(async () => void seen.push("the next one"));
			return { run: 5 };
		});
		expect(result).toEqual({ run: 5 });
		expect(seen).toEqual(["the next one"]);
		expect((await entries())[0]).toMatchObject({ action: "runs.apply", outcome: "done" });
		expect((await warned).message).toBe("runs.apply was done, but not all that follows it: the queue is away");
	});
});

describe("an action outside the database", () => {
	it.each(["storages.test", "channels.test", "secrets.rotate"])(
		"%s has an entry before anything is done",
		async (action) => {
			let during: unknown;
			const before = (await entries()).length;
			await audited(action, { name: "archive" }, async () => {
				during = (await entries())[0];
				return {};
			});
			expect(during).toMatchObject({ action, outcome: "begun" });
			const after = await entries();
			expect(after).toHaveLength(before + 1);
			expect(after[0]).toMatchObject({ action, outcome: "done" });
		},
	);

	it("has one of what came of it", async () => {
		await expect(audited("channels.test", { id: 1 }, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
		expect((await entries())[0]).toMatchObject({ action: "channels.test", outcome: "failed", error: "no" });
		expect(await listAudit(database, auditQuery.parse({ outcome: "begun" }))).toMatchObject({ rows: [] });
	});

	it("whose end was never recorded stays begun", async () => {
		await audited("storages.test", { name: "lost" }, async () => {
			await database.sql`alter table audit_log add constraint gone check (object <> 'lost' or outcome = 'begun')`;
			return {};
		}).catch(() => {});
		expect((await entries())[0]).toMatchObject({ object: "lost", outcome: "begun" });
		await database.sql`alter table audit_log drop constraint gone`;
	});
});
