import { Command, Option } from "commander";
import type { Database } from "#lib/catalog/database/database.ts";
import { mergeInput, splitInput } from "#lib/catalog/reshape-inputs.ts";
import { requireContainer } from "#lib/cli/arguments.ts";
import { auditedCommand } from "#lib/cli/audited-command.ts";
import { report } from "#lib/cli/commands/runs/sync.ts";
import { currentIds } from "#lib/cli/configuration/former-containers.ts";
import { followRequested } from "#lib/cli/following/run-and-follow.ts";
import { openDisplay } from "#lib/cli/output/display.ts";
import { warn } from "#lib/cli/output/output.ts";
import { tableLines } from "#lib/cli/output/table.ts";
import { actor, withCatalog } from "#lib/cli/with-catalog.ts";
import { UsageError } from "#lib/errors.ts";
import { requestApply } from "#lib/jobs/requests/requests.ts";
import { formatPlural } from "#lib/numbers.ts";
import { planMerge, previewMerge } from "#lib/sync/reshape/merge.ts";
import { planSplit, previewSplit, type SplitInput } from "#lib/sync/reshape/split.ts";

interface SplitOptions {
	readonly by: "folder" | "year" | "pattern";
	readonly depth: number;
	readonly part: readonly string[];
	readonly only: readonly string[];
	readonly name: readonly string[];
	readonly check?: boolean;
	readonly json?: boolean;
}

/** `eosync split SERIES --by folder|year|pattern`. */
export function splitCommand(): Command {
	return new Command("split")
		.summary("make containers of parts of a dataset series")
		.description(
			"Plans a run that moves parts of the series to new ones, each with sources of its own, and applies it. What no part takes stays with the series, and so does what comes later and fits none. With --check the plan waits: eosync apply RUN.",
		)
		.argument("<SERIES>", "EO ID of a dataset series")
		.addOption(
			new Option("--by <WHAT>", "what tells the parts apart")
				.choices(["folder", "year", "pattern"])
				.makeOptionMandatory(),
		)
		.option("--depth <N>", "by folder: so many folders below the sources' roots", parseDepth, 1)
		.option("--part <NAME=PATTERN>", "by pattern: a part, and what its files are called; may be repeated", collect, [])
		.option("--only <PART>", "only this part, a folder or a year; may be repeated", collect, [])
		.option("--name <PART=ID>", "the EO ID that a part gets; may be repeated", collect, [])
		.option("--check", "only plan: the run waits to be applied")
		.option("--json", "progress and summary as JSON, one object per line")
		.action((id: string, options: SplitOptions) =>
			withCatalog("split", (database) => split(database, id, options), { ownSignals: true }),
		);
}

async function split(database: Database, given: string, options: SplitOptions): Promise<void> {
	const id = await requireContainer(database, given);
	const how = howOf(options);
	const names = new Map(options.name.map((text) => pairOf("--name", text)));
	const asked = { id, how } satisfies SplitInput;
	const all = (await previewSplit(database, asked)).parts;
	const unknown = [...options.only, ...names.keys()].filter((key) => !all.some((part) => part.key === key));
	if (unknown.length > 0)
		throw new UsageError(`${id} has no part ${unknown.join(", ")}; there are ${all.map(({ key }) => key).join(", ")}.`);
	const parts = all
		.filter(({ key, datasets }) => (options.only.length === 0 ? datasets > 0 : options.only.includes(key)))
		.map(({ key, id: proposed }) => ({ key, id: names.get(key) ?? proposed }));
	const input = parsed(splitInput, { ...asked, parts });
	if (!options.json) {
		const { parts: shown, rest } = await previewSplit(database, input);
		for (const line of tableLines(
			shown.map((part) => [part.id, formatPlural(part.datasets, "dataset"), part.sources.join("; ")]),
		))
			warn(line);
		warn(`${id} keeps ${formatPlural(rest, "dataset")}.`);
	}
	const run = await auditedCommand(database, {
		action: "containers.split",
		input,
		work: (inside) => planSplit(inside, input, { actor: actor(), trigger: "command-line" }),
	});
	await applyUnlessChecked(database, run, options);
}

interface MergeOptions {
	readonly into: string;
	readonly title?: string;
	readonly check?: boolean;
	readonly json?: boolean;
}

/** `eosync merge A B --into C`. */
export function mergeCommand(): Command {
	return new Command("merge")
		.summary("make one of several dataset series")
		.description(
			"Plans a run that gives one of the series the sources and datasets of the others, and applies it. The others' EO IDs stay as former IDs, their runs can be read. With --check the plan waits: eosync apply RUN.",
		)
		.argument("<SERIES...>", "EO IDs of dataset series, in the order of their sources")
		.requiredOption("--into <ID>", "what they become: one of them, or a new EO ID")
		.option("--title <TEXT>", "its title; else that of the container that stays")
		.option("--check", "only plan: the run waits to be applied")
		.option("--json", "progress and summary as JSON, one object per line")
		.action((ids: string[], options: MergeOptions) =>
			withCatalog("merge", (database) => merge(database, ids, options), { ownSignals: true }),
		);
}

async function merge(database: Database, given: readonly string[], options: MergeOptions): Promise<void> {
	const { into, title } = options;
	const ids = await currentIds(database, given);
	const input = parsed(mergeInput, { ids, into, ...(title === undefined ? {} : { title }) });
	if (!options.json) {
		const { datasets, shared, settings } = await previewMerge(database, input);
		warn(
			`${into} has ${formatPlural(datasets, "dataset")} then${shared > 0 ? `, of which ${shared} ${shared === 1 ? "was" : "were"} in several` : ""}.`,
		);
		if (settings.length > 0) warn(`They differ in ${settings.join(", ")}: that of the container that stays counts.`);
	}
	const run = await auditedCommand(database, {
		action: "containers.merge",
		input,
		work: (inside) => planMerge(inside, input, { actor: actor(), trigger: "command-line" }),
	});
	await applyUnlessChecked(database, run, options);
}

async function applyUnlessChecked(
	database: Database,
	run: number,
	{ check = false, json = false }: { readonly check?: boolean; readonly json?: boolean },
): Promise<void> {
	const display = openDisplay({ json });
	if (!check)
		await auditedCommand(database, {
			action: "runs.apply",
			input: { run },
			work: (inside) => requestApply(inside, { run, actor: actor(), approval: null }),
		});
	await report(database, await followRequested(database, { run, joined: false }, { display }), { display });
	if (check && !json) warn(`Run ${run} waits: eosync changes ${run} lists what it moves, eosync apply ${run} does it.`);
}

function howOf({ by, depth, part }: SplitOptions): SplitInput["how"] {
	if (by !== "pattern") {
		if (part.length > 0) throw new UsageError("--part is for --by pattern.");
		return by === "folder" ? { by, depth } : { by };
	}
	if (part.length === 0) throw new UsageError("Name the parts: --part NAME=PATTERN.");
	const byKey = Map.groupBy(
		part.map((text) => pairOf("--part", text)),
		([key]) => key,
	);
	return { by, parts: [...byKey].map(([key, pairs]) => ({ key, patterns: pairs.map(([, pattern]) => pattern) })) };
}

function pairOf(option: string, text: string): readonly [string, string] {
	const at = text.indexOf("=");
	if (at < 1 || at === text.length - 1) throw new UsageError(`${option} ${text}: write NAME=VALUE.`);
	return [text.slice(0, at), text.slice(at + 1)];
}

function parseDepth(text: string): number {
	if (!/^([1-9]|1\d|20)$/.test(text)) throw new UsageError(`--depth ${text} is not a number of folders from 1 to 20.`);
	return Number(text);
}

function collect(text: string, before: readonly string[]): readonly string[] {
	return [...before, text];
}

function parsed<Schema extends typeof splitInput | typeof mergeInput>(
	schema: Schema,
	given: unknown,
): Schema["_output"] {
	const result = schema.safeParse(given);
	if (result.success) return result.data;
	throw new UsageError(`${result.error.issues[0]?.path.join(".")}: ${result.error.issues[0]?.message}.`);
}
