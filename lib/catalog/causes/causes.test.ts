import { rename } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { recordRunHealth } from "#lib/notifications/health-changes.ts";
import { type Bench, makeBench } from "#lib/sync/testing/testing.ts";
import { acknowledge, endAcknowledgement, endOutdatedAcknowledgements } from "./acknowledgements.ts";
import { causeKeys, containersOfCause, findCause, listCauses } from "./causes.ts";

let bench: Bench;
let away: string;
beforeAll(async () => {
	bench = await makeBench();
	away = `${bench.archive.root}.away`;
});
afterAll(() => bench[Symbol.asyncDispose]());

async function dead<T>(work: () => Promise<T>): Promise<T> {
	await rename(bench.archive.root, away);
	try {
		return await work();
	} finally {
		await rename(away, bench.archive.root);
	}
}

const lines = async () =>
	(await listCauses(bench.database)).map(({ sentence, containers }) => `${sentence} · ${containers}`);

describe("what containers fail by", () => {
	const ids = ["A", "B", "C"];
	beforeEach(async () => {
		await bench.database.sql`update storages set unreachable_since = null, unreachable_reason = null`;
		await bench.database.sql`delete from containers`;
		for (const id of ids) {
			await bench.archive.scene(`${id}/${id}.tif`);
			await bench.container(id, [{ path: id }]);
			await bench.run(id);
		}
	});

	test("is nothing while all is in order", async () => {
		expect(await lines()).toEqual([]);
	});

	test("is one cause for a dead storage, whose containers have paths below its root, also while it is back and they are not", async () => {
		await dead(async () => {
			await bench.run("A");
			expect(await lines()).toEqual([expect.stringMatching(/^Storage archive cannot be read: .*ENOENT.* · 3$/)]);
			await bench.run("B");
			await bench.run("C");
		});
		const [cause] = await listCauses(bench.database);
		expect(cause).toMatchObject({ containers: 3, examples: ids, down: true, code: "unreachable" });
		await bench.run("A");
		expect(await lines()).toEqual([expect.stringMatching(/^Storage archive answers again, .* · 2$/)]);
		expect(await containersOfCause(bench.database, cause?.key ?? "")).toEqual(["B", "C"]);
		await bench.run("B");
		await bench.run("C");
		expect(await lines()).toEqual([]);
	});

	test("is not over when one dataset was restored, nor begins when one could not be", async () => {
		const { sql } = bench.database;
		const restoration = (of: string, state: string) => sql`
			insert into runs (container_id, kind, trigger, actor, state, created_at, started_at, finished_at, error)
			select id, 'restore', 'dashboard', 'Ada', ${state}, now(), now(), now(), ${state === "failed" ? sql.json({ code: "not-restored", message: "Its file is gone." }) : null}
			from containers where eo_id = ${of}`;
		await bench.archive.rename("A", ".A");
		await bench.run("A");
		const before = await lines();
		expect(before).toEqual([expect.stringMatching(/^archive:A does not exist: .* · 1$/)]);
		await sql`delete from notices`;
		await recordRunHealth(bench.database);
		const notices = () => sql`select event from notices order by id`;
		expect(await notices()).toMatchObject([{ event: "failed" }]);
		await restoration("A", "succeeded");
		await restoration("B", "failed");
		await recordRunHealth(bench.database);
		expect(await lines()).toEqual(before);
		expect(await notices()).toMatchObject([{ event: "failed" }]);
		await bench.archive.rename(".A", "A");
	});

	test("is one cause for each place, and the containers that have it know its key", async () => {
		await bench.archive.rename("A", ".A");
		await bench.container("D", [{ path: "A" }]);
		await bench.run("A");
		await bench.run("D");
		await bench.archive.rename("B", ".B");
		await bench.run("B");
		expect(await lines()).toEqual([
			expect.stringMatching(/^archive:A does not exist: .* · 2$/),
			expect.stringMatching(/^archive:B does not exist: .* · 1$/),
		]);
		const [{ id = 0 } = {}] = await bench.database.sql<{ id: number }[]>`select id from containers where eo_id = 'A'`;
		const [cause] = await listCauses(bench.database);
		expect(await causeKeys(bench.database, [id])).toEqual(new Map([[id, [cause?.key]]]));
		await bench.archive.rename(".A", "A");
		await bench.archive.rename(".B", "B");
	});

	test("has nothing to do with a storage when the run itself failed", async () => {
		await bench.database.sql`
			insert into runs (container_id, kind, trigger, actor, state, finished_at, error)
			select id, 'sync', 'schedule', 'test', 'failed', now(), '{"code":"internal","message":"boom"}' from containers where eo_id <> 'C'`;
		expect(await lines()).toEqual(["A fault of eosync itself: boom · 2"]);
	});

	test("is known since the first of the runs that failed one after the other", async () => {
		await bench.archive.rename("A", ".A");
		await bench.run("A");
		await bench.database.sql`update runs set finished_at = '2026-01-01T00:00:00Z' where state = 'failed'`;
		await bench.run("A");
		await bench.archive.rename(".A", "A");
		expect(await listCauses(bench.database)).toMatchObject([{ firstSeen: expect.stringContaining("2026-01-01") }]);
	});

	test("is open again when an acknowledgement ends: with its time, when it is revoked, or when the cause changes", async () => {
		const about = { note: "the disk is being replaced", by: "Ada" };
		await bench.archive.rename("A", ".A");
		await bench.run("A");
		const key = (await listCauses(bench.database))[0]?.key ?? "";
		const now = async () => {
			const cause = await findCause(bench.database, key);
			if (cause === null) throw new Error("The cause is gone.");
			return cause;
		};
		await expect(acknowledge(bench.database, await now(), { ...about, until: "2026-01-01T00:00:00Z" })).rejects.toThrow(
			/in the future/,
		);
		await acknowledge(bench.database, await now(), { ...about, until: null });
		expect(await now()).toMatchObject({ acknowledged: { ...about, until: null } });
		await endOutdatedAcknowledgements(bench.database, await listCauses(bench.database));
		expect((await now()).acknowledged).not.toBeNull();
		await bench.container("D", [{ path: "A" }]);
		await bench.run("D");
		expect((await now()).acknowledged).toBeNull();
		await endOutdatedAcknowledgements(bench.database, await listCauses(bench.database));
		await bench.database.sql`delete from containers where eo_id = 'D'`;
		expect((await now()).acknowledged).toBeNull();

		await acknowledge(bench.database, await now(), { ...about, until: "2999-01-01T00:00:00Z" });
		expect((await now()).acknowledged).not.toBeNull();
		await bench.database.sql`update acknowledgements set until = now() - interval '1 second'`;
		expect((await now()).acknowledged).toBeNull();
		await acknowledge(bench.database, await now(), { ...about, until: null });
		expect(await endAcknowledgement(bench.database, key, "Ada")).toBe(true);
		expect((await now()).acknowledged).toBeNull();
		await bench.archive.rename(".A", "A");
	});
});
