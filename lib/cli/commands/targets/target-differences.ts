import { type Command, Option } from "commander";
import type { Database } from "#lib/catalog/database/database.ts";
import { listTargetDifferences } from "#lib/catalog/targets/target-differences.ts";
import { listPushes } from "#lib/catalog/targets/target-overview.ts";
import { differenceClasses } from "#lib/catalog/targets/target-records.ts";
import { requireStanding } from "#lib/catalog/targets/target-standing.ts";
import type { PushView, TargetDifference } from "#lib/catalog/targets/target-views.ts";
import { print } from "#lib/cli/output/output.ts";
import { printPages } from "#lib/cli/output/pages.ts";
import { instantCell } from "#lib/cli/output/table.ts";
import { countsText, differenceLines } from "#lib/cli/output/target-text.ts";
import { withCatalog } from "#lib/cli/with-catalog.ts";
import { type JsonOption, named, optionsOf, pushOption } from "./named-target.ts";

/** `eosync targets differences` and `pushes`: what checks and pushes found and did. */

export function findingCommands(): readonly Command[] {
	return [differencesCommand(), pushesCommand()];
}

interface DifferencesOptions extends JsonOption {
	readonly push?: number;
	readonly class?: (typeof differenceClasses)[number];
	readonly container?: string;
}

function differencesCommand(): Command {
	return named("differences", "what the last check found, what a push that is held would do, or what one did")
		.addOption(pushOption("of this check or push"))
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
