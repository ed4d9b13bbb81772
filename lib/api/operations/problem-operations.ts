import { z } from "zod";
import { ApiProblem } from "#lib/api/problems.ts";
import { instant, nullable, pageOf, pageQuery } from "#lib/api/schemas/schema-parts.ts";
import { acknowledge, endAcknowledgement } from "#lib/catalog/causes/acknowledgements.ts";
import { acknowledgementInput, causeKey, recheckKind } from "#lib/catalog/causes/cause-inputs.ts";
import { type CauseView, causeGroups, groupOf } from "#lib/catalog/causes/cause-records.ts";
import { containersOfCause, findCause, listCauses } from "#lib/catalog/causes/causes.ts";
import { cancelRecheck } from "#lib/catalog/causes/rechecks.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { pagingBy, textKey } from "#lib/catalog/paging.ts";
import { recheckCause } from "#lib/jobs/requests/recheck.ts";
import { operation } from "./operation.ts";
import { actorOf } from "./request-operations.ts";

/** What containers fail by, and what people do about it. */

const none = z.strictObject({});
const params = z.strictObject({ key: causeKey.describe("Key of a cause.") });
const byKey = pagingBy(textKey);
const common = { tag: "Problems", query: none } as const;
const change = { ...common, params, status: 200, problems: ["not-found", "conflict"] } as const;

const cause = z
	.object({
		key: z.string().describe("Stable; of letters, digits, `-` and `_`."),
		group: z.enum(causeGroups).describe("`open`: it waits for a person."),
		code: z.string(),
		storage: nullable(z.string()).describe("null: it has nothing to do with one."),
		place: z.string().describe("Path on the storage; empty: all of it."),
		sentence: z.string().describe("In words."),
		containers: z.int().min(0).describe("Containers that it concerns."),
		examples: z.array(z.string()).describe("EO IDs of the first of them."),
		messages: z.array(z.string()).describe("Different messages of it, a few."),
		firstSeen: instant,
		lastSeen: instant,
		down: z.boolean().describe("The storage does not answer now."),
		reason: z.string().describe("Why not."),
		pausedUntil: nullable(instant).describe("The storage is paused until then."),
		acknowledged: nullable(
			z.object({
				note: z.string(),
				by: z.string(),
				at: instant,
				until: nullable(instant).describe("null: until the cause changes."),
			}),
		),
		recheck: nullable(z.object({ kind: z.enum(["check", "sync"]), by: z.string(), at: instant })).describe(
			"A request to look at the containers once the storage answers.",
		),
	})
	.describe("What failed or partial containers have in common.");

async function requireCause(database: Pick<Database, "sql">, key: string): Promise<CauseView> {
	const found = await findCause(database, key);
	if (found === null) throw new ApiProblem("not-found", `No container fails by ${key}.`);
	return found;
}

function causeOf(view: CauseView) {
	const { examples, messages, ...rest } = view;
	return { ...rest, examples: [...examples], messages: [...messages], group: groupOf(view) };
}

export const problemOperations = [
	operation({
		...common,
		id: "listCauses",
		method: "GET",
		path: "/problems",
		summary: "What containers fail by, one row per cause, by key",
		permission: "catalogue.read",
		params: none,
		query: pageQuery,
		body: null,
		response: pageOf(cause),
		status: 200,
		problems: [],
		async handle({ database }, { after, limit }) {
			const [last = ""] = byKey.keyOf(after);
			const causes = (await listCauses(database)).toSorted((a, b) => (a.key < b.key ? -1 : 1));
			const page = byKey.pageOf(
				causes.filter(({ key }) => key > last),
				limit,
				({ key }) => [key],
			);
			return { rows: page.rows.map(causeOf), next: page.next, total: causes.length };
		},
	}),
	operation({
		...common,
		id: "getCause",
		method: "GET",
		path: "/problems/{key}",
		summary: "A cause with the EO IDs of all its containers",
		permission: "catalogue.read",
		params,
		body: null,
		response: cause.extend({ ids: z.array(z.string()) }),
		status: 200,
		problems: ["not-found"],
		async handle({ database }, { key }) {
			return { ...causeOf(await requireCause(database, key)), ids: [...(await containersOfCause(database, key))] };
		},
	}),
	operation({
		...change,
		id: "acknowledgeCause",
		method: "POST",
		path: "/problems/{key}/acknowledge",
		summary: "No messages about it, until a time or until it changes; states and exit statuses stay",
		permission: "problems.acknowledge",
		body: acknowledgementInput,
		example: { note: "The disk is being replaced", until: "2026-12-01T06:00:00Z" },
		response: cause,
		async handle(context, { key, note, until }) {
			const { database } = context;
			await acknowledge(database, await requireCause(database, key), { note, until, by: actorOf(context) });
			return causeOf(await requireCause(database, key));
		},
	}),
	operation({
		...change,
		id: "revokeAcknowledgement",
		method: "DELETE",
		path: "/problems/{key}/acknowledge",
		summary: "End an acknowledgement",
		permission: "problems.revoke",
		body: null,
		response: z.object({ ended: z.boolean().describe("false: there was none.") }),
		async handle(context, { key }) {
			return { ended: await endAcknowledgement(context.database, key, actorOf(context)) };
		},
	}),
	operation({
		...change,
		id: "recheckCause",
		method: "POST",
		path: "/problems/{key}/recheck",
		summary: "Check or sync its containers, as soon as the storage answers",
		permission: "problems.recheck",
		body: z.strictObject({ kind: recheckKind }),
		example: { kind: "check" },
		response: z.object({
			waits: z.boolean().describe("It begins when the storage answers."),
			containers: z.int().min(0),
			runs: z.array(z.int()).describe("Requested now."),
		}),
		status: 202,
		async handle(context, { key, kind }) {
			await requireCause(context.database, key);
			const asked = await recheckCause(context.database, { key, kind, trigger: "api", by: actorOf(context) });
			await context.enqueue(asked.runs);
			return { ...asked, runs: [...asked.runs] };
		},
	}),
	operation({
		...change,
		id: "cancelRecheck",
		method: "DELETE",
		path: "/problems/{key}/recheck",
		summary: "Do not look again when the storage answers",
		permission: "problems.cancel-recheck",
		body: null,
		response: z.object({ cancelled: z.boolean().describe("false: nobody had asked for it.") }),
		async handle(context, { key }) {
			return { cancelled: await cancelRecheck(context.database, key, actorOf(context)) };
		},
	}),
];
