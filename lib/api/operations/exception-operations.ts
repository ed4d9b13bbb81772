import { z } from "zod";
import { ApiProblem } from "#lib/api/problems.ts";
import { instant, nullable, pageOf, pageQuery, runNumber } from "#lib/api/schemas/schema-parts.ts";
import { exceptionView, listExceptions } from "#lib/catalog/changes/exceptions.ts";
import { changeActions, eoId, exceptionEnds } from "#lib/catalog/inputs.ts";
import type { ExceptionView } from "#lib/catalog/read-models/change-view.ts";
import { endException, endExceptions } from "#lib/jobs/requests/end-exception.ts";
import { operation } from "./operation.ts";
import { actorOf } from "./request-operations.ts";

/** What is kept out of plans. Exceptions are made when a plan is applied or approved (`keepOut`). */

const exception = z
	.object({
		id: z.int().positive(),
		container: z.string().describe("EO ID."),
		storage: z.string(),
		path: z.string(),
		action: z.enum(changeActions),
		fromPath: nullable(z.string()).describe("Of a move."),
		dataset: nullable(z.string()).describe("EO ID."),
		until: z.enum(exceptionEnds).describe("A removal's ends when the file comes back, whatever this says."),
		note: z.string(),
		by: z.string(),
		at: instant,
		run: runNumber.describe("The run whose plan had the change."),
		endedAt: nullable(instant),
		endedBy: nullable(z.string()).describe("null: it has not ended, or ended by itself."),
		endedReason: nullable(z.string()),
	})
	.describe("A change that is kept out of a container's plans.") satisfies z.ZodType<ExceptionView>;

export const exceptionOperations = [
	operation({
		method: "GET",
		id: "listExceptions",
		path: "/exceptions",
		tag: "Runs",
		summary: "Changes that are kept out of plans, the newest first",
		permission: "catalogue.read",
		params: z.strictObject({}),
		query: pageQuery.extend({
			container: eoId.optional().describe("EO ID."),
			ended: z.enum(["true", "false"]).default("false").describe("Also those that have ended."),
		}),
		body: null,
		response: pageOf(exception),
		status: 200,
		problems: [],
		handle: ({ database }, { ended, ...query }) => listExceptions(database, { ...query, ended: ended === "true" }),
	}),
	operation({
		method: "POST",
		id: "endExceptions",
		path: "/exceptions/end",
		tag: "Runs",
		summary: "End all exceptions of a container that have one note",
		permission: "exceptions.end",
		params: z.strictObject({}),
		query: z.strictObject({}),
		body: z.strictObject({
			container: eoId.describe("EO ID."),
			note: z.string().min(1).max(2000).describe("The note, word for word."),
		}),
		example: { container: "MER_FRS_1P_RGB", note: "moved to tape" },
		response: z.object({ ended: z.int().positive() }),
		status: 200,
		problems: ["conflict"],
		handle: (context, { container, note }) =>
			endExceptions(context.database, { container, note, actor: actorOf(context) }),
	}),
	operation({
		method: "POST",
		id: "endException",
		path: "/exceptions/{exception}/end",
		tag: "Runs",
		summary: "End an exception: the next run finds the change again",
		permission: "exceptions.end",
		params: z.strictObject({ exception: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) }),
		query: z.strictObject({}),
		body: null,
		response: exception,
		status: 200,
		problems: ["not-found", "conflict"],
		async handle(context, { exception: id }) {
			if ((await exceptionView(context.database, id)) === null)
				throw new ApiProblem("not-found", `There is no exception ${id}.`);
			return endException(context.database, { exception: id, actor: actorOf(context) });
		},
	}),
];
