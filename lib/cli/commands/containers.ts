import { Command } from "commander";
import { containerDetail, listContainers } from "#lib/catalog/containers/containers.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import type { ContainerDetail } from "#lib/catalog/read-models.ts";
import { runSentence } from "#lib/catalog/runs/run-sentence.ts";
import { scheduleText } from "#lib/catalog/schedules/schedule-text.ts";
import { containerObject } from "#lib/cli/json.ts";
import { outputClosed, print, printJson } from "#lib/cli/output.ts";
import { instantCell, tableLines } from "#lib/cli/table.ts";
import { withCatalog } from "#lib/cli/with-catalog.ts";
import { UsageError } from "#lib/errors.ts";
import { deleteCommand, deletedCommand, restoreContainerCommand } from "./deleted-containers.ts";

export function containersCommand(): Command {
	return new Command("containers")
		.summary("list the containers with their states, or show one")
		.argument("[ID]", "EO ID of a container")
		.option("--json", "one JSON object per line")
		.action((id: string | undefined, { json = false }: { readonly json?: boolean }) =>
			withCatalog("containers", async (database) => {
				if (json) await printObjects(database, id);
				else if (id === undefined) await printTable(database);
				else await printDetail(await requireDetail(database, id));
			}),
		)
		.addCommand(deleteCommand())
		.addCommand(deletedCommand())
		.addCommand(restoreContainerCommand());
}

/** One at a time: footprints may be large. */
async function printObjects(database: Database, only: string | undefined): Promise<void> {
	const ids = only === undefined ? (await listContainers(database)).map(({ id }) => id) : [only];
	for (const id of ids) {
		if (outputClosed()) return;
		const detail = only === undefined ? await containerDetail(database, id) : await requireDetail(database, id);
		if (detail) await printJson(containerObject(detail, detail.footprint)); // null: deleted meanwhile.
	}
}

async function printTable(database: Database): Promise<void> {
	const containers = await listContainers(database);
	if (containers.length === 0) return print("There are no containers yet; eosync configure FILE.yaml creates them.");
	const rows = containers.map(({ id, state, datasets, stateReason }) => [
		id,
		state,
		`${datasets} datasets`,
		stateReason,
	]);
	for (const line of tableLines(rows)) await print(line);
}

async function printDetail(detail: ContainerDetail): Promise<void> {
	const { id, kind, title, state, stateReason, datasets, rejected, begin, end, schedule, lastRun, sources } = detail;
	const rows = [
		["ID", id],
		["Title", title],
		["Kind", kind],
		["State", `${state} (${stateReason})`],
		["Datasets", `${datasets}${rejected > 0 ? `, ${rejected} files rejected` : ""}`],
		["Time", begin === null ? "" : `${instantCell(begin)} to ${instantCell(end)} UTC`],
		["Schedule", schedule === null ? "only by hand" : scheduleText(schedule)],
		["Last run", lastRun === null ? "none" : `${lastRun.run}, ${lastRun.state}: ${runSentence(lastRun)}`],
		...sources.map(({ storage, path, include }) => ["Source", `${storage}:${path} ${include.join(" ")}`]),
	];
	for (const line of tableLines(rows)) await print(line);
}

async function requireDetail(database: Database, id: string): Promise<ContainerDetail> {
	const detail = await containerDetail(database, id);
	if (!detail) throw new UsageError(`There is no container ${id}.`);
	return detail;
}
