import { Command } from "commander";
import type { Database } from "#lib/catalog/database/database.ts";
import { targetPauseInput } from "#lib/catalog/pauses/pause-inputs.ts";
import { standingText, type TargetStanding } from "#lib/catalog/targets/target-lag.ts";
import { pauseTarget, resumeTarget } from "#lib/catalog/targets/target-pauses.ts";
import { requireStanding, targetStandings } from "#lib/catalog/targets/target-standing.ts";
import { type ConfiguredTarget, configuredTargets } from "#lib/catalog/targets/targets.ts";
import { parseUntil } from "#lib/cli/arguments.ts";
import { auditedCommand } from "#lib/cli/audited-command.ts";
import { exitStatuses } from "#lib/cli/exit-status.ts";
import { print, printJson, warn } from "#lib/cli/output/output.ts";
import { instantCell, tableLines } from "#lib/cli/output/table.ts";
import { actor, withCatalog } from "#lib/cli/with-catalog.ts";
import { UsageError } from "#lib/errors.ts";
import { formatPlural } from "#lib/numbers.ts";
import { testTarget } from "#lib/targets/test-target.ts";
import { decisionCommands } from "./target-decisions.ts";
import { findingCommands } from "./target-differences.ts";
import { foreignCommand } from "./target-foreign.ts";
import { pushCommands } from "./target-pushes.ts";

export function targetsCommand(): Command {
	const targets = new Command("targets")
		.summary("other systems' databases that are kept in step, such as an EOxServer's; test, check, push, adopt one")
		.description(
			"Lists the targets: how far each is behind the catalogue, and what it waits for. eosync configure FILE.yaml adds them (targets:).",
		)
		.option("--json", "one JSON object per line")
		.action(({ json = false }: { readonly json?: boolean }) =>
			withCatalog("targets", (database) => list(database, json)),
		)
		.addCommand(
			new Command("pause")
				.summary("push nothing to a target until a time, or until it is resumed; what changes is kept for it")
				.argument("<NAME>", "name of a target")
				.option("--until <TIME>", "2026-12-24 or 2026-12-24T18:00:00Z, UTC; default: until it is resumed")
				.option("--note <TEXT>", "why", "")
				.action((name: string, options: PauseOptions) =>
					withCatalog("targets", (database) => pause(database, name, options)),
				),
		)
		.addCommand(
			new Command("resume")
				.summary("end the pause of a target; it is caught up with at once")
				.argument("<NAME>", "name of a target")
				.action((name: string) => withCatalog("targets", (database) => resume(database, name))),
		)
		.addCommand(
			new Command("test")
				.summary("reach a target: its versions, whether it may be written, which storages it can read")
				.argument("<NAME>", "name of a target")
				.option("--json", "print the result as JSON")
				.action((name: string, _: object, command: Command) =>
					withCatalog("targets", (database) => tryOut(database, name, command.optsWithGlobals<{ json?: boolean }>())),
				),
		);
	const more = [...pushCommands(), ...decisionCommands(), ...findingCommands()];
	for (const command of more) targets.addCommand(command);
	targets.addCommand(foreignCommand());
	return targets;
}

async function tryOut(database: Database, name: string, { json = false }: { readonly json?: boolean }): Promise<void> {
	const test = await auditedCommand(database, {
		action: "targets.test",
		input: { name },
		work: (inside) => testTarget(inside, name, { signal: AbortSignal.timeout(60_000) }),
	});
	if (!test.ok) process.exitCode = exitStatuses.failed;
	if (json) return printJson({ name, ...test });
	if (test.ok) await print(`${name}: ${test.message}`);
	else warn(`eosync: ${test.message}`);
	for (const note of test.notes) await print(note);
}

async function list(database: Database, json: boolean): Promise<void> {
	const configured = new Map((await configuredTargets(database)).map((target) => [target.id, target]));
	const standings = await targetStandings(database);
	const rows: string[][] = [];
	for (const standing of standings) {
		const target = configured.get(standing.id);
		if (target === undefined) continue;
		const { url, containers } = target.input;
		if (json) await printJson(targetObject(standing, target));
		else
			rows.push([
				standing.name,
				url,
				containers === null ? "all containers" : formatPlural(containers.length, "container"),
				standing.pushedAt === null ? "never pushed" : `pushed ${instantCell(standing.pushedAt)}`,
				standingText(standing),
			]);
	}
	if (json) return;
	if (rows.length === 0)
		return print("There are no targets; add them to the configuration file: see docs/eoxserver.md.");
	for (const line of tableLines(rows)) await print(line);
}

function targetObject(standing: TargetStanding, { input, hasPassword }: ConfiguredTarget) {
	return {
		id: standing.id,
		name: standing.name,
		type: standing.type,
		url: input.url,
		hasPassword,
		containers: input.containers,
		text: standingText(standing),
		lag: standing.lag.changes,
		lagSeconds: standing.lag.seconds,
		comparesAll: standing.comparesAll,
		pause: standing.pause,
		pushedAt: standing.pushedAt,
		failingSince: standing.failingSince,
		failures: standing.failures,
		error: standing.error,
		retryAt: standing.retryAt,
		held: standing.held,
		active: standing.active,
	};
}

interface PauseOptions {
	readonly until?: string;
	readonly note: string;
}

async function pause(database: Database, name: string, options: PauseOptions): Promise<void> {
	const given = options.until === undefined ? null : parseUntil(options.until);
	const parsed = targetPauseInput.safeParse({ note: options.note, until: given });
	if (!parsed.success) throw new UsageError(`${parsed.error.issues[0]?.message}.`);
	const { until, note } = parsed.data;
	await auditedCommand(database, {
		action: "targets.pause",
		input: { name, until, note },
		work: (inside) => pauseTarget(inside, name, { until, note, by: actor() }),
	});
	await print(
		until === null
			? `The target ${name} is paused until it is resumed: eosync targets resume ${name}.`
			: `The target ${name} is paused until ${instantCell(until)} UTC.`,
	);
}

async function resume(database: Database, name: string): Promise<void> {
	const ended = await auditedCommand(database, {
		action: "targets.resume",
		input: { name },
		work: (inside) => resumeTarget(inside, name),
		did: (was) => was,
	});
	const standing = standingText(await requireStanding(database, name));
	await print(ended ? `The target ${name} is pushed to again: ${standing}.` : `The target ${name} was not paused.`);
}
