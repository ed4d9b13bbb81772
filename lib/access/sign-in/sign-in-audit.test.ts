import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestAuth, makeUser, signIn } from "#lib/access/testing.ts";
import { recordRefusedSignIn } from "./sign-in-audit.ts";

let world: Awaited<ReturnType<typeof createTestAuth>>;
let ada: string;
beforeAll(async () => {
	world = await createTestAuth();
	ada = await makeUser(world, "Ada");
});
afterAll(() => world.close());

async function entries(action: string) {
	const rows = await world.database.sql`
		select user_id, actor, object, address, outcome, error from audit_log where action = ${action} order by id`;
	return rows.map((row) => ({ ...row }));
}

it("has every session that was opened", async () => {
	await signIn(world.auth, "ada");
	expect(await entries("sign-in.done")).toMatchObject([{ user_id: ada, actor: "Ada", object: "Ada", outcome: "done" }]);
	await expect(signIn(world.auth, "Ada", "wrong")).rejects.toThrow();
	expect(await entries("sign-in.done")).toHaveLength(1);
});

it("names only who there is: people type passwords there", async () => {
	const failed = { address: "192.0.2.1", how: "failed", error: "wrong" } as const;
	await recordRefusedSignIn(world.database, { ...failed, name: " ADA" });
	await recordRefusedSignIn(world.database, { ...failed, name: "moor ladder violin fern" });
	expect(await entries("sign-in.failed")).toMatchObject([
		{ user_id: null, object: "Ada", address: "192.0.2.1", outcome: "refused", error: "wrong" },
		{ object: null },
	]);
});

it("does not grow with every try of a user who is locked out, or has no name", async () => {
	const locked = { how: "locked", error: "locked" } as const;
	for (let i = 0; i < 5; i += 1) {
		await recordRefusedSignIn(world.database, { ...locked, name: "Ada", address: "192.0.2.1" });
		await recordRefusedSignIn(world.database, { ...locked, name: "Ada", address: "192.0.2.2" });
		await recordRefusedSignIn(world.database, { name: null, how: "failed", error: "no", address: "192.0.2.9" });
	}
	expect(await entries("sign-in.locked")).toMatchObject([{ address: "192.0.2.1" }, { address: "192.0.2.2" }]);
	expect((await entries("sign-in.failed")).filter(({ address }) => address === "192.0.2.9")).toHaveLength(1);
});
