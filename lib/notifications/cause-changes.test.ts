import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { acknowledge } from "#lib/catalog/causes/acknowledgements.ts";
import { listCauses } from "#lib/catalog/causes/causes.ts";
import { saveChannel } from "#lib/catalog/channels/channels.ts";
import { saveStorage } from "#lib/catalog/configuration.ts";
import { storageInput } from "#lib/catalog/inputs.ts";
import { causeNotice } from "./cause-changes.ts";
import { recordOverdue } from "./health-changes.ts";
import { openNoticeBench } from "./testing.ts";

const at = "2026-05-02T03:00:05Z";
test.each<[string, { containers: number; toldAt: string | null } | null, number, string, string | null]>([
	["begins", null, 2, at, "failed"],
	["stays within the day", { containers: 2, toldAt: "2026-05-02T02:00:00Z" }, 3, at, null],
	["concerns twice as many", { containers: 2, toldAt: "2026-05-02T02:00:00Z" }, 4, at, "failed again"],
	["concerns fewer", { containers: 40, toldAt: "2026-05-02T02:00:00Z" }, 1, at, null],
	["lasts for a day", { containers: 2, toldAt: "2026-05-01T03:00:40Z" }, 2, at, "failed again"],
	[
		"lasts for days without another run",
		{ containers: 2, toldAt: "2026-04-01T00:00:00Z" },
		2,
		"2026-03-31T00:00:00Z",
		null,
	],
	["was acknowledged, and that is over", { containers: 2, toldAt: null }, 2, at, "failed again"],
])("a cause that %s", (_, reported, containers, lastFailed, expected) => {
	const notice = causeNotice(reported, { containers, lastFailed }, at);
	expect(notice && `failed${notice.repeated ? " again" : ""}`).toBe(expected);
});

describe("a folder that is gone, of twenty containers", () => {
	const bench = openNoticeBench();
	const ids = Array.from({ length: 20 }, (_, i) => `C${String(i).padStart(2, "0")}`);
	beforeEach(async () => {
		const { access, clear, container, database, sql, webhook } = await bench;
		await clear();
		await sql`delete from notices`;
		await sql`delete from acknowledgements`;
		await sql`delete from storages`;
		await saveStorage(database, storageInput.parse({ name: "gamma", type: "local", root: "/data/gamma" }), { access });
		for (const id of ids)
			await container(id, { sources: [{ storage: "gamma", path: "scenes", include: [`${id}*.tif`] }] });
		await saveChannel(database, webhook(), access);
	});
	afterAll(async () => (await bench).close());

	const fail = async (id: string, path = "scenes") => {
		const { run, sql } = await bench;
		const failed = await run(id, "partial");
		await sql`
			insert into problems (run_id, source_id, path, code, message) select ${failed}, s.id, ${path}, 'not-found', 'ENOENT' from sources s
			join containers c on c.id = s.container_id where c.eo_id = ${id}`;
	};
	const later = async () => (await bench).round({ later: true });
	const reports = async () =>
		(await bench)
			.messages()
			.flatMap(({ notices }) =>
				notices.map(({ event, container, cause, containers, repeated }: Record<string, unknown>) =>
					[
						container ?? `${cause === null ? "no cause" : "cause"}: ${containers}`,
						event,
						...(repeated ? ["again"] : []),
					].join(" "),
				),
			);

	test("is reported once for all of them, and once more when it is over", async () => {
		for (const id of ids) await fail(id);
		await (await bench).round();
		await later();
		expect(await reports()).toEqual(["cause: 20 failed"]);
		const [cause] = await listCauses((await bench).database);
		expect((await bench).messages()[0]).toMatchObject({
			counts: { failed: 1 },
			notices: [
				{
					cause: cause?.key,
					container: null,
					storage: null,
					run: null,
					reason: expect.stringMatching(/^gamma:scenes does not exist/),
				},
			],
			text: `20 containers fail by the same cause: ${cause?.sentence}\nhttps://eosync.example.org/problems?cause=${cause?.key}`,
		});
		for (const id of ids.slice(1)) await (await bench).run(id, "succeeded");
		await later();
		expect(await reports()).toHaveLength(1);
		await (await bench).run("C00", "succeeded");
		await later();
		expect(await reports()).toEqual(["cause: 20 failed", "cause: 20 recovered"]);
		expect((await bench).messages()[1].text).toMatch(
			/^What 20 containers failed by is over: gamma:scenes does not exist/,
		);
	});

	test("is reported again as it grows: a message has its latest number", async () => {
		for (const id of ids.slice(0, 2)) await fail(id);
		await (await bench).round();
		for (const id of ids.slice(2)) {
			await fail(id);
			await (await bench).round();
		}
		await later();
		expect(await reports()).toEqual(["cause: 2 failed", "cause: 16 failed again"]);
	});

	test("leaves out nothing else that one of them fails by", async () => {
		for (const id of ids.slice(0, 3)) await fail(id);
		await fail("C05", "scenes/C05");
		await (await bench).round();
		await fail("C02", "scenes/other");
		await later();
		expect(await reports()).toEqual(["cause: 3 failed", "C05 failed", "C02 failed"]);
	});

	test("is over when its last container is deleted, also when no run ends", async () => {
		for (const id of ids.slice(0, 2)) await fail(id);
		await (await bench).round();
		const { database, sql } = await bench;
		await sql`delete from containers where eo_id in ('C00', 'C01')`;
		await recordOverdue(database);
		await later();
		expect(await reports()).toEqual(["cause: 2 failed", "cause: 2 recovered"]);
	});

	test("is reported again when its acknowledgement expires, as is a cause of one container", async () => {
		for (const id of ids.slice(0, 3)) await fail(id);
		await fail("C09", "scenes/C09");
		await (await bench).round();
		const { database, sql } = await bench;
		for (const cause of await listCauses(database))
			await acknowledge(database, cause, { note: "known", until: "2999-01-01T00:00:00Z", by: "Ada" });
		for (const id of [...ids.slice(0, 6)]) await fail(id);
		await fail("C09", "scenes/C09");
		await later();
		expect(await reports()).toEqual(["cause: 3 failed", "C09 failed"]);
		await sql`update acknowledgements set until = now() - interval '1 second'`;
		await later();
		await later();
		expect((await reports()).slice(2)).toEqual(["cause: 6 failed again", "C09 failed again"]);
	});
});
