import { Command, Option } from "commander";
import type { Database } from "#lib/catalog/database/database.ts";
import { exceptionEnds, type PlanSelection, planSelection } from "#lib/catalog/inputs.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { parseRun } from "#lib/cli/arguments.ts";
import { auditedCommand } from "#lib/cli/audited-command.ts";
import { runAndFollow } from "#lib/cli/following/run-and-follow.ts";
import { openDisplay } from "#lib/cli/output/display.ts";
import { warn } from "#lib/cli/output/output.ts";
import { actor, withCatalog } from "#lib/cli/with-catalog.ts";
import { UsageError } from "#lib/errors.ts";
import { requestApply } from "#lib/jobs/requests/requests.ts";
import { formatPlural } from "#lib/numbers.ts";
import { approveOption, parseApproval, report } from "./sync.ts";

interface ApplyOptions {
	readonly json?: boolean;
	readonly approve?: string;
	readonly only: readonly string[];
	readonly except: readonly string[];
	readonly keepOut?: string;
	readonly note?: string;
}

export function applyCommand(): Command {
	return new Command("apply")
		.summary("apply the plan that a check left behind, or held runs, or part of them")
		.description(
			"Applies exactly the changes that were planned; what changed since then is left out and reported. Reports like sync. What is left out by --only or --except is left for later: the next check or sync finds it again.",
		)
		.argument("<RUN...>", "numbers of the runs")
		.addOption(approveOption())
		.option("--only <PATTERN>", "only changes of these files; a pattern as in sources; may be repeated", collect, [])
		.option("--except <PATTERN>", "no changes of these files; may be repeated", collect, [])
		.addOption(
			new Option("--keep-out <UNTIL>", "keep what is left out out of later runs as well, until then").choices(
				exceptionEnds,
			),
		)
		.option("--note <TEXT>", "why it is kept out")
		.option("--json", "progress and summary as JSON, one object per line")
		.action((runs: readonly string[], options: ApplyOptions) => apply([...new Set(runs.map(parseRun))], options));
}

function collect(pattern: string, before: readonly string[]): readonly string[] {
	return [...before, pattern];
}

async function apply(runs: readonly number[], options: ApplyOptions): Promise<void> {
	const { json = false } = options;
	const approval = parseApproval(options.approve);
	const selection = selectionOf(options);
	const display = openDisplay({ json });
	const action = async (database: Database) => {
		const views = await auditedCommand(database, {
			action: approval === null ? "runs.apply" : "runs.approve",
			input: {
				...(runs.length === 1 ? { run: runs[0] } : { runs }),
				...(approval === null ? {} : { reason: approval }),
				...(selection === undefined ? {} : given(selection)),
			},
			work: async (inside) => {
				const queued: RunView[] = [];
				for (const run of runs) queued.push(await requestApply(inside, { run, actor: actor(), approval, selection }));
				return queued;
			},
		});
		for (const view of views) sayWhatIsLeft(view, selection !== undefined);
		const begin = async (view: RunView) => ({ run: view.run, isOwn: true, first: view });
		await report(database, await runAndFollow(database, views, { display, begin }), { display });
	};
	await withCatalog("apply", action, { ownSignals: true });
}

/** @throws UsageError */
function selectionOf({ only, except, keepOut, note }: ApplyOptions): PlanSelection | undefined {
	if ((keepOut === undefined) !== (note === undefined))
		throw new UsageError("Give --keep-out with --note: later readers want to know why.");
	if (only.length + except.length === 0) {
		if (keepOut !== undefined) throw new UsageError("Say by --only or --except what is kept out.");
		return undefined;
	}
	const parsed = planSelection.safeParse({
		only,
		except,
		keepOut: keepOut === undefined ? null : { until: keepOut, note },
	});
	if (!parsed.success) throw new UsageError(`${parsed.error.issues[0]?.message}; nothing was done.`);
	return parsed.data;
}

/** What of it is not empty. */
function given(selection: PlanSelection): object {
	return Object.fromEntries(
		Object.entries(selection).filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0)),
	);
}

const namedAtMost = 10;

function sayWhatIsLeft({ run, state, guard, selection }: RunView, isPart: boolean): void {
	if (!isPart) return;
	if (state === "held") warn(`What was chosen of run ${run} is held: ${guard?.reasons.join(" ")}`);
	if (selection === null) return;
	const { planned, chosen, together, examples, keepOut } = selection;
	const rest =
		keepOut === null ? "left for later" : `kept out ${keepOut.until === "for-good" ? "for good" : "until it changes"}`;
	warn(
		`Run ${run}: ${chosen} of ${formatPlural(planned, "change")} ${chosen === 1 ? "is" : "are"} applied, ${planned - chosen} left out (${rest}).`,
	);
	for (const { path, why } of examples.slice(0, namedAtMost)) warn(`  left out as well: ${path}: ${why}`);
	if (together > namedAtMost) warn(`  … and ${together - namedAtMost} more`);
}
