import { z } from "zod";
import { ApiProblem } from "#lib/api/problems.ts";
import { storage } from "#lib/api/schemas/catalogue-schemas.ts";
import { pageOf, pageQuery } from "#lib/api/schemas/schema-parts.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { pagingBy, textKey } from "#lib/catalog/paging.ts";
import { pauseInput } from "#lib/catalog/pauses/pause-inputs.ts";
import { pauseStorage, resumeStorage } from "#lib/catalog/pauses/pauses.ts";
import { storageOverview } from "#lib/catalog/storages/storage-overview.ts";
import type { StorageOverview } from "#lib/catalog/storages/storage-views.ts";
import { addressOf } from "#lib/storage/security/address.ts";
import { operation } from "./operation.ts";
import { actorOf } from "./request-operations.ts";

/** Storages: whether they answer, and pausing them for maintenance. */

const none = z.strictObject({});
const params = z.strictObject({ storage: z.string().min(1).max(300).describe("Name of the storage.") });
const change = {
	method: "POST",
	tag: "Storages",
	params,
	query: none,
	response: storage,
	status: 200,
	problems: ["not-found", "conflict"],
} as const;

/** As long as a person waits for the page's *Test*. */
const testTimeoutMs = 30_000;

const tested = z.object({
	ok: z.boolean(),
	message: z.string().describe("What was reached, or what went wrong and what to do."),
	folders: z.int().min(0).describe("In its root."),
	files: z.int().min(0),
	milliseconds: z.int().min(0).describe("How long that listing took."),
});

function storageOf(view: StorageOverview) {
	const { name, config, containers, states, listedAt, unreachable, probe, pause, closed, createdAt } = view;
	const health = { states: { ...states }, listedAt, unreachable, probe, pause, closed };
	return { name, type: config.type, address: addressOf(config), containers: [...containers], ...health, createdAt };
}

/** @throws ApiProblem `not-found` */
async function requireStorage({ sql }: Pick<Database, "sql">, name: string): Promise<void> {
	const [found] = await sql`select from storages where name = ${name}`;
	if (!found) throw notFound(name);
}

/** @throws ApiProblem `not-found` */
async function readStorage(database: Database, name: string) {
	const found = (await storageOverview(database)).find((one) => one.name === name);
	if (found === undefined) throw notFound(name);
	return storageOf(found);
}

function notFound(name: string): ApiProblem {
	return new ApiProblem("not-found", `There is no storage ${name}.`);
}

const byName = pagingBy(textKey);

export const storageOperations = [
	operation({
		id: "listStorages",
		method: "GET",
		path: "/storages",
		tag: "Storages",
		summary: "All storages by name, without their credentials: whether they answer, and how their containers are",
		permission: "catalogue.read",
		params: none,
		query: pageQuery,
		body: null,
		response: pageOf(storage),
		status: 200,
		problems: [],
		async handle({ database }, { after, limit }) {
			const [last = ""] = byName.keyOf(after);
			const storages = await storageOverview(database);
			const later = await database.sql<{ name: string }[]>`select name from storages where name > ${last}`;
			const laterNames = new Set(later.map(({ name }) => name));
			const rest = storages.filter(({ name }) => laterNames.has(name));
			const page = byName.pageOf(rest, limit, ({ name }) => [name]);
			return {
				rows: page.rows.map(storageOf),
				next: page.next,
				total: storages.length,
			};
		},
	}),
	operation({
		...change,
		id: "testStorage",
		path: "/storages/{storage}/test",
		summary: "Ask a storage now whether it answers, also one that refused the log-in",
		permission: "storages.test",
		body: null,
		response: tested,
		problems: ["not-found"],
		async handle({ database, storageTests, signal }, { storage: name }) {
			await requireStorage(database, name);
			const { testStorage } = await storageTests();
			const limit = AbortSignal.any([signal, AbortSignal.timeout(testTimeoutMs)]);
			const { ok, message, folders, files, milliseconds } = await testStorage(database, name, { signal: limit });
			return { ok, message, folders, files, milliseconds };
		},
	}),
	operation({
		...change,
		id: "pauseStorage",
		path: "/storages/{storage}/pause",
		summary: "Leave a storage alone until a time: its containers run by name only",
		permission: "storages.pause",
		body: pauseInput,
		example: { until: "2999-12-01T06:00:00Z", note: "New disks" },
		async handle(context, { storage: name, until, note }) {
			const { database } = context;
			await requireStorage(database, name);
			await pauseStorage(database, name, { until, note, by: actorOf(context) });
			return readStorage(database, name);
		},
	}),
	operation({
		...change,
		id: "resumeStorage",
		path: "/storages/{storage}/resume",
		summary: "End the pause of a storage; what was missed is caught up once",
		permission: "storages.resume",
		body: null,
		async handle({ database }, { storage: name }) {
			await requireStorage(database, name);
			await resumeStorage(database, name);
			return readStorage(database, name);
		},
	}),
];
