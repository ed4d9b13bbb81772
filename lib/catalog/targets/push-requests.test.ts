import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import {
	approvePush,
	beginPush,
	cancelPush,
	claimPush,
	endPush,
	forgetPush,
	handBackPush,
	rejectPush,
	renewPush,
	requestPush,
} from "./push-requests.ts";

let database: Database;
let target: number;
beforeAll(async () => {
	database = await createTestDatabase();
	const [row] = await database.sql<{ id: number }[]>`
		insert into targets (name, type, url, settings) values ('eox', 'eoxserver', 'postgres://db.example.org/e', '{}') returning id`;
	target = row?.id ?? 0;
});
afterAll(() => database.close());
beforeEach(() => database.sql`delete from target_pushes`);

const ask = (more = {}) => requestPush(database, { target: "eox", kind: "push", by: "Ada", ...more });
const follow = (owner: string) => beginPush(database, target, { owner, kind: "push", by: null });
const states = async () =>
	(await database.sql<{ state: string }[]>`select state from target_pushes order by id`).map(({ state }) => state);
/** @throws when there is none */
async function claim(owner: string) {
	const claimed = await claimPush(database, { owner });
	if (claimed === null) throw new Error("there is nothing to claim");
	return claimed;
}

describe("pushes of a target", () => {
	test("are asked for by name; who asks again joins what waits", async () => {
		const first = await ask();
		expect(await ask({ overwrite: true })).toEqual({ push: first.push, joined: true });
		expect(await ask({ kind: "check" })).toMatchObject({ joined: false });
		expect(await claim("one")).toMatchObject({ id: first.push, overwrite: true, requestedBy: "Ada" });
		await expect(ask({ target: "eoy" })).rejects.toThrow("There is no target eoy");
	});

	test("are one at a time, whoever begins them", async () => {
		await ask();
		await ask({ kind: "check" });
		const taken = await Promise.all(["one", "two", "three"].map((owner) => claimPush(database, { owner })));
		expect(taken.filter((claimed) => claimed !== null)).toHaveLength(1);
		expect(await follow("four")).toBeNull();
		const [mine] = taken.filter((claimed) => claimed !== null);
		if (!mine) throw new Error("nobody has it");
		await endPush(database, mine, { state: "succeeded", counts: { created: 2 } });
		expect(await claim("five")).toMatchObject({ kind: "check" });
		expect(await states()).toEqual(["succeeded", "running"]);
	});

	test("are begun anew when their process is gone, and the one that was held up cannot end them", async () => {
		const first = await follow("dead");
		if (first === null) throw new Error("it was not begun");
		expect(await claimPush(database, { owner: "next" })).toBeNull();
		await database.sql`update target_pushes set lease_until = now() - interval '1 second'`;
		expect(await follow("third")).toBeNull();
		const second = await claim("next");
		expect(second).toMatchObject({ id: first.id, owner: "next" });
		await expect(renewPush(database, first, null)).rejects.toThrow(/taken over by another process/);
		await expect(endPush(database, first, { state: "succeeded", counts: {} })).rejects.toThrow(/taken over/);
		expect(await renewPush(database, second, { done: 5, total: 10 })).toBe(false);
	});

	test("are handed back when their process ends, and forgotten where nobody asked for them and nothing was done", async () => {
		const { push } = await ask();
		await handBackPush(database, await claim("one"));
		expect(await claim("two")).toMatchObject({ id: push });
		await database.sql`delete from target_pushes`;
		for (const leave of [handBackPush, forgetPush]) {
			const mine = await follow("one");
			if (mine === null) throw new Error("it was not begun");
			await leave(database, mine);
		}
		expect(await states()).toEqual([]);
	});

	test("are cancelled where they wait, or are told so where they are under way", async () => {
		const { push } = await ask();
		await cancelPush(database, push, "Ada");
		expect(await states()).toEqual(["cancelled"]);
		await expect(cancelPush(database, push, "Ada")).rejects.toThrow(
			`Push ${push} is cancelled: it cannot be cancelled.`,
		);
		const mine = await follow("one");
		if (mine === null) throw new Error("it was not begun");
		await cancelPush(database, mine.id, "Ada");
		expect(await renewPush(database, mine, null)).toBe(true);
		await endPush(database, mine, { state: "cancelled", reason: "Cancelled by Ada", counts: {} });
		await expect(cancelPush(database, 999_999_999, "Ada")).rejects.toThrow("There is no push 999999999");
	});

	test("that are held wait for an approval, or for a newer one that takes their place", async () => {
		const hold = async () => {
			const mine = await follow("one");
			if (mine === null) throw new Error("it was not begun");
			await endPush(database, mine, {
				state: "held",
				hold: "removals",
				reason: "12 of 40 would be removed.",
				counts: { removed: 12 },
			});
			return mine.id;
		};
		const first = await hold();
		const second = await hold();
		expect(await states()).toEqual(["cancelled", "held"]);
		await expect(approvePush(database, first, { by: "Ada", reason: "moved" })).rejects.toThrow(
			`Push ${first} is cancelled: it does not wait for an approval.`,
		);
		await approvePush(database, second, { by: "Ada", reason: "moved to tape" });
		const approved = await claim("two");
		expect(approved).toMatchObject({ id: second, approvalReason: "moved to tape" });
		await endPush(database, approved, { state: "succeeded", counts: { removed: 12 } });
		const third = await hold();
		await rejectPush(database, third, { by: "Ada", reason: "they are still wanted" });
		expect(await states()).toEqual(["cancelled", "succeeded", "cancelled"]);
	});
});
