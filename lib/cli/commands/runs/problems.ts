import { Command } from "commander";
import { acknowledge, endAcknowledgement } from "#lib/catalog/causes/acknowledgements.ts";
import { acknowledgementInput } from "#lib/catalog/causes/cause-inputs.ts";
import { type CauseView, groupOf } from "#lib/catalog/causes/cause-records.ts";
import { containersOfCause, findCause, listCauses } from "#lib/catalog/causes/causes.ts";
import { cancelRecheck } from "#lib/catalog/causes/rechecks.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { parseUntil } from "#lib/cli/arguments.ts";
import { auditedCommand } from "#lib/cli/audited-command.ts";
import { print, printJson } from "#lib/cli/output/output.ts";
import { instantCell, tableLines } from "#lib/cli/output/table.ts";
import { actor, withCatalog } from "#lib/cli/with-catalog.ts";
import { UsageError } from "#lib/errors.ts";
import { recheckCause } from "#lib/jobs/requests/recheck.ts";
import { formatPlural } from "#lib/numbers.ts";

interface Options {
	readonly json?: boolean;
}

interface AcknowledgeOptions extends Options {
	readonly note: string;
	readonly until?: string;
}

interface RecheckOptions {
	readonly sync?: true;
	readonly cancel?: true;
}

export function problemsCommand(): Command {
	return new Command("problems")
		.summary("what containers fail by, one line per cause")
		.description("Lists why containers fail, grouped by what they have in common: a storage, an error, a place.")
		.argument("[KEY]", "key of a cause: show its containers")
		.option("--json", "one JSON object per line")
		.action((key: string | undefined, { json = false }: Options) =>
			withCatalog("problems", (database) => (key === undefined ? list(database, json) : show(database, key, json))),
		)
		.addCommand(
			new Command("acknowledge")
				.summary("no messages about a cause, until a time or until it changes; states and exit status stay")
				.argument("<KEY>", "key of a cause")
				.requiredOption("--note <TEXT>", "what is known about it")
				.option("--until <TIME>", "2026-12-24 or 2026-12-24T18:00:00Z, UTC; left out: until the cause changes")
				.action((key: string, options: AcknowledgeOptions) =>
					withCatalog("problems", (database) => acknowledgeCause(database, key, options)),
				),
		)
		.addCommand(
			new Command("revoke")
				.summary("end an acknowledgement")
				.argument("<KEY>", "key of a cause")
				.action((key: string) => withCatalog("problems", (database) => revoke(database, key))),
		)
		.addCommand(
			new Command("recheck")
				.summary("check its containers, as soon as the storage answers")
				.argument("<KEY>", "key of a cause")
				.option("--sync", "sync them instead")
				.option("--cancel", "do not")
				.action((key: string, options: RecheckOptions) =>
					withCatalog("problems", (database) => recheck(database, key, options)),
				),
		);
}

async function list(database: Database, json: boolean): Promise<void> {
	const causes = await listCauses(database);
	if (json) {
		for (const cause of causes) await printJson(causeObject(cause));
		return;
	}
	if (causes.length === 0) return print("No problems: every container could be examined.");
	const rows = causes.map((cause) => [
		cause.key,
		cause.sentence,
		formatPlural(cause.containers, "container"),
		`since ${instantCell(cause.firstSeen)}`,
		standing(cause),
	]);
	for (const line of tableLines(rows)) await print(line);
}

/** What scripts rely on. */
function causeObject(cause: CauseView) {
	return { ...cause, group: groupOf(cause) };
}

function standing({ acknowledged, pausedUntil, recheck }: CauseView): string {
	const parts = [
		...(pausedUntil === null ? [] : [`paused until ${instantCell(pausedUntil)}`]),
		...(acknowledged === null
			? []
			: [
					`acknowledged by ${acknowledged.by} ${acknowledged.until === null ? "until it changes" : `until ${instantCell(acknowledged.until)}`}: ${acknowledged.note}`,
				]),
		...(recheck === null ? [] : [`${recheck.kind} when it is back, asked for by ${recheck.by}`]),
	];
	return parts.join("; ");
}

async function show(database: Database, key: string, json: boolean): Promise<void> {
	const cause = await requireCause(database, key);
	const ids = await containersOfCause(database, key);
	if (json) return printJson({ ...causeObject(cause), ids });
	const rows = [
		["Key", cause.key],
		["Cause", cause.sentence],
		["First seen", instantCell(cause.firstSeen)],
		["Last seen", instantCell(cause.lastSeen)],
		["Standing", standing(cause)],
		...cause.messages.map((message) => ["Message", message]),
		...ids.map((id) => ["Container", id]),
	];
	for (const line of tableLines(rows)) await print(line);
}

async function acknowledgeCause(database: Database, key: string, { note, until }: AcknowledgeOptions): Promise<void> {
	const parsed = acknowledgementInput.safeParse({ note, until: until === undefined ? null : parseUntil(until) });
	if (!parsed.success) throw new UsageError(`${parsed.error.issues[0]?.message}.`);
	const cause = await requireCause(database, key);
	await auditedCommand(database, {
		action: "problems.acknowledge",
		input: { key, ...parsed.data },
		work: (inside) => acknowledge(inside, cause, { ...parsed.data, by: actor() }),
	});
	await print(`${cause.sentence}: acknowledged.`);
}

async function revoke(database: Database, key: string): Promise<void> {
	const ended = await auditedCommand(database, {
		action: "problems.revoke",
		input: { key },
		work: (inside) => endAcknowledgement(inside, key, actor()),
		did: (was) => was,
	});
	if (!ended) throw new UsageError(`${key} is not acknowledged; eosync problems lists what is.`);
	await print(`The acknowledgement of ${key} has ended.`);
}

async function recheck(database: Database, key: string, { sync, cancel }: RecheckOptions): Promise<void> {
	if (cancel) {
		const cancelled = await auditedCommand(database, {
			action: "problems.cancel-recheck",
			input: { key },
			work: (inside) => cancelRecheck(inside, key, actor()),
			did: (was) => was,
		});
		if (!cancelled) throw new UsageError(`No one has asked to look at ${key} again: there is nothing to cancel.`);
		return print("Cancelled.");
	}
	const kind = sync ? "sync" : "check";
	const { waits, containers } = await auditedCommand(database, {
		action: "problems.recheck",
		input: { key, kind },
		work: (inside) => recheckCause(inside, { key, kind, by: actor(), trigger: "command-line" }),
	});
	const what = `${kind} of ${formatPlural(containers, "container")}`;
	await print(waits ? `The ${what} begins when the storage answers.` : `The ${what} is requested; a worker does it.`);
}

async function requireCause(database: Database, key: string): Promise<CauseView> {
	const cause = await findCause(database, key);
	if (cause === null) throw new UsageError(`No container fails by ${key}; eosync problems lists the causes.`);
	return cause;
}
