import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { type ChannelInput, channelInput } from "#lib/catalog/channels/channel-inputs.ts";
import { listChannels } from "#lib/catalog/channels/channels.ts";
import { saveContainer } from "#lib/catalog/configuration.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { containerInput } from "#lib/catalog/inputs.ts";
import { keyOf } from "#lib/catalog/secrets/sealing.ts";
import type { StorageAccess } from "#lib/catalog/storages/storage-access.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { openLog } from "#lib/telemetry/log.ts";
import { composeMessages, type DeliverOptions, deliverDue, tellOfCatalogue } from "./deliver.ts";
import { recordRunHealth } from "./health-changes.ts";

interface Received {
	readonly headers: IncomingHttpHeaders;
	readonly body: string;
}

interface Answer {
	readonly status: number;
	readonly body?: string;
	readonly headers?: Record<string, string>;
	/** The connection ends after its text, which is not the end of it. */
	readonly cut?: boolean;
	/** Done before it is given. */
	readonly meanwhile?: () => Promise<unknown>;
}

export const signingSecret = "a secret to sign with";

/** A catalogue, a local receiver of webhooks, and the steps of a worker's round. */
export async function openNoticeBench(given?: Database) {
	const database = given ?? (await createTestDatabase());
	const { sql } = database;
	const received: Received[] = [];
	/** What the receiver answers, in turn; 204 when there is nothing left. */
	const answers: Answer[] = [];
	const receiver = createServer(async (request, response) => {
		received.push({ headers: request.headers, body: await text(request) });
		const { status, body = "", headers = {}, cut = false, meanwhile } = answers.shift() ?? { status: 204 };
		await meanwhile?.();
		response.writeHead(status, headers);
		if (cut) response.write(body, () => response.destroy());
		else response.end(body);
	});
	await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
	const access: StorageAccess = {
		policy: { network: undefined, roots: undefined },
		keys: async () => [keyOf("a secret of these tests")],
	};
	const log = await openLog({ name: "test", level: "silent", secrets: [] });
	const options: DeliverOptions = {
		log,
		access,
		dashboard: "https://eosync.example.org",
		signal: new AbortController().signal,
	};
	const url = (path = "/hook/TOKEN-IN-PATH") => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}${path}`;
	return {
		database,
		sql,
		access,
		options,
		received,
		answers,
		url,
		webhook: (more: Partial<Extract<ChannelInput, { type: "webhook" }>> = {}) =>
			channelInput.parse({
				id: null,
				type: "webhook",
				name: "hook",
				url: url(),
				secret: signingSecret,
				events: ["failed", "held", "recovered", "overdue"],
				enabled: true,
				...more,
			}),
		async container(id: string, more: object = {}) {
			await saveContainer(database, containerInput.parse({ id, kind: "dataset-series", ...more }), {
				create: "either",
			});
		},
		/** A run of the container that ends so, as a worker writes it. */
		async run(id: string, state: string, error: string | null = null): Promise<number> {
			const over = state !== "held" && state !== "planned";
			const [row] = await sql<{ id: number }[]>`
				insert into runs (container_id, kind, trigger, actor) select id, 'sync', 'schedule', 'test' from containers where eo_id = ${id} returning id`;
			// Each container fails by something of its own.
			const fault = state === "failed" ? { code: `io-${id}`, message: error ?? "It failed." } : null;
			await sql`
				update runs set state = ${state}, finished_at = case when ${over} then now() end,
					error = ${fault === null ? null : sql.json(fault)} where id = ${row?.id ?? 0}`;
			return row?.id ?? 0;
		},
		/** What a worker does in each of its rounds; `later`: more than a minute after the last one. */
		async round({ later = false } = {}) {
			if (later) await sql`update deliveries set created_at = created_at - interval '2 minutes'`;
			await recordRunHealth(database);
			await composeMessages(database);
			await deliverDue(database, options);
			await tellOfCatalogue(database, options);
		},
		messages: () => received.map(({ body }) => JSON.parse(body)),
		log: async () => (await listChannels(database))[0]?.deliveries ?? [],
		/** Before each test. */
		async clear() {
			received.length = 0;
			answers.length = 0;
			await sql`delete from channels`;
			await sql`delete from containers`;
			await sql`delete from settings`;
			await sql`delete from told_causes`;
		},
		async close() {
			receiver.close();
			await database.close();
		},
	};
}
