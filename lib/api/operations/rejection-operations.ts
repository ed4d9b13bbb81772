import { z } from "zod";
import { ApiProblem } from "#lib/api/problems.ts";
import { rejection } from "#lib/api/schemas/catalogue-schemas.ts";
import { requestedRun } from "#lib/api/schemas/run-schemas.ts";
import { batchNumber, instant, nullable, pageOf, pageQuery } from "#lib/api/schemas/schema-parts.ts";
import {
	ignoreRejections,
	listRejectedFiles,
	type RejectedFile,
	type RejectionReason,
	rejectionReasons,
	stopIgnoring,
} from "#lib/catalog/rejections/rejected-files.ts";
import {
	filterOf,
	ignoreNote,
	rejectionsChoice,
	rejectionsQuery,
	someRejections,
} from "#lib/catalog/rejections/rejections-input.ts";
import { retryRejections } from "#lib/jobs/requests/retry-rejections.ts";
import { operation } from "./operation.ts";
import { actorOf } from "./request-operations.ts";

/** Rejected files of all containers, and what people do about them. */

const none = z.strictObject({});
const read = {
	method: "GET",
	permission: "catalogue.read",
	status: 200,
	body: null,
	tag: "Rejections",
	params: none,
} as const;
const change = { method: "POST", tag: "Rejections", params: none, query: none } as const;
const query = z.strictObject(rejectionsQuery.shape);
const count = z.int().min(0);
const example = { container: "MER_FRS_1P_RGB", code: "no-time" };

const rejectedFile = rejection
	.extend({ container: z.string().describe("EO ID."), directory: z.string() })
	.describe("A file that could not become a dataset, and its container.") satisfies z.ZodType<RejectedFile>;

const reason = z
	.object({
		code: z.string(),
		pattern: z.string().describe("The reason without what differs from file to file."),
		files: count,
		containers: count,
		oldest: instant,
		newest: instant,
		text: z.string().describe("In words: what all of them have in common."),
		example: z.string().describe("The reason of one of them."),
		sources: z
			.array(
				z.object({
					container: z.string().describe("EO ID."),
					source: z.int().describe("The source's number."),
					storage: z.string(),
					path: z.string(),
					files: count,
				}),
			)
			.describe("The sources that have most of them, at most five."),
	})
	.describe("Files that are rejected for one reason.") satisfies z.ZodType<RejectionReason>;

/** @throws ApiProblem when all files would be meant. */
function someOf(choice: z.output<typeof rejectionsChoice>) {
	const parsed = someRejections.safeParse(choice);
	if (parsed.success) return parsed.data;
	throw new ApiProblem("invalid-request", `${parsed.error.issues[0]?.message}.`);
}

export const rejectionOperations = [
	operation({
		...read,
		id: "listRejectedFiles",
		path: "/rejections",
		summary: "Rejected files of all containers, by container, storage and path",
		query: pageQuery.extend(query.shape),
		response: pageOf(rejectedFile),
		problems: [],
		handle: ({ database }, { after, limit, ...wanted }) =>
			listRejectedFiles(database, filterOf(wanted), { after, limit }),
	}),
	operation({
		...read,
		id: "listRejectionReasons",
		path: "/rejections/reasons",
		summary: "Why files are rejected, the most frequent reason first",
		query,
		response: z.object({ rows: z.array(reason) }),
		problems: [],
		handle: async ({ database }, wanted) => ({ rows: await rejectionReasons(database, filterOf(wanted)) }),
	}),
	operation({
		...change,
		id: "ignoreRejections",
		path: "/rejections/ignore",
		summary: "Ignore rejected files until they change: no mark, no state counts them",
		permission: "rejections.ignore",
		body: rejectionsChoice.extend({ note: ignoreNote.describe("Why; kept with each file.") }),
		example: { ...example, note: "The provider knows" },
		response: z.object({ files: count.describe("Files that were not ignored before.") }),
		status: 200,
		problems: [],
		async handle(context, { note, ...choice }) {
			const filter = { ...someOf(choice), ignored: false };
			return { files: await ignoreRejections(context.database, filter, { note, by: actorOf(context) }) };
		},
	}),
	operation({
		...change,
		id: "stopIgnoringRejections",
		path: "/rejections/stop-ignoring",
		summary: "Take that back",
		permission: "rejections.stop-ignoring",
		body: rejectionsChoice,
		example,
		response: z.object({ files: count }),
		status: 200,
		problems: [],
		handle: async ({ database }, choice) => ({
			files: await stopIgnoring(database, { ...someOf(choice), ignored: true }),
		}),
	}),
	operation({
		...change,
		id: "retryRejections",
		path: "/rejections/retry",
		summary: "Read rejected files again although they are as they were; the syncs of their containers do it",
		permission: "rejections.retry",
		body: rejectionsChoice,
		example,
		response: z.object({
			files: count,
			batch: nullable(batchNumber).describe("Of several containers without a run under way; null: there is none."),
			runs: z.array(requestedRun),
		}),
		status: 202,
		problems: ["conflict"],
		async handle(context, choice) {
			const filter = { ...someOf(choice), ignored: false };
			const retried = await retryRejections(context.database, { filter, actor: actorOf(context), trigger: "api" });
			await context.enqueue(retried.runs.map(({ run }) => run));
			return retried;
		},
	}),
];
