import { Command, Option } from "commander";
import type { Database } from "#lib/catalog/database/database.ts";
import { approvalReason } from "#lib/catalog/inputs.ts";
import { approvePush, rejectPush, requestPush } from "#lib/catalog/targets/push-requests.ts";
import { listTargetDifferences } from "#lib/catalog/targets/target-differences.ts";
import { isPushOf, listPushes } from "#lib/catalog/targets/target-overview.ts";
import { differenceClasses, type PushKind } from "#lib/catalog/targets/target-records.ts";
import { requireStanding } from "#lib/catalog/targets/target-standing.ts";
import type { PushView, TargetDifference } from "#lib/catalog/targets/target-views.ts";
import { auditedCommand } from "#lib/cli/audited-command.ts";
import { exitStatuses } from "#lib/cli/exit-status.ts";
import { followPush } from "#lib/cli/following/follow-push.ts";
import { print, printJson, warn } from "#lib/cli/output/output.ts";
import { printPages } from "#lib/cli/output/pages.ts";
import { instantCell } from "#lib/cli/output/table.ts";
import { countsText, differenceLines, heldText } from "#lib/cli/output/target-text.ts";
import { actor, withCatalog } from "#lib/cli/with-catalog.ts";
import { UsageError } from "#lib/errors.ts";
import { formatPlural } from "#lib/numbers.ts";
import { acceptDifferences, undoAcceptance } from "#lib/targets/check/accept-differences.ts";
import { type TargetField, targetFields } from "#lib/targets/compare/target-object.ts";

/** `eosync targets check`, `push`, `adopt` and what a person decides about them. */

interface JsonOption {
	readonly json?: boolean;
}

export function pushCommands(): readonly Command[] {
	return [
		checkCommand(),
		pushCommand(),
		adoptCommand(),
		acceptCommand(),
		approveCommand(),
		rejectCommand(),
		differencesCommand(),
		pushesCommand(),
	];
}

const named = (name: string, summary: string) =>
	new Command(name)
		.summary(summary)
		.argument("<NAME>", "name of a target")
		.option("--json", "one JSON object per line");

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
		.option("--overwrite", "write over what somebody changed there")
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

/** Also those that are of `targets` itself. */
function optionsOf<T extends object>(command: Command): T {
	return command.optsWithGlobals<T>();
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
async function follow(
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

/** @throws UsageError */
function parseReason(reason: string): string {
	const parsed = approvalReason.safeParse(reason);
	if (!parsed.success) throw new UsageError(`${parsed.error.issues[0]?.message}.`);
	return parsed.data;
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
		.option("--push <N>", "of several that wait the one that is meant; eosync targets pushes NAME lists them", Number)
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
		.option("--push <N>", "of several that wait the one that is meant; eosync targets pushes NAME lists them", Number)
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

/** @param meant where a person named one. @throws UsageError */
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

interface DifferencesOptions extends JsonOption {
	readonly push?: number;
	readonly class?: (typeof differenceClasses)[number];
	readonly container?: string;
}

function differencesCommand(): Command {
	return named("differences", "what the last check found, what a push that is held would do, or what one did")
		.option("--push <N>", "of this check or push; eosync targets pushes NAME lists them", Number)
		.addOption(new Option("--class <CLASS>", "only these").choices([...differenceClasses]))
		.option("--container <ID>", "only of this container")
		.action((name: string, _: DifferencesOptions, command: Command) =>
			withCatalog("targets", async (database) => {
				const options = optionsOf<DifferencesOptions>(command);
				const push = options.push ?? (await newestWithDifferences(database, name));
				if (push === null) return print(`Nothing is known of ${name} yet: eosync targets check ${name} compares it.`);
				const read = (after: string | null, want: number) =>
					listTargetDifferences(database, name, {
						push,
						search: "",
						...(options.class === undefined ? {} : { class: options.class }),
						...(options.container === undefined ? {} : { container: options.container }),
						after,
						limit: want,
					});
				await printPages(read, options.json ? (row) => row : cellsOf);
			}),
		);
}

function cellsOf(row: TargetDifference): readonly string[] {
	return [differenceLines(row).join("  ")];
}

async function newestWithDifferences(database: Database, name: string): Promise<number | null> {
	const { held } = await requireStanding(database, name);
	if (held !== null) return held.push;
	const { rows } = await listPushes(database, name, { after: null, limit: 100 });
	return rows.find(({ state, kind }) => state === "succeeded" && kind !== "push")?.id ?? rows[0]?.id ?? null;
}

function pushesCommand(): Command {
	return named("pushes", "pushes, checks and adoptions, newest first").action(
		(name: string, _: JsonOption, command: Command) =>
			withCatalog("targets", (database) => {
				const options = optionsOf<JsonOption>(command);
				const read = (after: string | null, want: number) =>
					listPushes(database, name, { after, limit: Math.min(want, 50) });
				return printPages(read, options.json ? (row) => row : pushCells, options.json ? Number.POSITIVE_INFINITY : 50);
			}),
	);
}

function pushCells({ id, kind, state, createdAt, requestedBy, counts, reason, error }: PushView): readonly string[] {
	return [
		String(id),
		instantCell(createdAt),
		kind,
		state,
		requestedBy ?? "by itself",
		error ?? reason ?? countsText(counts),
	];
}
