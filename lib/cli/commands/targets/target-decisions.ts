import type { Command } from "commander";
import type { Database } from "#lib/catalog/database/database.ts";
import { approvePush, rejectPush } from "#lib/catalog/targets/push-requests.ts";
import { isPushOf } from "#lib/catalog/targets/target-overview.ts";
import { requireStanding } from "#lib/catalog/targets/target-standing.ts";
import { auditedCommand } from "#lib/cli/audited-command.ts";
import { print, printJson } from "#lib/cli/output/output.ts";
import { actor, withCatalog } from "#lib/cli/with-catalog.ts";
import { UsageError } from "#lib/errors.ts";
import { formatPlural } from "#lib/numbers.ts";
import { acceptDifferences, undoAcceptance } from "#lib/targets/check/accept-differences.ts";
import { type TargetField, targetFields } from "#lib/targets/compare/target-object.ts";
import { type JsonOption, named, optionsOf, parseReason, pushOption } from "./named-target.ts";
import { follow } from "./target-pushes.ts";

/** `eosync targets accept`, `approve` and `reject`: what a person decides about a target. */

export function decisionCommands(): readonly Command[] {
	return [acceptCommand(), approveCommand(), rejectCommand()];
}

function acceptCommand(): Command {
	return named("accept", "let what was adopted and differs become as the catalogue says, with the next push")
		.option("--container <ID...>", "only of these containers and their datasets")
		.option("--field <FIELD...>", `only these fields: ${targetFields.join(", ")}`)
		.option("--object <IDENTIFIER...>", "only these objects, as they are called there")
		.option("--all", "all of it")
		.option("--undo", "take back what was accepted so and not pushed since: it stays as it is there")
		.action((name: string, _: AcceptOptions, command: Command) =>
			withCatalog("targets", (database) => accept(database, name, optionsOf<AcceptOptions>(command))),
		);
}

interface AcceptOptions extends JsonOption {
	readonly container?: readonly string[];
	readonly field?: readonly string[];
	readonly object?: readonly string[];
	readonly all?: true;
	readonly undo?: true;
}

async function accept(
	database: Database,
	name: string,
	{ container, field, object, all, undo, json }: AcceptOptions,
): Promise<void> {
	if (container === undefined && field === undefined && object === undefined && !all)
		throw new UsageError("Say what by --container, --field or --object, or give --all; nothing was done.");
	const unknown = (field ?? []).filter((each) => !(targetFields as readonly string[]).includes(each));
	if (unknown.length > 0)
		throw new UsageError(`There is no field ${unknown.join(", ")}; the fields are ${targetFields.join(", ")}.`);
	const scope = {
		...(container === undefined ? {} : { containers: container }),
		...(field === undefined ? {} : { fields: field as readonly TargetField[] }),
		...(object === undefined ? {} : { identifiers: object }),
	};
	const accepted = await auditedCommand(database, {
		action: undo ? "targets.withdraw" : "targets.accept",
		input: { name, ...scope },
		work: (inside) => (undo ? undoAcceptance(inside, name, scope) : acceptDifferences(inside, name, scope)),
		did: ({ objects }) => objects > 0,
	});
	if (json) return printJson({ target: name, ...accepted });
	const { objects, fields } = accepted;
	const what = `${formatPlural(fields, "field")} of ${formatPlural(objects, "object")}`;
	if (undo)
		return print(
			objects === 0
				? "Nothing of that is accepted and waits for a push."
				: `${what} ${fields === 1 ? "stays" : "stay"} as found there; no push changes that.`,
		);
	await print(
		objects === 0
			? "Nothing of that differs from the catalogue."
			: `Accepted ${what}; the next push brings them: eosync targets push ${name}.`,
	);
}

function approveCommand(): Command {
	return named("approve", "let a push that is held remove what was shown of it, or say that what is there is others'")
		.argument("<REASON>", "kept with the push")
		.addOption(pushOption("which one, where several wait"))
		.action((name: string, reason: string, _: DecideOptions, command: Command) => {
			const { json = false, push: meant } = optionsOf<DecideOptions>(command);
			const why = parseReason(reason);
			const act = async (database: Database) => {
				const push = await requireHeld(database, name, meant);
				await auditedCommand(database, {
					action: "targets.approve",
					input: { name, push, reason: why },
					work: (inside) => approvePush(inside, push, { by: actor(), reason: why }),
				});
				await follow(database, { target: name, push, json });
			};
			return withCatalog("targets", act, { ownSignals: true });
		});
}

function rejectCommand(): Command {
	return named(
		"reject",
		"let a push that is held not happen: what it would remove stays there until something else changes",
	)
		.argument("<REASON>", "kept with the push")
		.addOption(pushOption("which one, where several wait"))
		.action((name: string, reason: string, _: DecideOptions, command: Command) => {
			const { push: meant } = optionsOf<DecideOptions>(command);
			const why = parseReason(reason);
			return withCatalog("targets", async (database) => {
				const push = await requireHeld(database, name, meant);
				await auditedCommand(database, {
					action: "targets.approve",
					input: { name, push, reason: why, rejected: true },
					work: (inside) => rejectPush(inside, push, { by: actor(), reason: why }),
				});
				await print(`Push ${push} to ${name} is rejected.`);
			});
		});
}

interface DecideOptions extends JsonOption {
	readonly push?: number;
}

/** Returns the held push to decide about. @param meant the number given with `--push` @throws UsageError */
async function requireHeld(database: Database, name: string, meant: number | undefined): Promise<number> {
	const { held } = await requireStanding(database, name);
	if (held === null) throw new UsageError(`No push to ${name} waits for an approval.`);
	if (meant === undefined && held.others > 0)
		throw new UsageError(
			`${formatPlural(held.others + 1, "push", "pushes")} to ${name} wait, each for an answer of its own: say which by --push N. The first is ${held.push}: ${held.reason}`,
		);
	if (meant !== undefined && !(await isPushOf(database, name, meant)))
		throw new UsageError(`There is no push ${meant} to ${name}.`);
	return meant ?? held.push;
}
