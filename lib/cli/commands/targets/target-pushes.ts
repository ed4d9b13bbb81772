import type { Command } from "commander";
import type { Database } from "#lib/catalog/database/database.ts";
import { requestPush } from "#lib/catalog/targets/push-requests.ts";
import { listTargetDifferences } from "#lib/catalog/targets/target-differences.ts";
import type { PushKind } from "#lib/catalog/targets/target-records.ts";
import { requireStanding } from "#lib/catalog/targets/target-standing.ts";
import type { PushView } from "#lib/catalog/targets/target-views.ts";
import { auditedCommand } from "#lib/cli/audited-command.ts";
import { exitStatuses } from "#lib/cli/exit-status.ts";
import { followPush } from "#lib/cli/following/follow-push.ts";
import { print, printJson, warn } from "#lib/cli/output/output.ts";
import { countsText, differenceLines, heldText } from "#lib/cli/output/target-text.ts";
import { actor, withCatalog } from "#lib/cli/with-catalog.ts";
import { type JsonOption, named, optionsOf, parseReason } from "./named-target.ts";

/** `eosync targets check`, `push` and `adopt`. */

export function pushCommands(): readonly Command[] {
	return [checkCommand(), pushCommand(), adoptCommand()];
}

function checkCommand(): Command {
	return named("check", "compare all of a target with the catalogue, and write nothing")
		.description(
			"Says of each object whether it is the same, differs (field by field), is missing there, foreign, in conflict, or its file is gone. Exit status 1 when a push would change something, or cannot.",
		)
		.action((name: string, _: JsonOption, command: Command) => carry(name, "check", optionsOf<JsonOption>(command)));
}

function pushCommand(): Command {
	return named("push", "bring a target in step now, also one that is paused")
		.description(
			"Writes what differs and nothing else; where more of a container would be removed than its guard lets pass, that waits for approval (exit status 3) and all else is done.",
		)
		.option("--overwrite", "write over changes that others made in the target")
		.option("--approve <REASON>", "let it remove as much as it does; the reason is kept with it")
		.action((name: string, _: PushOptions, command: Command) => carry(name, "push", optionsOf<PushOptions>(command)));
}

function adoptCommand(): Command {
	return named("adopt", "take what is there and matches into eosync's keeping, and write nothing there")
		.description(
			"Matches coverages by their files, then by their identifiers. What differs stays as it is there until it is accepted (targets accept). Nothing is registered anew.",
		)
		.action((name: string, _: JsonOption, command: Command) => carry(name, "adopt", optionsOf<JsonOption>(command)));
}

interface PushOptions extends JsonOption {
	readonly overwrite?: boolean;
	readonly approve?: string;
}

function carry(name: string, kind: PushKind, { json = false, overwrite = false, approve }: PushOptions): Promise<void> {
	const approval = approve === undefined ? null : parseReason(approve);
	const act = async (database: Database) => {
		const { push } = await auditedCommand(database, {
			action: `targets.${kind}`,
			input: { name, ...(overwrite ? { overwrite } : {}), ...(approval === null ? {} : { reason: approval }) },
			work: (inside) => requestPush(inside, { target: name, kind, by: actor(), overwrite, approval }),
		});
		await follow(database, { target: name, push, json });
	};
	return withCatalog("targets", act, { ownSignals: true });
}

/** Follows it to its end; says what came of it, and sets the exit status. */
export async function follow(
	database: Database,
	asked: { readonly target: string; readonly push: number; readonly json: boolean },
): Promise<void> {
	const { view, interrupted } = await followPush(database, asked);
	const { target, push } = asked;
	const { held } = await requireStanding(database, target);
	const waits = view.kind === "push" && view.state === "succeeded" ? held : null;
	const status = interrupted ? exitStatuses.interrupted : waits !== null ? exitStatuses.held : statusOf(view);
	process.exitCode = status;
	const { kind, state, counts, reason, error } = view;
	if (asked.json) {
		await printJson({
			type: "summary",
			ok: status === exitStatuses.ok,
			target,
			push,
			kind,
			state,
			counts,
			reason,
			error,
			held: waits && { push: waits.push, hold: waits.hold, reason: waits.reason, others: waits.others },
		});
		return;
	}
	if (kind === "check" && state === "succeeded") await printSome(database, target, view);
	const text = countsText(counts);
	if (error !== null) warn(`Target ${target}: ${error}`);
	else if (state === "held" && held !== null) warn(heldText(target, held));
	else if (state === "cancelled") warn(`Target ${target}: ${reason ?? "cancelled"}.`);
	if (text !== "" || state === "succeeded")
		await print(`Target ${target}: ${text === "" ? (waits === null ? "nothing to do" : "nothing else to do") : text}.`);
	if (waits !== null) warn(heldText(target, waits));
}

function statusOf({ kind, state, counts }: PushView) {
	if (state === "held") return exitStatuses.held;
	if (state !== "succeeded") return exitStatuses.failed;
	const open = ["differs", "missing", "changed there", "conflict", "gone"] as const;
	return kind === "check" && open.some((found) => (counts[found] ?? 0) > 0) ? exitStatuses.failed : exitStatuses.ok;
}

/** The first differences of a check; the others are listed by `targets differences`. */
async function printSome(database: Database, target: string, { id }: PushView): Promise<void> {
	const { rows, next } = await listTargetDifferences(database, target, {
		push: id,
		search: "",
		after: null,
		limit: differencesShown,
	});
	for (const row of rows) for (const line of differenceLines(row)) await print(line);
	if (next !== null) await print(`… and more: eosync targets differences ${target}`);
}

const differencesShown = 20;
