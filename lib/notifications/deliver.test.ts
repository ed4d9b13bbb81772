import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import { saveChannel } from "#lib/catalog/channels/channels.ts";
import { composeMessages, deliverDue, deliverUntilStopped } from "./deliver.ts";
import { recordOverdue, recordRunHealth } from "./health-changes.ts";
import { openNoticeBench } from "./testing.ts";

const bench = await openNoticeBench();
const { access, answers, container, database, log, messages, options, received, round, run, sql, webhook } = bench;

beforeEach(bench.clear);
afterAll(bench.close);

describe("what people are notified of", () => {
	test("a failure once, with its reason and a link to the run, and that it is over", async () => {
		await container("MERIS", { title: "MERIS scenes" });
		await saveChannel(database, webhook(), access);
		const failed = await run("MERIS", "failed", "/data is not there; mount it.");
		await round();
		await round();
		expect(messages()).toMatchObject([
			{
				type: "eosync.notices",
				test: false,
				counts: { failed: 1, held: 0, recovered: 0, overdue: 0 },
				notices: [
					{
						event: "failed",
						container: "MERIS",
						title: "MERIS scenes",
						run: failed,
						reason: "Failed: /data is not there; mount it.",
						url: `https://eosync.example.org/runs/${failed}`,
					},
				],
			},
		]);
		expect(messages()[0].text).toBe(
			`MERIS (MERIS scenes) failed: Failed: /data is not there; mount it.\nhttps://eosync.example.org/runs/${failed}`,
		);
		await run("MERIS", "partial");
		await run("MERIS", "cancelled");
		await round({ later: true });
		expect(received).toHaveLength(1);
		await sql`update container_health set told_at = told_at - interval '24 hours'`;
		await run("MERIS", "failed");
		await round({ later: true });
		await run("MERIS", "succeeded");
		await round({ later: true });
		expect(messages().map(({ notices }) => [notices[0].event, notices[0].repeated])).toEqual([
			["failed", false],
			["failed", true],
			["recovered", false],
		]);
	});

	test("many at once are one message, and what happens within a minute after it another one", async () => {
		const ids = Array.from({ length: 130 }, (_, i) => `C${String(i).padStart(3, "0")}`);
		for (const id of ids) await container(id);
		await saveChannel(database, webhook(), access);
		for (const id of ids.slice(0, 120)) await run(id, "held");
		await round();
		for (const id of ids.slice(110)) await run(id, "succeeded");
		await round();
		await round();
		expect(received).toHaveLength(1);
		await round({ later: true });
		expect(messages()).toMatchObject([{ counts: { held: 120 } }, { counts: { held: 0, recovered: 10 } }]);
		expect(messages().map(({ notices }) => notices.length)).toEqual([100, 10]);
		expect(messages()[0].text).toContain("120 containers: 120 held for approval");
		expect(messages()[0].text).toContain("and 20 more");
		expect((await log()).map(({ subject }) => subject)).toEqual([
			"10 containers: 10 recovered",
			"120 containers: 120 held for approval",
		]);
	});

	test("only what the channel asks for, nothing from before, nothing while it is off", async () => {
		for (const id of ["A", "B", "C", "D"]) await container(id);
		await run("A", "failed");
		await recordRunHealth(database);
		const id = await saveChannel(database, webhook({ events: ["failed"] }), access);
		await run("B", "held");
		await round();
		expect(received).toEqual([]);
		await saveChannel(database, webhook({ id, url: undefined, secret: undefined, enabled: false }), access);
		await run("C", "failed");
		await round();
		await saveChannel(database, webhook({ id, url: undefined, secret: undefined }), access);
		await run("D", "failed");
		await round();
		expect(messages().map(({ notices }) => notices[0].container)).toEqual(["D"]);
	});

	test("two workers report it once", async () => {
		await container("A");
		await saveChannel(database, webhook(), access);
		await run("A", "failed");
		await Promise.all([round(), round(), round()]);
		await round();
		expect(received).toHaveLength(1);
	});

	test("one that another worker is about to send is left to it", async () => {
		await container("A");
		await saveChannel(database, webhook(), access);
		await run("A", "failed");
		await recordRunHealth(database);
		await composeMessages(database);
		await sql.begin(async (tx) => {
			await tx`select from deliveries for update`;
			await deliverDue(database, options);
			expect(received).toEqual([]);
		});
		await deliverDue(database, options);
		expect(received).toHaveLength(1);
	});

	test("is kept for 30 days, and longer where a channel has still to be told of it", async () => {
		await container("A");
		await saveChannel(database, webhook(), access);
		await run("A", "failed");
		await round();
		// Within a minute: it waits for the next message.
		await run("A", "succeeded");
		await recordRunHealth(database);
		await sql`update notices set at = now() - interval '31 days'`;
		const stop = new AbortController();
		const delivering = deliverUntilStopped(database, { ...options, signal: stop.signal });
		const events = async () => (await sql<{ event: string }[]>`select event from notices`).map(({ event }) => event);
		await vi.waitFor(async () => expect(await events()).not.toContain("failed"), { timeout: 20_000 });
		expect(await events()).toEqual(["recovered"]);
		stop.abort();
		await delivering;
	});

	test("one that another worker has brought meanwhile stays delivered, whatever this one hears", async () => {
		await container("A");
		await saveChannel(database, webhook(), access);
		await run("A", "failed");
		const meanwhile = () => sql`update deliveries set state = 'delivered', finished_at = now()`;
		answers.push({ status: 500, meanwhile });
		await round();
		expect(await log()).toMatchObject([{ state: "delivered" }]);
	});

	test("a run that was due and did not begin, and that it is over", async () => {
		await container("A", { schedule: "0 3 * * *" });
		await container("B");
		await saveChannel(database, webhook(), access);
		await recordOverdue(database);
		await round();
		expect(received).toEqual([]);
		await sql`update containers set configured_at = now() - interval '2 days'`;
		await recordOverdue(database);
		await recordOverdue(database);
		await round();
		await run("A", "succeeded");
		await round({ later: true });
		expect(messages().map(({ notices }) => [notices[0].container, notices[0].event, notices[0].run === null])).toEqual([
			["A", "overdue", true],
			["A", "recovered", false],
		]);
		expect(messages()[0].notices[0].url).toBe("https://eosync.example.org/containers/A");
	});

	test("a scheduled run that waits for a worker for too long is overdue as well", async () => {
		await container("A", { schedule: "0 3 * * *" });
		await saveChannel(database, webhook(), access);
		await sql`
			insert into runs (container_id, kind, trigger, actor, created_at)
			select id, 'sync', 'schedule', 'test', now() - interval '16 minutes' from containers`;
		await recordOverdue(database);
		await round();
		expect(messages()).toMatchObject([{ counts: { overdue: 1 } }]);
	});
});
