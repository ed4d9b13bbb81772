import { createHmac } from "node:crypto";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { ChannelInput } from "#lib/catalog/channels/channel-inputs.ts";
import { listChannels, saveChannel } from "#lib/catalog/channels/channels.ts";
import { keyOf } from "#lib/catalog/secrets/sealing.ts";
import { testChannel } from "./test-channel.ts";
import { openNoticeBench, signingSecret } from "./testing.ts";

const bench = await openNoticeBench();
const { access, answers, container, database, log, messages, options, received, round, run, sql, url, webhook } = bench;

beforeEach(bench.clear);
afterAll(bench.close);

describe("a webhook", () => {
	test("is signed, with the same ID and a time of its own for each attempt, until it gets through", async () => {
		await container("A");
		await saveChannel(database, webhook(), access);
		await run("A", "failed");
		answers.push(
			{ status: 500, body: `broken\u001b[31m ${signingSecret} /hook/TOKEN-IN-PATH` },
			{ status: 200, body: "thanks" },
		);
		await round();
		expect(await log()).toMatchObject([
			{ state: "waiting", attempts: 1, status: 500, response: "broken [31m ••• •••" },
		]);
		await round();
		expect(received).toHaveLength(1);
		await sql`update deliveries set next_at = now()`;
		await round();
		await round();
		expect(await log()).toMatchObject([
			{ state: "delivered", attempts: 2, status: 200, response: "thanks", nextAt: null },
		]);
		expect(received).toHaveLength(2);
		const [first, second] = received;
		expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
		for (const { headers, body } of received) {
			const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
			const signature = createHmac("sha256", signingSecret).update(signed).digest("base64");
			expect(headers["webhook-signature"]).toBe(`v1,${signature}`);
			expect(Math.abs(Date.now() / 1000 - Number(headers["webhook-timestamp"]))).toBeLessThan(60);
		}
	});

	test("waits longer after each failure, and gives up at last", async () => {
		await container("A");
		await saveChannel(database, webhook(), access);
		await run("A", "failed");
		for (const pause of [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600, 3600, 3600]) {
			answers.push({ status: 503 });
			const [{ before } = { before: "" }] = await sql<{ before: string }[]>`select now()::text as before`;
			await round();
			const rows = await sql<{ paused: boolean }[]>`
				select next_at - make_interval(secs => ${pause}) between ${before} and now() as paused from deliveries`;
			expect(rows, `${pause} s`).toEqual([{ paused: true }]);
			await sql`update deliveries set next_at = now()`;
		}
		await round();
		expect(received).toHaveLength(12);
		expect(await log()).toMatchObject([{ state: "given up", attempts: 12 }]);
	});

	test("is not followed where it is redirected, and reads no more of an answer than it shows", async () => {
		const id = await saveChannel(database, webhook(), access);
		answers.push(
			{ status: 302, headers: { location: url("/elsewhere") } },
			{ status: 400, body: "x".repeat(5_000_000) },
		);
		const first = await testChannel(database, id, options);
		expect(first).toMatchObject({ ok: false, status: 302, response: expect.stringContaining("not followed") });
		const { response } = await testChannel(database, id, options);
		expect(response).toHaveLength(301);
		expect(received).toHaveLength(2);
		expect(messages()[0]).toMatchObject({ test: true, notices: [] });
	});

	test.each(["http://127.0.0.1:9/", "http://[::1]:9/", "http://localhost:9/", "http://169.254.169.254/latest"])(
		"does not reach %s where storages may not be either",
		async (target) => {
			const id = await saveChannel(database, webhook({ url: target }), access);
			const policy = { network: { allowedHosts: [] }, roots: [] };
			const sent = await testChannel(database, id, { ...options, access: { ...access, policy } });
			expect(sent).toMatchObject({
				ok: false,
				status: null,
				response: expect.stringContaining("EOSYNC_ALLOWED_HOSTS"),
			});
		},
	);

	test("whose password is not one that can be sent is refused, and said to be so where it is stored already", async () => {
		const wrong = url().replace("//", "//user:half50%@");
		expect(() => webhook({ url: wrong })).toThrow(/%25/);
		const id = await saveChannel(database, { ...webhook(), url: wrong } as ChannelInput, access);
		expect(await testChannel(database, id, options)).toMatchObject({ ok: false, response: "URI malformed" });
		const sound = await saveChannel(database, webhook({ name: "b", url: wrong.replace("%", "%25") }), access);
		answers.push({ status: 500, body: "no half50% and no half50%25 here" });
		const { response } = await testChannel(database, sound, options);
		expect(response).toBe("no ••• and no ••• here");
		expect(received[0]?.headers.authorization).toBe(`Basic ${Buffer.from("user:half50%").toString("base64")}`);
	});

	test("that takes a message and then breaks off has it all the same", async () => {
		const id = await saveChannel(database, webhook(), access);
		answers.push({ status: 200, body: "thanks, I", cut: true }, { status: 500, body: "no, I", cut: true });
		const [first, second] = [await testChannel(database, id, options), await testChannel(database, id, options)];
		expect(first).toMatchObject({ ok: true, status: 200, response: expect.stringMatching(/^thanks, I .*broke off/) });
		expect(second).toMatchObject({ ok: false, status: 500, response: expect.stringMatching(/^no, I .*broke off/) });
	});

	test("that is not answered says so", async () => {
		const id = await saveChannel(database, webhook({ url: "http://127.0.0.1:1/" }), access);
		expect(await testChannel(database, id, options)).toMatchObject({
			ok: false,
			status: null,
			response: expect.stringMatching(/ECONNREFUSED/),
		});
	});
});

describe("secrets", () => {
	test("are sealed, never shown, and stay when they are left out", async () => {
		const id = await saveChannel(database, webhook(), access);
		const [row] = await sql<{ all: string }[]>`select to_jsonb(channels)::text as all from channels`;
		expect(row?.all).not.toMatch(/TOKEN-IN-PATH|to sign with/);
		const shown = await listChannels(database);
		expect(JSON.stringify(shown)).not.toMatch(/TOKEN-IN-PATH|to sign with/);
		expect(shown[0]).toMatchObject({ secrets: ["url", "secret"], settings: { origin: new URL(url()).origin } });
		await saveChannel(database, webhook({ id, name: "another", url: undefined, secret: undefined }), access);
		await testChannel(database, id, options);
		expect(received[0]?.headers["webhook-signature"]).toBeDefined();
		await saveChannel(database, webhook({ id, url: undefined, secret: null }), access);
		await testChannel(database, id, options);
		expect(received[1]?.headers["webhook-signature"]).toBeUndefined();
	});

	test("an edit of what another one changed meanwhile is refused, also where only a secret is another one", async () => {
		const id = await saveChannel(database, webhook(), access);
		const version = (await listChannels(database))[0]?.version;
		await saveChannel(database, webhook({ id, url: undefined, secret: "another one to sign with" }), access);
		const edit = webhook({ id, url: undefined, secret: undefined, name: "late" });
		await expect(saveChannel(database, edit, { ...access, version })).rejects.toThrow(
			"was changed after this was opened",
		);
		const now = (await listChannels(database))[0]?.version;
		expect(await saveChannel(database, edit, { ...access, version: now })).toBe(id);
	});

	test("that cannot be opened are said to be so", async () => {
		const id = await saveChannel(database, webhook(), access);
		const other = { ...access, keys: async () => [keyOf("another secret than that")] };
		const sent = await testChannel(database, id, { ...options, access: other });
		expect(sent).toMatchObject({ ok: false, response: expect.stringContaining("another EOSYNC_SECRET") });
		expect(received).toEqual([]);
	});
});
