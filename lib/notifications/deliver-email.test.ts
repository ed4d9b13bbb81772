import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { channelInput } from "#lib/catalog/channels/channel-inputs.ts";
import { deleteChannel, saveChannel } from "#lib/catalog/channels/channels.ts";
import { testChannel } from "./test-channel.ts";
import { openNoticeBench } from "./testing.ts";

const bench = await openNoticeBench();
const { access, container, database, log, options, round, run, sql } = bench;

beforeEach(bench.clear);
afterAll(bench.close);

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

	test("a wrong password is reported without it", async () => {
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
		await expect(saveChannel(database, elsewhere, access)).rejects.toThrow(
			/The mail server of mail is another one now/,
		);
	});

	test("a server at the machine's own address must be allowed", async () => {
		const id = await saveChannel(database, email({ host: "localhost" }), access);
		const within = (allowedHosts: string[]) => ({ ...access, policy: { network: { allowedHosts }, roots: [] } });
		const sent = await testChannel(database, id, { ...options, access: within([]) });
		expect(sent).toMatchObject({ ok: false, response: expect.stringContaining("EOSYNC_ALLOWED_HOSTS") });
		expect(await testChannel(database, id, { ...options, access: within(["localhost"]) })).toMatchObject({ ok: true });
	});

	test("goes with its channel", async () => {
		const id = await saveChannel(database, email(), access);
		await testChannel(database, id, options);
		await deleteChannel(database, id);
		expect(await sql`select from deliveries`).toHaveLength(0);
	});
});
