import { Command, InvalidArgumentError, Option } from "commander";
import {
	type ContainerFilter,
	filterContainers,
	isNarrowed,
	noContainerFilter,
	scheduleFacets,
	unseenHours,
} from "#lib/catalog/containers/container-filter.ts";
import { containerDetail, containerShape, listContainers } from "#lib/catalog/containers/containers.ts";
import { exceptionsText } from "#lib/catalog/containers/exceptions-text.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { publicationText } from "#lib/catalog/publications/publication-text.ts";
import { type ContainerDetail, containerStates } from "#lib/catalog/read-models/container-view.ts";
import { runSentence } from "#lib/catalog/runs/run-sentence.ts";
import { scheduleText } from "#lib/catalog/schedules/schedule-text.ts";
import { requireContainer } from "#lib/cli/arguments.ts";
import { containerObject } from "#lib/cli/output/json.ts";
import { outputClosed, print, printJson } from "#lib/cli/output/output.ts";
import { instantCell, tableLines } from "#lib/cli/output/table.ts";
import { withCatalog } from "#lib/cli/with-catalog.ts";
import { UnknownNameError, UsageError } from "#lib/errors.ts";
import { formatPlural } from "#lib/numbers.ts";
import { deleteCommand, deletedCommand, restoreContainerCommand } from "./deleted-containers.ts";
import { renameCommand } from "./rename-container.ts";

export function containersCommand(): Command {
	return new Command("containers")
		.summary("list the containers with their states, or show one")
		.argument("[ID]", "EO ID of a container")
		.addOption(
			new Option("--state <STATE...>", "only those in one of these states").choices(containerStates).default([], "any"),
		)
		.option("--storage <NAME>", "only those with a source on the storage")
		.addOption(new Option("--kind <KIND>", "only those of the kind").choices(kinds))
		.addOption(new Option("--schedule <WHICH>", "only those with such a schedule").choices(scheduleFacets))
		.option("--cause <KEY>", "only those that fail by the cause; see eosync problems")
		.option("--rejected", "only those with rejected files")
		.option("--unseen <TIME>", "only those not looked at completely for so long: 12h, 7d", parseUnseen)
		.option("--search <WORDS>", "only those with all of the words in their ID or title")
		.option("--json", "one JSON object per line")
		.action((id: string | undefined, { json = false, ...options }: ContainersOptions) =>
			withCatalog("containers", async (database) => {
				const filter = filterOf(id, options);
				if (json) await printObjects(database, id, filter);
				else if (id === undefined) await printTable(database, filter);
				else await printDetail(await requireDetail(database, id));
			}),
		)
		.addCommand(deleteCommand())
		.addCommand(deletedCommand())
		.addCommand(restoreContainerCommand())
		.addCommand(renameCommand());
}

const kinds = ["dataset-series", "rectified-stitched-mosaic"] as const;

interface ContainersOptions extends Partial<Omit<ContainerFilter, "states">> {
	readonly state: ContainerFilter["states"];
	readonly json?: boolean;
}

function filterOf(id: string | undefined, { state, ...options }: Omit<ContainersOptions, "json">): ContainerFilter {
	const isSet = state.length + Object.keys(options).length > 0;
	if (id !== undefined && isSet) throw new UsageError("Give the ID of a container, or what to look for; not both.");
	return { ...noContainerFilter, ...options, states: state };
}

function parseUnseen(text: string): string {
	if (unseenHours(text) === null) throw new InvalidArgumentError("Give hours or days, such as 12h or 7d.");
	return text;
}

async function listed(database: Database, filter: ContainerFilter) {
	return filterContainers(await listContainers(database), filter, Date.now());
}

/** One at a time: footprints may be large. */
async function printObjects(database: Database, only: string | undefined, filter: ContainerFilter): Promise<void> {
	const containers = only === undefined ? await listed(database, filter) : [await requireDetail(database, only)];
	for (const container of containers) {
		if (outputClosed()) return;
		const shape = await containerShape(database, container.id);
		if (shape !== null) await printJson(containerObject(container, shape.footprint)); // null: deleted meanwhile.
	}
}

async function printTable(database: Database, filter: ContainerFilter): Promise<void> {
	const containers = await listed(database, filter);
	if (containers.length === 0)
		return print(
			isNarrowed(filter)
				? "No container matches."
				: "There are no containers yet; eosync configure FILE.yaml creates them.",
		);
	const rows = containers.map(({ id, state, exceptions, datasets, stateReason }) => [
		id,
		state === "in sync" && exceptions > 0 ? `${state}, ${exceptionsText(exceptions)}` : state,
		formatPlural(datasets, "dataset"),
		stateReason,
	]);
	for (const line of tableLines(rows)) await print(line);
}

async function printDetail(detail: ContainerDetail): Promise<void> {
	const { id, kind, title, state, stateReason, datasets, rejected, begin, end, schedule, lastRun, sources } = detail;
	const { asOf, verifiedAt } = detail;
	const rows = [
		["ID", id],
		["Title", title],
		["Kind", kind],
		["State", `${state} (${stateReason})`],
		["Datasets", `${datasets}${rejected > 0 ? `, ${formatPlural(rejected, "file")} rejected` : ""}`],
		["Time", begin === null ? "" : `${instantCell(begin)} to ${instantCell(end)} UTC`],
		["As of", asOf === null ? "never looked at completely" : `${instantCell(asOf)} UTC`],
		["Oldest reading", verifiedAt === null ? "not known" : `${instantCell(verifiedAt)} UTC`],
		["Published", publicationText(detail.publication)],
		["Schedule", schedule === null ? "only by hand" : scheduleText(schedule)],
		["Last run", lastRun === null ? "none" : `${lastRun.run}, ${lastRun.state}: ${runSentence(lastRun)}`],
		...sources.map(({ storage, path, include }) => ["Source", `${storage}:${path} ${include.join(" ")}`]),
	];
	for (const line of tableLines(rows)) await print(line);
}

async function requireDetail(database: Database, given: string): Promise<ContainerDetail> {
	const id = await requireContainer(database, given);
	const detail = await containerDetail(database, id);
	if (!detail) throw new UnknownNameError("container", id);
	return detail;
}
