import { z } from "zod";
import type { ListedChange } from "#lib/catalog/changes/same-content.ts";
import { changeActions, changeOutcomes, exceptionEnds } from "#lib/catalog/inputs.ts";
import { runPhases } from "#lib/catalog/json-columns.ts";
import type { ChangeView } from "#lib/catalog/read-models/change-view.ts";
import { type ProblemView, type RunView, runKinds, runStates, runTriggers } from "#lib/catalog/read-models/run-view.ts";
import type { FolderView } from "#lib/catalog/runs/folder-tree.ts";
import type { RequestedRun } from "#lib/jobs/requests/requests.ts";
import { footprint, instant, nullable, runNumber } from "./schema-parts.ts";

/** What the API returns about runs. Checked against the views at compile time, and against real answers by a test. */

/** A run as the API returns it: without `readAt`, which only open pages need. */
export type RunObject = Omit<RunView, "readAt">;

export function runObject({ readAt: _, ...run }: RunView): RunObject {
	return run;
}

const count = z.int().min(0);

const progress = z.object({
	phase: z.enum(runPhases),
	done: count.describe("In the phase's own unit: folders listed, files read, changes applied."),
	total: nullable(count).describe("null while it is not known."),
	current: z.string().exactOptional().describe("What is being looked at now."),
	files: count.exactOptional().describe("Files seen so far."),
	since: instant.exactOptional(),
	steps: z
		.array(z.object({ phase: z.enum(runPhases), done: count, seconds: z.number() }))
		.exactOptional()
		.describe("The finished phases, in order."),
});

const guard = z
	.object({
		removals: count.describe("Datasets that would be removed or unlinked."),
		updates: count.exactOptional().describe("Datasets whose files changed and whose fields differ."),
		rejections: count.exactOptional().describe("Registered datasets that would be rejected."),
		datasets: count.describe("The container's datasets before the run."),
		maxRemovals: z.string().describe("The limit of removals, in words."),
		emptied: z.array(z.string()).describe("Sources of which no data file is found any more."),
		reasons: z.array(z.string()).describe("One sentence each."),
	})
	.describe("Why the run needs an approval.");

const selection = z
	.object({
		by: z.string(),
		planned: count.describe("Changes of the plan."),
		chosen: count.describe("Those of them that are applied."),
		together: count.describe("Changes that were left out because they need others that were."),
		examples: z
			.array(z.object({ action: z.enum(changeActions), path: z.string(), why: z.string() }))
			.describe("The first of these."),
		keepOut: nullable(z.object({ until: z.enum(exceptionEnds), note: z.string() })).describe(
			"Why, and for how long, what was left out is kept out; null: it is left for later.",
		),
	})
	.describe("What of the plan a person chose to apply.");

const runError = z.object({ code: z.string(), message: z.string() });

export const run = z
	.object({
		run: runNumber,
		container: z.string().describe("EO ID."),
		kind: z.enum(runKinds),
		state: z.enum(runStates),
		trigger: z.enum(runTriggers),
		actor: z.string().describe("Who asked for it."),
		full: z.boolean().describe("Every file is read again."),
		added: count,
		removed: count,
		updated: count,
		moved: count,
		linked: count,
		unlinked: count,
		rejected: count,
		unchanged: count,
		skipped: count,
		leftOut: count.describe("Of the skipped: left for later by the person who applied the plan; no fault of the run."),
		excepted: count.describe("Of the skipped: kept out by exceptions; no fault of the run."),
		selection: nullable(selection),
		problems: count,
		notes: count.describe(
			"What is no failure of the run: patterns that match nothing (`no-match`), and what could not be examined and no rule needs (sockets, links to nowhere, other names).",
		),
		reread: count.describe(
			"Of the updates: those whose files are as they were, read again because of their rules or readers.",
		),
		refreshed: count.describe("Datasets of which nothing but the fingerprint, or the rules they are read by, is new."),
		verified: count.describe("Datasets whose unchanged files were read again and say what they did before."),
		waiting: count.describe("Files that wait until they are stable."),
		suspect: count.describe("Datasets whose file was not listed, and whose removal is not ripe yet."),
		seconds: nullable(z.number()).describe("For how long it was worked on; null until it started."),
		createdAt: instant,
		startedAt: nullable(instant),
		finishedAt: nullable(instant),
		progress,
		guard: nullable(guard),
		approval: nullable(z.object({ reason: z.string(), by: z.string() })),
		error: nullable(runError),
		reverts: nullable(runNumber).describe("The run that this one undoes."),
		revertedBy: nullable(runNumber),
		supersededBy: nullable(runNumber).describe("The newer run whose plan replaced this one's."),
		sameAs: nullable(runNumber).describe("The held run that has the same plan: this one keeps none of its own."),
		seenAgainAt: nullable(instant).describe("Of a held run: when a later one came to the same plan."),
		resumeAt: nullable(instant).describe("It waits for a storage that is paused, or outside its hours, until then."),
		appliedAt: nullable(instant).describe("When its plan was written into the catalogue."),
		cancelRequested: z.boolean(),
		batch: nullable(z.int().positive()).describe("The batch that counts it, the first one of several."),
		place: nullable(z.int().positive()).describe(
			"Its place among the runs that wait for a worker; null: it does not wait. 100: that, or later.",
		),
		can: z
			.object({ cancel: z.boolean(), apply: z.boolean(), approve: z.boolean(), revert: z.boolean() })
			.describe("What can be done with it now, by users with the role."),
	})
	.describe("One look at a container's archive, and what was done about it.") satisfies z.ZodType<RunObject>;

export const requestedRun = z
	.object({
		run: runNumber,
		container: z.string().describe("EO ID."),
		joined: z
			.boolean()
			.describe("A run of the container was active already: this is that one, no new run was started."),
		again: z
			.boolean()
			.describe(
				"The joined run does less than this request (a check, for a sync), or looked at the archive before it: a run as it was asked for follows it.",
			),
	})
	.describe("A run that was asked for.") satisfies z.ZodType<RequestedRun>;

const sums = {
	counts: z
		.object({
			added: count,
			removed: count,
			updated: count,
			moved: count,
			linked: count,
			unlinked: count,
			rejected: count,
		})
		.describe("As the list of changes shows them, also what was left out."),
	leftOut: count.describe("Of all of them, those that were left out when the plan was applied."),
};

export const folder = z
	.object({
		path: z.string().describe("From the storage's root; empty: the root."),
		...sums,
		own: z.object(sums).describe("Of the files that stand in it themselves."),
		folders: z
			.array(
				z.object({
					path: z.string(),
					name: z.string(),
					...sums,
					folders: nullable(count).describe("Folders directly below it; null: only known when it is asked for itself."),
				}),
			)
			.describe("Those directly below it, by name."),
	})
	.describe("A folder of a run's changes, with sums over it and all below it.") satisfies z.ZodType<FolderView>;

const anything = z.unknown();

export const change = z
	.object({
		key: z.int(),
		action: z.enum(changeActions),
		path: z.string(),
		fromPath: nullable(z.string()).describe("Of a moved file."),
		storage: z.string(),
		dataset: nullable(z.string()).describe("EO ID."),
		fields: z
			.record(z.string(), z.object({ before: anything, after: anything }))
			.describe("By field, only those that differ."),
		code: nullable(z.string()).describe("Of a rejection: the kind of problem."),
		reason: nullable(z.string()),
		outcome: z.enum(changeOutcomes),
		exception: nullable(z.int()).describe("Number of the exception that keeps it out."),
		footprint: z.object({ before: nullable(footprint), after: nullable(footprint) }),
	})
	.describe("What a run plans to do, or did, with one file.") satisfies z.ZodType<ChangeView>;

export const listedChange = change
	.extend({
		sameContent: z
			.array(z.object({ dataset: z.string().describe("EO ID."), storage: z.string(), path: z.string() }))
			.describe("Other datasets, at most five, whose data file has the same content, as far as that is known."),
	})
	.describe("What a run plans to do, or did, with one file.") satisfies z.ZodType<ListedChange>;

export const problem = z
	.object({ path: z.string(), code: z.string(), message: z.string() })
	.describe("Something that a run could not examine.") satisfies z.ZodType<ProblemView>;
