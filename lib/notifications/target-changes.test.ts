import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { saveChannel } from "#lib/catalog/channels/channels.ts";
import { pauseTarget, resumeTarget } from "#lib/catalog/targets/target-pauses.ts";
import { type TargetReport, targetNotice } from "./target-changes.ts";
import { openNoticeBench } from "./testing.ts";

const bench = await openNoticeBench();
const { access, database, messages, round, sql, webhook } = bench;
afterAll(bench.close);

const at = "2026-05-02T03:00:05Z";
const report = (more: Partial<TargetReport>): TargetReport => ({
	trouble: "failed",
	told: null,
	toldAt: null,
	isPaused: false,
	...more,
});

test.each<[string, TargetReport, string | null]>([
	["falls behind", report({}), "failed"],
	["is still behind an hour later", report({ told: "failed", toldAt: "2026-05-02T02:00:00Z" }), null],
	["is still behind the next day", report({ told: "failed", toldAt: "2026-05-01T03:00:00Z" }), "failed again"],
	["is behind while it is paused", report({ isPaused: true }), null],
	["is in step again", report({ trouble: null, told: "failed", toldAt: at }), "recovered"],
	["is in step", report({ trouble: null }), null],
	["is reached again, and has a push that waits", report({ trouble: "held", told: "failed", toldAt: at }), "held"],
	["has a push that still waits", report({ trouble: "held", told: "held", toldAt: at }), null],
	["has its push approved", report({ trouble: null, told: "held", toldAt: at }), "recovered"],
])("a target %s", (_, target, expected) => {
	const notice = targetNotice(target, at);
	expect(notice && `${notice.event}${notice.repeated ? " again" : ""}`).toBe(expected);
});

describe("a target that cannot be reached", () => {
	beforeEach(async () => {
		await bench.clear();
		await sql`delete from notices`;
		await sql`delete from targets`;
		await sql`
			insert into targets (name, type, url, settings) values ('eox', 'eoxserver', 'postgres://db.example.org/eoxserver', '{}')`;
		await saveChannel(database, webhook(), access);
	});
	const fail = (ago: string) =>
		sql`update targets set failing_since = now() - ${ago}::interval, last_error = 'connection refused', failures = failures + 1`;
	const wait = (ago: string) =>
		sql`insert into target_notes (target_id, datasets, at) select id, '{1,2,3}', now() - ${ago}::interval from targets`;
	const texts = () => messages().map(({ text }) => text.split("\n")[0]);

	test("is behind after ten minutes, told once by whoever looks, and in step when it is caught up with", async () => {
		await wait("1 minute");
		await fail("1 minute");
		await round();
		expect(texts()).toEqual([]);
		await fail("11 minutes");
		await Promise.all([round(), round(), round()]);
		await round({ later: true });
		expect(texts()).toEqual([
			expect.stringMatching(/^Target eox is behind: 3 changes wait; since 20\S+Z: connection refused$/),
		]);
		expect(messages()[0]).toMatchObject({ counts: { failed: 1 }, notices: [{ target: "eox", container: null }] });
		expect(messages()[0].notices[0].url).toBe("https://eosync.example.org/targets");
		await sql`update targets set failing_since = null, last_error = null`;
		await sql`delete from target_notes`;
		await round({ later: true });
		expect(texts()[1]).toBe("Target eox is in step again: All that changed has been pushed");
	});

	test("is told to hold a push for approval", async () => {
		await sql`insert into target_pushes (target_id, kind, state, reason) select id, 'push', 'held', '12 of 40 coverages of MERIS would be removed.' from targets`;
		await round();
		expect(texts()).toEqual(["A push to target eox waits for approval: 12 of 40 coverages of MERIS would be removed."]);
		expect(messages()[0].counts).toMatchObject({ held: 1 });
	});

	test("that is paused is told of again only when it has had time to catch up", async () => {
		await wait("3 days");
		await pauseTarget(database, "eox", { until: null, note: "moved", by: "Ada" });
		await round();
		expect(await resumeTarget(database, "eox")).toBe(true);
		await round({ later: true });
		expect(texts()).toEqual([]);
		await sql`update targets set paused_until = now() - interval '2 hours'`;
		await round({ later: true });
		expect(texts()).toEqual([expect.stringMatching(/^Target eox is behind: 3 changes wait$/)]);
	});
});
