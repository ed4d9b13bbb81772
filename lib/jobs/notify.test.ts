import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type ChannelInput, channelInput } from "#lib/catalog/channel-inputs.ts";
import { deleteChannel, listChannels, saveChannel } from "#lib/catalog/channels.ts";
import { saveContainer } from "#lib/catalog/configuration.ts";
import type { Database } from "#lib/catalog/database.ts";
import { containerInput } from "#lib/catalog/inputs.ts";
import { keyOf } from "#lib/catalog/sealing.ts";
import type { StorageAccess } from "#lib/catalog/storage-access.ts";
import { createTestDatabase } from "#lib/catalog/testing.ts";
import { testChannel } from "#lib/notifications/test-channel.ts";
import { openLog } from "#lib/telemetry/log.ts";
import { noticeOverdue, noticeRuns } from "./notice.ts";
import { composeMessages, deliverDue, type NotifyOptions } from "./notify.ts";

interface Received {
	readonly headers: IncomingHttpHeaders;
	readonly body: string;
}

const access: StorageAccess = {
	bounds: { reach: undefined, roots: undefined },
	keys: async () => [keyOf("a secret of these tests")],
};
const signingSecret = "a secret to sign with";

let database: Database;
let options: NotifyOptions;
let receiver: Server;
let received: Received[];
/** What the receiver answers, in turn; 204 when there is nothing left. */
let answers: { readonly status: number; readonly body?: string; readonly headers?: Record<string, string> }[];

const sql = () => database.sql;
const url = (path = "/hook/TOKEN-IN-PATH") => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}${path}`;
const webhook = (more: Partial<Extract<ChannelInput, { type: "webhook" }>> = {}) =>
	channelInput.parse({
		id: null,
		type: "webhook",
		name: "hook",
		url: url(),
		secret: signingSecret,
		events: ["failed", "held", "recovered", "overdue"],
		enabled: true,
		...more,
	});

async function container(id: string, more: object = {}) {
	await saveContainer(database, containerInput.parse({ id, kind: "dataset-series", ...more }), { create: "either" });
}

/** A run of the container that ends so, as a worker writes it. */
async function run(id: string, state: string, error: string | null = null): Promise<number> {
	const over = state !== "held" && state !== "planned";
	const [row] = await sql()<{ id: number }[]>`
		insert into runs (container_id, kind, trigger, actor) select id, 'sync', 'schedule', 'test' from containers where eo_id = ${id} returning id`;
	await sql()`
		update runs set state = ${state}, finished_at = case when ${over} then now() end,
			error = ${error === null ? null : sql().json({ code: "io", message: error })} where id = ${row?.id ?? 0}`;
	return row?.id ?? 0;
}

/** What a worker does in each of its rounds; `later`: more than a minute after the last one. */
async function round({ later = false } = {}) {
	if (later) await sql()`update deliveries set created_at = created_at - interval '2 minutes'`;
	await noticeRuns(database);
	await composeMessages(database);
	await deliverDue(database, options);
}

const messages = () => received.map(({ body }) => JSON.parse(body));
const log = async () => (await listChannels(database))[0]?.deliveries ?? [];

beforeAll(async () => {
	database = await createTestDatabase();
	const logger = await openLog({ name: "test", level: "silent", secrets: [] });
	options = { log: logger, access, dashboard: "https://eosync.example.org", signal: new AbortController().signal };
	receiver = createServer(async (request, response) => {
		received.push({ headers: request.headers, body: await text(request) });
		const { status, body = "", headers = {} } = answers.shift() ?? { status: 204 };
		response.writeHead(status, headers).end(body);
	});
	await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
	receiver.close();
	await database.close();
});
beforeEach(async () => {
	received = [];
	answers = [];
	await sql()`delete from channels`;
	await sql()`delete from containers`;
	await sql()`delete from settings`;
});

describe("what is told", () => {
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
		await sql()`update container_health set told_at = told_at - interval '24 hours'`;
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
		for (const id of ids.slice(0, 120)) await run(id, "failed");
		await round();
		for (const id of ids.slice(120)) await run(id, "held");
		await round();
		await round();
		expect(received).toHaveLength(1);
		await round({ later: true });
		expect(messages()).toMatchObject([{ counts: { failed: 120 } }, { counts: { failed: 0, held: 10 } }]);
		expect(messages().map(({ notices }) => notices.length)).toEqual([100, 10]);
		expect(messages()[0].text).toContain("120 containers: 120 failed");
		expect(messages()[0].text).toContain("and 20 more");
		expect((await log()).map(({ subject }) => subject)).toEqual([
			"10 containers: 10 held for approval",
			"120 containers: 120 failed",
		]);
	});

	test("only what the channel asks for, nothing from before, nothing while it is off", async () => {
		for (const id of ["A", "B", "C", "D"]) await container(id);
		await run("A", "failed");
		await noticeRuns(database);
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

	test("two workers tell it once", async () => {
		await container("A");
		await saveChannel(database, webhook(), access);
		await run("A", "failed");
		await Promise.all([round(), round(), round()]);
		await round();
		expect(received).toHaveLength(1);
	});

	test("a run that was due and did not begin, and that it is over", async () => {
		await container("A", { schedule: "0 3 * * *" });
		await container("B");
		await saveChannel(database, webhook(), access);
		await noticeOverdue(database);
		await round();
		expect(received).toEqual([]);
		await sql()`update containers set configured_at = now() - interval '2 days'`;
		await noticeOverdue(database);
		await noticeOverdue(database);
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
		await sql()`
			insert into runs (container_id, kind, trigger, actor, created_at)
			select id, 'sync', 'schedule', 'test', now() - interval '16 minutes' from containers`;
		await noticeOverdue(database);
		await round();
		expect(messages()).toMatchObject([{ counts: { overdue: 1 } }]);
	});
});

describe("a webhook", () => {
	test("is signed, with the same ID and a time of its own for each attempt, until it gets through", async () => {
		await container("A");
		await saveChannel(database, webhook(), access);
		await run("A", "failed");
		answers = [
			{ status: 500, body: `broken\u001b[31m ${signingSecret} /hook/TOKEN-IN-PATH` },
			{ status: 200, body: "thanks" },
		];
		await round();
		expect(await log()).toMatchObject([
			{ state: "waiting", attempts: 1, status: 500, response: "broken [31m ••• •••" },
		]);
		await round();
		expect(received).toHaveLength(1);
		await sql()`update deliveries set next_at = now()`;
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
		const pauses: number[] = [];
		for (let attempt = 1; attempt <= 12; attempt++) {
			answers = [{ status: 503 }];
			await round();
			const [row] = await sql()<
				{ pause: number }[]
			>`select round(extract(epoch from next_at - now()))::int as pause from deliveries`;
			pauses.push(row?.pause ?? 0);
			await sql()`update deliveries set next_at = now()`;
		}
		expect(pauses).toEqual([30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600, 3600, 3600]);
		await round();
		expect(received).toHaveLength(12);
		expect(await log()).toMatchObject([{ state: "given up", attempts: 12 }]);
	});

	test("is not followed where it is redirected, and reads no more of an answer than it shows", async () => {
		const id = await saveChannel(database, webhook(), access);
		answers = [
			{ status: 302, headers: { location: url("/elsewhere") } },
			{ status: 400, body: "x".repeat(5_000_000) },
		];
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
			const bounds = { reach: { allowedHosts: [] }, roots: [] };
			const sent = await testChannel(database, id, { ...options, access: { ...access, bounds } });
			expect(sent).toMatchObject({
				ok: false,
				status: null,
				response: expect.stringContaining("EOSYNC_ALLOWED_HOSTS"),
			});
		},
	);

	test("that nobody answers says so", async () => {
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
		const [row] = await sql()<{ all: string }[]>`select to_jsonb(channels)::text as all from channels`;
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

	test("that cannot be opened are said to be so", async () => {
		const id = await saveChannel(database, webhook(), access);
		const other = { ...access, keys: async () => [keyOf("another secret than that")] };
		const sent = await testChannel(database, id, { ...options, access: other });
		expect(sent).toMatchObject({ ok: false, response: expect.stringContaining("another EOSYNC_SECRET") });
		expect(received).toEqual([]);
	});
});

describe("e-mail", () => {
	interface MailReceived {
		readonly to: readonly string[];
		readonly user: string | undefined;
		readonly source: string;
	}
	let server: SMTPServer;
	let mails: MailReceived[];
	const port = () => (server.server.address() as AddressInfo).port;
	const email = (more: object = {}) =>
		channelInput.parse({
			id: null,
			type: "email",
			name: "mail",
			host: "127.0.0.1",
			port: port(),
			encryption: "none",
			user: "eosync",
			password: "pass phrase",
			from: "eosync@example.org",
			to: ["ops@example.org", "night@example.org"],
			events: ["failed", "held", "recovered", "overdue"],
			enabled: true,
			...more,
		});
	beforeAll(async () => {
		server = new SMTPServer({
			authMethods: ["PLAIN"],
			allowInsecureAuth: true,
			disabledCommands: ["STARTTLS"],
			onAuth: ({ username, password }, _, done) =>
				password === "pass phrase"
					? done(null, { user: username ?? "" })
					: done(Object.assign(new Error(`wrong password ${password}`), { responseCode: 535 })),
			onData: (stream, session, done) => {
				void text(stream).then((source) => {
					mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), user: session.user, source });
					done();
				});
			},
		});
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
	});
	afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));
	beforeEach(() => {
		mails = [];
	});

	test("reaches all recipients in one message", async () => {
		await container("A", { title: "Bcc: thief@example.org" });
		await saveChannel(database, email(), access);
		const failed = await run("A", "failed", "first line\r\nBcc: thief@example.org\r\n.\r\nQUIT");
		await round();
		await round();
		expect(mails).toMatchObject([{ to: ["ops@example.org", "night@example.org"], user: "eosync" }]);
		expect(mails[0]?.source).toMatch(/^Subject: \[eosync\] A failed$/m);
		expect(mails[0]?.source).toContain(`/runs/${failed}`);
		const [head = ""] = mails[0]?.source.split("\r\n\r\n") ?? [];
		expect(head).not.toMatch(/thief/);
		expect(await log()).toMatchObject([{ state: "delivered", status: 250, attempts: 1 }]);
	});

	test("a wrong password is told without it", async () => {
		const id = await saveChannel(database, email({ password: "not the one" }), access);
		const sent = await testChannel(database, id, options);
		expect(sent).toMatchObject({ ok: false, status: 535, response: expect.stringContaining("wrong password •••") });
		expect(mails).toEqual([]);
	});

	test("nothing is sent in the clear where encryption is asked for", async () => {
		const id = await saveChannel(database, email({ encryption: "starttls" }), access);
		expect(await testChannel(database, id, options)).toMatchObject({ ok: false });
		expect(mails).toEqual([]);
	});

	test("a password stays for its server only", async () => {
		const id = await saveChannel(database, email(), access);
		await saveChannel(database, email({ id, password: undefined, to: ["other@example.org"] }), access);
		expect(await testChannel(database, id, options)).toMatchObject({ ok: true });
		const elsewhere = email({ id, password: undefined, host: "mail.example.org" });
		await expect(saveChannel(database, elsewhere, access)).rejects.toThrow(/another mail server/);
	});

	test("a server at the machine's own address must be allowed", async () => {
		const id = await saveChannel(database, email({ host: "localhost" }), access);
		const within = (allowedHosts: string[]) => ({ ...access, bounds: { reach: { allowedHosts }, roots: [] } });
		const sent = await testChannel(database, id, { ...options, access: within([]) });
		expect(sent).toMatchObject({ ok: false, response: expect.stringContaining("EOSYNC_ALLOWED_HOSTS") });
		expect(await testChannel(database, id, { ...options, access: within(["localhost"]) })).toMatchObject({ ok: true });
	});

	test("goes with its channel", async () => {
		const id = await saveChannel(database, email(), access);
		await testChannel(database, id, options);
		await deleteChannel(database, id);
		expect(await sql()`select from deliveries`).toHaveLength(0);
	});
});
