import { z } from "zod";
import { type BatchContainerView, type BatchView, batchStates } from "#lib/catalog/batches/batch-views.ts";
import { batchContainerStates } from "#lib/catalog/batches/container-in-batch.ts";
import { runTriggers } from "#lib/catalog/read-models/run-view.ts";
import { type RunObject, run } from "./run-schemas.ts";
import { batchNumber, instant, nullable } from "./schema-parts.ts";

/** A batch as the API returns it: without `readAt`, which only open pages need. */
export function batchObject({ readAt: _, ...batch }: BatchView): Omit<BatchView, "readAt"> {
	return batch;
}

const count = z.int().min(0);

export const batch = z
	.object({
		batch: batchNumber,
		kind: z.enum(["sync", "check"]),
		trigger: z.enum(runTriggers),
		actor: z.string().describe("Who asked for it."),
		ofAll: z.boolean().describe("It was asked for all containers."),
		state: z
			.enum(batchStates)
			.describe(
				"`waiting`: for storages that are paused or outside their hours; `cancelling`: the rest is left out, and runs are still under way.",
			),
		total: count.describe("Containers when it was asked for."),
		done: count.describe("Their run is over, or waits for a person."),
		waiting: count.describe("They have not had their turn."),
		running: count,
		leftOut: count.describe("They get no turn any more: the rest was cancelled, or the container deleted."),
		gone: count.describe("Forgotten since, with their containers or runs."),
		succeeded: count,
		partial: count,
		failed: count,
		held: count,
		planned: count,
		runsCancelled: count,
		superseded: count.describe("Of the cancelled ones: a later run took the place of their plan."),
		perMinute: nullable(z.number()).describe(
			"Containers a minute, of the last five; null: not known, or it does not move.",
		),
		secondsLeft: nullable(count),
		createdAt: instant,
		finishedAt: nullable(instant),
		pausedBy: nullable(z.string()),
		cancelledBy: nullable(z.string()).describe("Who left out the rest."),
		onConsole: z.boolean().describe("A command line carries it out in its own process."),
		afterRun: count.describe(
			"The newest run when it was asked for, 0 if there was none: where it stands among the runs.",
		),
		retries: nullable(batchNumber).describe("The batch whose failed containers it tries again."),
	})
	.describe("What one request asked for of several containers.") satisfies z.ZodType<Omit<BatchView, "readAt">>;

export const batchContainer = z
	.object({
		position: z.int().positive().describe("Of its turn."),
		container: z.string().describe("EO ID."),
		state: z.enum(batchContainerStates),
		run: nullable(run).describe("The run that counts; null: it has had no turn."),
	})
	.describe("A container of a batch.") satisfies z.ZodType<
	Omit<BatchContainerView, "run"> & { readonly run: RunObject | null }
>;
