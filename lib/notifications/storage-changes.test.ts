import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { acknowledge, endAcknowledgement } from "#lib/catalog/causes/acknowledgements.ts";
import { findCause, listCauses } from "#lib/catalog/causes/causes.ts";
import { saveChannel } from "#lib/catalog/channels/channels.ts";
import { saveStorage } from "#lib/catalog/configuration.ts";
import { storageInput } from "#lib/catalog/inputs.ts";
import { openNoticeBench } from "./testing.ts";

const bench = await openNoticeBench();
const { access, database, messages, received, round, sql, webhook } = bench;
afterAll(bench.close);

describe("a dead storage with twenty containers", () => {
	const ids = Array.from({ length: 20 }, (_, i) => `C${i}`);
	beforeEach(async () => {
		await bench.clear();
		await sql`delete from notices`;
		await sql`delete from acknowledgements`;
		await sql`delete from storages`;
		await saveStorage(database, storageInput.parse({ name: "gamma", type: "local", root: "/data/gamma" }), { access });
		for (const id of ids) await bench.container(id, { sources: [{ storage: "gamma", path: id, include: ["*.tif"] }] });
		await saveChannel(database, webhook(), access);
	});
	const goDown = () =>
		sql`update storages set unreachable_since = now(), unreachable_reason = 'ENOENT: /data/gamma is not there; mount it.'`;
	const comeBack = () => sql`update storages set unreachable_since = null, unreachable_reason = null`;
	/** Its run fails as the storage's root is missing, or for another reason. */
	const fail = async (id: string, { code = "unreachable", path = id, seconds = 0 } = {}) => {
		const run = await bench.run(id, "failed", "unreachable");
		await sql`update runs set error = ${sql.json({ code: "unreachable", message: "x" })}, started_at = now() - make_interval(secs => ${seconds}) where id = ${run}`;
		await sql`
			insert into problems (run_id, source_id, path, code, message) select ${run}, s.id, ${path}, ${code}, 'ENOENT' from sources s
			join containers c on c.id = s.container_id where c.eo_id = ${id}`;
	};
	const told = () =>
		messages().flatMap(({ notices }) =>
			notices.map(({ event, container, storage, containers, repeated }: Record<string, unknown>) =>
				[container ?? `${storage}: ${containers}`, event, ...(repeated ? ["again"] : [])].join(" "),
			),
		);

	test("is one message when it goes down, and one when it is back; none of a container", async () => {
		await goDown();
		for (const id of ids) await fail(id, { code: "not-found" });
		await round();
		await round({ later: true });
		expect(told()).toEqual(["gamma: 20 failed"]);
		expect(messages()[0]).toMatchObject({
			counts: { failed: 1 },
			text: "Storage gamma is down, 20 containers cannot be examined: ENOENT: /data/gamma is not there; mount it.\nhttps://eosync.example.org/storages",
		});
		await comeBack();
		// Found out late: the run had begun during the outage.
		await fail("C3", { seconds: 60 });
		for (const id of ids) if (id !== "C3") await bench.run(id, "succeeded");
		await round({ later: true });
		await bench.run("C3", "succeeded");
		await round({ later: true });
		expect(told()).toEqual(["gamma: 20 failed", "gamma: 20 recovered"]);
		expect(messages()[1].text).toMatch(/^Storage gamma answers again: /);
	});

	test("is told twice at most while it comes and goes, and of no container; that it is back once it is for good", async () => {
		for (let time = 0; time < 5; time++) {
			await goDown();
			await fail("C1");
			await round({ later: true });
			await comeBack();
			await round({ later: true });
		}
		const twice = ["gamma: 20 failed", "gamma: 20 recovered", "gamma: 20 failed"];
		expect(told()).toEqual(twice);
		await sql`update storage_health set down_until = now() - interval '11 minutes'`;
		await round({ later: true });
		expect(told()).toEqual([...twice, "gamma: 20 recovered"]);
	});

	test("two workers tell it once, and the next day once more", async () => {
		await goDown();
		await Promise.all(ids.map((id) => fail(id)));
		await Promise.all([round(), round(), round()]);
		await round({ later: true });
		await sql`update storage_health set told_at = told_at - interval '24 hours'`;
		await round({ later: true });
		expect(told()).toEqual(["gamma: 20 failed", "gamma: 20 failed again"]);
	});

	test("what fails for another reason is told for each container, and what had failed before is told to be over", async () => {
		await fail("C1", { code: "forbidden", path: "C1/secret" });
		await round();
		await goDown();
		await fail("C1");
		await fail("C2");
		await fail("C2", { code: "forbidden", path: "C2/secret" });
		await round({ later: true });
		await comeBack();
		await bench.run("C1", "succeeded");
		await round({ later: true });
		expect(told()).toEqual(["C1 failed", "gamma: 20 failed", "C2 failed", "gamma: 20 recovered", "C1 recovered"]);
	});

	test("says nothing while it is acknowledged, and begins again when that ends", async () => {
		await goDown();
		for (const id of ids) await fail(id);
		const [outage] = await listCauses(database);
		if (!outage) throw new Error("There is no cause.");
		await acknowledge(database, outage, { note: "the disk is replaced", until: "2999-01-01T00:00:00Z", by: "Ada" });
		await round();
		await fail("C4");
		await round({ later: true });
		expect(received).toEqual([]);
		await endAcknowledgement(database, outage.key, "Ada");
		await round({ later: true });
		expect(told()).toEqual(["gamma: 20 failed"]);
	});

	test("an acknowledged cause of some containers says nothing; others do; it ends when the cause is gone", async () => {
		await fail("C1", { code: "forbidden", path: "C1/secret" });
		const [cause] = await listCauses(database);
		if (!cause) throw new Error("There is no cause.");
		await acknowledge(database, cause, { note: "on purpose", until: null, by: "Ada" });
		await round();
		await fail("C5", { code: "forbidden", path: "C5/secret" });
		await round({ later: true });
		expect(told()).toEqual(["C5 failed"]);
		await bench.run("C1", "succeeded");
		await round({ later: true });
		await fail("C1", { code: "forbidden", path: "C1/secret" });
		expect(await findCause(database, cause.key)).toMatchObject({ acknowledged: null });
		await round({ later: true });
		expect(told()).toEqual(["C5 failed", "C1 failed"]);
	});
});
