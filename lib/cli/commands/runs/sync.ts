import { availableParallelism } from "node:os";
import { Command, Option } from "commander";
import type { Database } from "#lib/catalog/database/database.ts";
import { approvalReason } from "#lib/catalog/inputs.ts";
import { pausedContainers } from "#lib/catalog/pauses/pauses.ts";
import type { RunView } from "#lib/catalog/read-models/run-view.ts";
import { storageAccess } from "#lib/catalog/storages/storage-access.ts";
import { parseConcurrency, parseSeconds } from "#lib/cli/arguments.ts";
import { auditedCommand } from "#lib/cli/audited-command.ts";
import { currentIds } from "#lib/cli/configuration/former-containers.ts";
import { exitStatuses, statusOf } from "#lib/cli/exit-status.ts";
import { carryOutBatch } from "#lib/cli/following/carry-out-batch.ts";
import { begunOf, type FollowedRuns, followRequested } from "#lib/cli/following/run-and-follow.ts";
import { listenForInterruption } from "#lib/cli/interruption.ts";
import { type Display, openDisplay } from "#lib/cli/output/display.ts";
import type { PublishedCheckOptions } from "#lib/cli/published-check.ts";
import { actor, withCatalog } from "#lib/cli/with-catalog.ts";
import { readEnv } from "#lib/env.ts";
import { UsageError } from "#lib/errors.ts";
import { requestContainers } from "#lib/jobs/batches/batch-requests.ts";
import { consoleName } from "#lib/jobs/batches/console-lease.ts";
import { connectionsFor } from "#lib/jobs/connections.ts";
import { type RunsRequest, requestRuns } from "#lib/jobs/requests/requests.ts";
import { pushAfterSync, type TargetOutcome } from "#lib/targets/follow/after-sync.ts";

interface SyncOptions {
	readonly all?: true;
	readonly check?: true;
	readonly full?: true;
	readonly now?: true;
	readonly approve?: string;
	readonly json?: true;
	readonly concurrency: number;
	readonly targetTimeout?: number;
	readonly strictTargets?: true;
}

/** Seconds. */
const defaultTargetTimeout = 60;

/** Containers at once: the engine of one process is busy with so many, and each wants four connections of the database. */
const defaultConcurrency = Math.min(availableParallelism(), 8);

export function syncCommand(): Command {
	return new Command("sync")
		.summary("bring containers in line with their archive")
		.description(
			"Finds out what was added, removed, moved or changed in the archive and brings the containers in line with it, each in one transaction. A run that would remove too much is held for approval.",
		)
		.argument("[ID...]", "EO IDs of containers")
		.option("-a, --all", "every container")
		.option("--check", "only plan: change nothing in the catalogue's datasets")
		.option("--full", "read every file again, also those that look unchanged")
		.option("--now", "remove what is missing now, although the container lets removals ripen")
		.addOption(approveOption())
		.addOption(concurrencyOption())
		.addOption(
			new Option(
				"--target-timeout <SECONDS>",
				"wait at most so long until the containers' targets have what was changed; 0: leave it to workers",
			)
				.argParser(parseSeconds)
				.default(defaultTargetTimeout),
		)
		.option("--strict-targets", "exit status 1 when a target has not got all of it")
		.option("--json", "progress and summary as JSON, one object per line")
		.addHelpText("after", examples)
		.action((ids: string[], options: SyncOptions) => runSync(ids, options));
}

export function checkCommand(): Command {
	return new Command("check")
		.summary("plan a sync and change nothing (sync --check)")
		.description(
			"Finds out what a sync would do. The plan stays: see it with eosync changes RUN, let it happen with eosync apply RUN.",
		)
		.argument("[ID...]", "EO IDs of containers")
		.option("-a, --all", "every container")
		.option("--full", "read every file again, also those that look unchanged")
		.addOption(concurrencyOption())
		.option("--json", "progress and summary as JSON, one object per line")
		.option("--published", "instead: compare what is published with a STAC API, and plan nothing")
		.option("--against <URL>", "with --published: the STAC API; default: this one, at EOSYNC_URL")
		.option("--collection <NAME>", "with --published: what the container is called there")
		.option("--reference", "with --published: theirs is a provider's; compare only what both say")
		.option("--token-variable <NAME>", "with --published: the environment variable with a bearer token for it")
		.option("--csv", "with --published: each difference as a line of CSV")
		.action((ids: string[], options: SyncOptions & PublishedCheckOptions & { readonly published?: true }) =>
			options.published ? checkPublished(ids, options) : runSync(ids, { ...options, check: true }),
		);
}

function concurrencyOption(): Option {
	return new Option("--concurrency <N>", "containers at once; those on one remote storage go one after the other")
		.argParser(parseConcurrency)
		.default(defaultConcurrency, "the cores, 8 at most");
}

export function approveOption(): Option {
	return new Option("--approve <REASON>", "apply the run although it is held; the reason is kept with it");
}

/** @throws UsageError when it says nothing. */
export function parseApproval(reason: string | undefined): string | null {
	if (reason === undefined) return null;
	const parsed = approvalReason.safeParse(reason);
	if (!parsed.success) throw new UsageError(`--approve: ${parsed.error.issues[0]?.message}.`);
	return parsed.data;
}

const examples = `
Examples:
  eosync sync MER_FRS_1P_RGB             one container
  eosync sync --all --json               all of them, for a script
  eosync sync --check MER_FRS_1P_RGB     only see what would happen

Exit status: 0 all in order, 1 a container failed or is partial, 2 usage, 3 a run is held for approval, 130 interrupted.`;

/** Loads the code for other APIs only when it is needed: it takes long, and most checks are of archives. */
async function checkPublished(ids: readonly string[], options: PublishedCheckOptions): Promise<void> {
	const { runPublishedCheck } = await import("#lib/cli/published-check.ts");
	await runPublishedCheck(ids, options);
}

async function runSync(ids: readonly string[], options: SyncOptions): Promise<void> {
	if (ids.length === 0 && !options.all)
		throw new UsageError("Name the containers (EO IDs), or give --all; nothing was done.");
	if (ids.length > 0 && options.all) throw new UsageError("Give either IDs or --all; nothing was done.");
	const approval = parseApproval(options.approve);
	const request: RunsRequest = {
		containers: options.all ? "all" : ids,
		kind: options.check ? "check" : "sync",
		full: options.full ?? false,
		removesNow: options.now ?? false,
		trigger: "command-line",
		actor: actor(),
		approval,
	};
	const concurrency = ids.length === 1 ? 1 : options.concurrency;
	const display = openDisplay({ json: options.json ?? false });
	const targets = { timeout: options.targetTimeout ?? defaultTargetTimeout, strict: options.strictTargets ?? false };
	await withCatalog("sync", (database) => syncContainers(database, request, { display, concurrency, targets }), {
		ownSignals: true,
		max: connectionsFor(concurrency),
	});
}

export interface SyncContainersOptions {
	readonly display: Display;
	/** Containers at once. Default: 1. */
	readonly concurrency?: number;
	readonly targets?: TargetWait;
}

/** How a command waits for the targets of its containers. */
interface TargetWait {
	/** Seconds. */
	readonly timeout: number;
	/** One that has not got all is a failure. */
	readonly strict: boolean;
}

/**
 * Asks for a run, or for a batch of several containers, and carries it out in this process; sets the exit status. Other batches that
 * wait are left to workers.
 */
export async function syncContainers(
	database: Database,
	request: RunsRequest,
	{ display, concurrency = 1, targets }: SyncContainersOptions,
): Promise<void> {
	const { kind, full, removesNow, approval = null } = request;
	const containers = request.containers === "all" ? "all" : await currentIds(database, request.containers);
	const paused = containers === "all" ? [...(await pausedContainers(database)).keys()] : [];
	const console = consoleName();
	const {
		batch,
		runs,
		containers: ids,
	} = await auditedCommand(database, {
		action: "runs.request",
		input: { containers, kind, full, ...(removesNow ? { now: true } : {}), ...(approval ? { reason: approval } : {}) },
		work: (inside) => requestContainers(inside, { ...request, containers }, { console }),
	});
	const end = { display, paused, ...(targets && { targets }) };
	if (batch !== null)
		return report(
			database,
			await carryOutBatch(database, { batch, console, containers: ids, display, concurrency, approval }),
			end,
		);
	const [requested] = runs;
	if (requested === undefined) return report(database, { runs: [], interrupted: false }, end);
	const again = async (view: RunView) => {
		if (view.state === "cancelled" || view.state === "failed" || !requested.again) return null;
		const [next] = await requestRuns(database, { ...request, containers: [view.container] });
		return next ? begunOf(database, next) : null;
	};
	await report(database, await followRequested(database, requested, { display, approval, again }), end);
}

interface ReportOptions {
	readonly display: Display;
	/** EO IDs of containers that were left out, as a storage is paused. */
	readonly paused?: readonly string[];
	readonly targets?: TargetWait;
}

/**
 * The last words of a command that carried out runs, and its exit status, after what they changed was brought to the containers' targets. Containers
 * that were left out did not come to an end, but those whose storage is paused may not begin either.
 */
export async function report(
	database: Database,
	{ runs, interrupted, leftOut = 0 }: FollowedRuns,
	{ display, paused = [], targets: wait = { timeout: defaultTargetTimeout, strict: false } }: ReportOptions,
): Promise<void> {
	const { targets, interrupted: left } = interrupted
		? { targets: [], interrupted }
		: await pushTargets(database, runs, { display, wait });
	const isBehind = targets.some(
		({ lag, error, held, paused: isPaused }) => error !== null || held !== null || (lag > 0 && !isPaused),
	);
	const worst = statusOf(runs);
	const isFailed = leftOut > 0 || (wait.strict && isBehind);
	const status = left ? exitStatuses.interrupted : isFailed ? exitStatuses.failed : worst;
	await display.end(runs, { ok: status === exitStatuses.ok, paused, targets });
	process.exitCode = status;
	// What still waits for the database does not hold up a person who pressed Ctrl-C.
	if (left) setTimeout(() => process.exit(), 1000).unref();
}

/** A check changes nothing. */
async function pushTargets(
	database: Database,
	runs: readonly RunView[],
	{ display, wait }: { readonly display: Display; readonly wait: TargetWait },
): Promise<{ readonly targets: readonly TargetOutcome[]; readonly interrupted: boolean }> {
	const containers = [...new Set(runs.filter(({ kind }) => kind !== "check").map(({ container }) => container))];
	if (containers.length === 0) return { targets: [], interrupted: false };
	using interruption = listenForInterruption(async () => {});
	const targets = await pushAfterSync(database, {
		containers,
		timeout: wait.timeout,
		owner: consoleName(),
		access: storageAccess(readEnv()),
		signal: interruption.leave,
		onProgress: (target, progress) => display.pushing(target, progress),
	});
	return { targets, interrupted: interruption.leave.aborted };
}
