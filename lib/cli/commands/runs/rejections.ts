import { Command } from "commander";
import type { z } from "zod";
import type { Database } from "#lib/catalog/database/database.ts";
import { mendingOf } from "#lib/catalog/rejections/mending.ts";
import {
	ignoreRejections,
	listRejectedFiles,
	type RejectedFile,
	rejectionReasons,
	stopIgnoring,
} from "#lib/catalog/rejections/rejected-files.ts";
import { exportRejections, type RejectionFormat, rejectionFormats } from "#lib/catalog/rejections/rejections-export.ts";
import { ignoreNote, type rejectionsChoice, someRejections } from "#lib/catalog/rejections/rejections-input.ts";
import { parserOf, requireContainer } from "#lib/cli/arguments.ts";
import { auditedCommand } from "#lib/cli/audited-command.ts";
import { begunOf, runAndFollow } from "#lib/cli/following/run-and-follow.ts";
import { openDisplay } from "#lib/cli/output/display.ts";
import { print } from "#lib/cli/output/output.ts";
import { pageSize, printPages, printPieces } from "#lib/cli/output/pages.ts";
import { instantCell, printable, tableLines } from "#lib/cli/output/table.ts";
import { actor, withCatalog } from "#lib/cli/with-catalog.ts";
import { UsageError } from "#lib/errors.ts";
import type { RequestedRun } from "#lib/jobs/requests/requests.ts";
import { retryRejections } from "#lib/jobs/requests/retry-rejections.ts";
import { formatPlural } from "#lib/numbers.ts";
import { report } from "./sync.ts";

interface Choice {
	readonly container?: string;
	readonly storage?: string;
	readonly code?: string;
	readonly folder?: string;
	readonly search?: string;
	readonly path?: string;
	readonly json?: boolean;
}

interface ListOptions extends Choice {
	readonly ignored?: true;
	readonly files?: true;
	readonly format?: RejectionFormat;
}

export function rejectionsCommand(): Command {
	return chosenBy(new Command("rejections"))
		.summary("files that cannot become datasets, by reason; ignore them, read them again")
		.description("Lists why files of all containers are rejected. With --json, --files or --format: the files.")
		.option("--ignored", "those that are ignored, instead of the others")
		.option("--files", "the files instead of the reasons")
		.option(
			"--format <FORMAT>",
			`the files for the data's provider: ${rejectionFormats.join(", ")}`,
			parserOf("--format", rejectionFormats),
		)
		.option("--json", "one JSON object per line, a file each")
		.action((options: ListOptions) => withCatalog("rejections", (database) => list(database, options)))
		.addCommand(ignoreCommand())
		.addCommand(stopIgnoringCommand())
		.addCommand(retryCommand());
}

function chosenBy(command: Command): Command {
	return command
		.option("--container <ID>", "only of this container")
		.option("--storage <NAME>", "only on this storage")
		.option("--code <CODE>", "only of this kind, such as no-time")
		.option("--folder <FOLDER>", "only in this very folder")
		.option("--search <TEXT>", "only with this text in the path")
		.option("--path <PATH>", "only this very file");
}

function ignoreCommand(): Command {
	return chosenBy(new Command("ignore"))
		.summary("ignore them until they change: in no mark and no state; --json and exit statuses stay")
		.requiredOption("--note <TEXT>", "why")
		.action((_: unknown, command: Command) => {
			const { note, ...options } = command.optsWithGlobals<Choice & { note: string }>();
			const parsed = ignoreNote.safeParse(note);
			if (!parsed.success) throw new UsageError(`--note: ${parsed.error.issues[0]?.message}.`);
			return withCatalog("rejections", async (database) => {
				const choice = await someOf(database, options);
				const files = await auditedCommand(database, {
					action: "rejections.ignore",
					input: { ...choice, note: parsed.data },
					work: (inside) => ignoreRejections(inside, { ...choice, ignored: false }, { note: parsed.data, by: actor() }),
				});
				await print(
					files === 0
						? "No rejected file matches."
						: `${formatPlural(files, "file")} ignored until ${files === 1 ? "it changes" : "they change"}.`,
				);
			});
		});
}

function stopIgnoringCommand(): Command {
	return chosenBy(new Command("stop-ignoring"))
		.summary("take that back")
		.action((_: unknown, command: Command) =>
			withCatalog("rejections", async (database) => {
				const choice = await someOf(database, command.optsWithGlobals<Choice>());
				const files = await auditedCommand(database, {
					action: "rejections.stop-ignoring",
					input: choice,
					work: (inside) => stopIgnoring(inside, { ...choice, ignored: true }),
				});
				await print(files === 0 ? "No ignored file matches." : `${formatPlural(files, "file")} no longer ignored.`);
			}),
		);
}

function retryCommand(): Command {
	return chosenBy(new Command("retry"))
		.summary("read them again although they are as they were, by syncs of their containers; reports like sync")
		.option("--json", "progress and summary as JSON, one object per line")
		.action((_: unknown, command: Command) => {
			const { json = false, ...options } = command.optsWithGlobals<Choice>();
			return withCatalog("rejections", (database) => retry(database, options, json), { ownSignals: true });
		});
}

async function retry(database: Database, options: Choice, json: boolean): Promise<void> {
	const choice = await someOf(database, options);
	const display = openDisplay({ json });
	const { runs } = await auditedCommand(database, {
		action: "rejections.retry",
		input: choice,
		work: (inside) =>
			retryRejections(inside, {
				filter: { ...choice, ignored: false },
				actor: actor(),
				trigger: "command-line",
				separately: true,
			}),
	});
	const begin = (one: RequestedRun) => begunOf(database, one);
	await report(database, await runAndFollow(database, runs, { display, begin }), { display });
}

async function list(database: Database, options: ListOptions): Promise<void> {
	const { ignored = false, files = false, json = false, format } = options;
	if (json && format !== undefined) throw new UsageError("Give --json or --format, not both.");
	const filter = { ...(await choiceOf(database, options)), ignored };
	if (format !== undefined) return printPieces(exportRejections(database, filter, format));
	if (json || files) {
		const read = (after: string | null) => listRejectedFiles(database, filter, { after, limit: pageSize });
		await printPages(read, json ? rejectionObject : fileCells);
		return;
	}
	const reasons = await rejectionReasons(database, filter);
	if (reasons.length === 0)
		await print(
			ignored
				? "No rejected file is ignored."
				: "No file is rejected. What a check rejects is with its run until it is applied: eosync changes RUN.",
		);
	const rows = reasons.map((reason) => [
		formatPlural(reason.files, "file"),
		formatPlural(reason.containers, "container"),
		`since ${instantCell(reason.oldest)}`,
		reason.code,
		reason.text,
	]);
	for (const [i, line] of tableLines(rows).entries()) {
		await print(line);
		const { code = "", sources = [] } = reasons[i] ?? {};
		for (const source of sources) {
			const { hint, field } = mendingOf(code, source.files);
			if (hint === null) continue;
			await print(
				printable(
					`  ${formatPlural(source.files, "file")} of ${source.container}, ${source.storage}:/${source.path}: ${hint} (${field})`,
				),
			);
		}
	}
}

/** `eosync rejections --json`: a line each. */
export function rejectionObject({ container, storage, path, code, reason, run, since, ignored }: RejectedFile) {
	return { container, storage, path, code, reason, run, since, ignored };
}

function fileCells({ container, storage, path, code, reason, since, ignored }: RejectedFile): readonly string[] {
	const note = ignored === null ? "" : ` (ignored by ${ignored.by}: ${ignored.note})`;
	return [container, `${storage}:${path}`, instantCell(since), code, `${reason}${note}`];
}

/** @throws UsageError when all there are would be meant, or no container has that EO ID. */
async function someOf(database: Database, options: Choice): Promise<z.output<typeof rejectionsChoice>> {
	const choice = await choiceOf(database, options);
	const parsed = someRejections.safeParse(choice);
	if (parsed.success) return parsed.data;
	throw new UsageError(`${parsed.error.issues[0]?.message}: see --help.`);
}

async function choiceOf(
	database: Database,
	{ container: given, storage, code, folder, search, path }: Choice,
): Promise<z.output<typeof rejectionsChoice>> {
	const container = given === undefined ? undefined : await requireContainer(database, given);
	return { container, storage, code, directory: folder, pattern: undefined, search: search ?? "", path };
}
